/**
 * The demands of tagging: at creation (`ec2:CreateAction` present) and afterwards (absent).
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
import type { CreateTagsRequest, DeleteTagsRequest } from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../../directory/records.ts';
import type { Demand, DemandContext } from '../../service.ts';
import { ec2Arn, resourceTypeOf } from '../arn.ts';
import { ec2Demand, type Keys } from '../demand.ts';
import { ec2Error, missingParameter } from '../errors.ts';
import { prefixOf } from '../ids.ts';
import { Inventory } from '../inventory.ts';
import { readTags, requestTagKeys } from '../tags.ts';
import {
  instanceKeys,
  keyPairKeys,
  networkInterfaceKeys,
  securityGroupKeys,
  subnetKeys,
  volumeKeys,
  vpcKeys,
} from './instance-keys.ts';

/** `ec2:CreateTags` on each kind of resource that is made with tags. */
export function createTagsDemands(
  context: DemandContext,
  createAction: string,
  tags: ReadonlyMap<string, TagList>,
): readonly Demand[] {
  const { place } = Inventory.of(context);
  return [...tags].map(([type, list]) =>
    ec2Demand(context, 'ec2:CreateTags', ec2Arn(place, type, '*'), [
      ['ec2:CreateAction', createAction],
      ...requestTagKeys(list),
    ]),
  );
}

/** CreateTags called by itself. */
export function directCreateTagsDemands(
  input: CreateTagsRequest,
  context: DemandContext,
): readonly Demand[] {
  const tags = readTags(input.Tags);
  if (tags.length === 0) throw missingParameter('tagSet');
  return taggedDemands('ec2:CreateTags', input.Resources, requestTagKeys(tags), context);
}

export function deleteTagsDemands(
  input: DeleteTagsRequest,
  context: DemandContext,
): readonly Demand[] {
  const names = (input.Tags ?? []).flatMap(({ Key: key }) => (key === undefined ? [] : [key]));
  const keys: Keys = names.length === 0 ? [] : [['aws:TagKeys', [...new Set(names)]]];
  return taggedDemands('ec2:DeleteTags', input.Resources, keys, context);
}

function taggedDemands(
  action: string,
  resources: readonly string[] | undefined,
  keys: Keys,
  context: DemandContext,
): readonly Demand[] {
  if (resources === undefined || resources.length === 0) throw missingParameter('resourceIdSet');
  const inventory = Inventory.of(context);
  return resources.map((id) => {
    const type = resourceTypeOf(prefixOf(id) ?? '');
    if (type === undefined) {
      throw ec2Error('InvalidID', `The ID '${id}' is not valid`);
    }
    const known = resourceKeys(inventory, type, id);
    return ec2Demand(context, action, known.arn, [...known.keys, ...keys]);
  });
}

/** The ARN of a taggable resource and what its record says. */
function resourceKeys(
  inventory: Inventory,
  type: string,
  id: string,
): { readonly arn: string; readonly keys: Keys } {
  const { place } = inventory;
  const arn = ec2Arn(place, type, id);
  switch (type) {
    case 'instance': {
      const found = inventory.find('instance', id);
      return { arn, keys: found === undefined ? [] : instanceKeys(place, found.record) };
    }
    case 'network-interface': {
      const found = inventory.instanceOfInterface(id);
      return { arn, keys: found === undefined ? [] : networkInterfaceKeys(place, found.record) };
    }
    case 'volume': {
      const found = inventory.find('volume', id);
      return { arn, keys: found === undefined ? [] : volumeKeys(place, found.record) };
    }
    case 'subnet': {
      const found = inventory.find('subnet', id);
      return { arn, keys: found === undefined ? [] : subnetKeys(place, found.record) };
    }
    case 'vpc': {
      const found = inventory.find('vpc', id);
      return { arn, keys: found === undefined ? [] : vpcKeys(found.record) };
    }
    case 'security-group': {
      const found = inventory.find('security-group', id);
      return { arn, keys: found === undefined ? [] : securityGroupKeys(place, found.record) };
    }
    case 'key-pair': {
      const found = inventory.keyPairWithId(id);
      // Key pairs are named in ARNs, not numbered.
      if (found === undefined) return { arn, keys: [] };
      return {
        arn: ec2Arn(place, type, found.record.name),
        keys: keyPairKeys(found.record),
      };
    }
    default:
      return { arn, keys: [] };
  }
}
