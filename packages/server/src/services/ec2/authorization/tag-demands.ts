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
import { resourceKeys } from './resource-keys.ts';

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
