/**
 * CreateTags, DeleteTags, DescribeTags.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
 */
import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagDescription,
} from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../../directory/records.ts';
import type { ServiceError } from '../../../protocol/service-error.ts';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { resourceTypeOf } from '../arn.ts';
import type { InstanceRecord } from '../entities.ts';
import {
  ec2Error,
  unknownInstances,
  unknownInternetGateway,
  unknownNetworkInterface,
  unknownRouteTable,
  unknownSecurityGroup,
  unknownSubnet,
  unknownVolume,
  unknownVpc,
  unknownVpcEndpoint,
} from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { prefixOf } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { paginate } from '../paging.ts';
import { checkMetadataTags, mergeTags, readTags } from '../tags.ts';

/** Kinds of record with tags of their own. */
const taggedKinds = [
  'instance',
  'volume',
  'key-pair',
  'security-group',
  'vpc',
  'subnet',
  'vpc-endpoint',
  'route-table',
  'internet-gateway',
] as const;

export async function createTags(
  input: CreateTagsRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const added = readTags(input.Tags);
  await change(input.Resources, context, (old) => mergeTags(old, added));
  return {};
}

export async function deleteTags(
  input: DeleteTagsRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const given = input.Tags ?? [];
  await change(input.Resources, context, (old) =>
    given.length === 0 ? [] : old.filter(([key, value]) => !given.some(removes(key, value))),
  );
  return {};
}

/** A tag without a value removes whatever the value is; with one, only that value. */
function removes(key: string, value: string): (tag: Tag) => boolean {
  return (tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value);
}

async function change(
  resources: readonly string[] | undefined,
  context: OperationContext,
  edit: (old: TagList) => TagList,
): Promise<void> {
  const inventory = Inventory.of(context);
  // An instance and its interface are one record: the changes of both must add up.
  const edited = new Map<string, { readonly stored: Stored<object>; record: object }>();
  for (const id of new Set(resources ?? [])) {
    const { stored, member } = find(id, inventory);
    const entry = edited.get(stored.key) ?? { stored, record: stored.record };
    const old = (Reflect.get(entry.record, member) ?? []) as TagList;
    entry.record = { ...entry.record, [member]: edit(old) };
    if (member === 'tags') checkShown(entry.record);
    edited.set(stored.key, entry);
  }
  const changes: Change[] = [...edited.values()].map(({ stored, record }) =>
    inventory.replace(stored, record),
  );
  if (changes.length > 0) await context.commit(changes);
}

/** Tags that the instance's metadata service shows must be fit for paths. */
function checkShown(record: object): void {
  const { metadataOptions, tags } = record as Partial<InstanceRecord>;
  if (metadataOptions?.instanceMetadataTags === 'enabled') checkMetadataTags(tags ?? []);
}

/** The record that holds the tags of a resource, and in which member. */
function find(
  id: string,
  inventory: Inventory,
): { readonly stored: Stored<object>; readonly member: 'tags' | 'networkInterfaceTags' } {
  const type = resourceTypeOf(prefixOf(id) ?? '');
  if (type === 'network-interface') {
    const stored = inventory.instanceOfInterface(id);
    if (stored === undefined) throw unknownNetworkInterface(id);
    return { stored, member: 'networkInterfaceTags' };
  }
  const kind = taggedKinds.find((candidate) => candidate === type);
  const stored =
    kind === 'key-pair'
      ? inventory.keyPairWithId(id)
      : kind === undefined
        ? undefined
        : inventory.find(kind, id);
  if (stored === undefined) throw unknownResource(type, id);
  return { stored, member: 'tags' };
}

function unknownResource(type: string | undefined, id: string): ServiceError {
  switch (type) {
    case 'instance':
      return unknownInstances([id]);
    case 'volume':
      return unknownVolume(id);
    case 'security-group':
      return unknownSecurityGroup(id);
    case 'vpc':
      return unknownVpc(id);
    case 'subnet':
      return unknownSubnet(id);
    case 'vpc-endpoint':
      return unknownVpcEndpoint(id);
    case 'route-table':
      return unknownRouteTable(id);
    case 'internet-gateway':
      return unknownInternetGateway(id);
    default:
      return ec2Error('InvalidID', `The ID '${id}' is not valid`);
  }
}

const tagFilters = filterTable<TagDescription>({
  key: ({ Key: key }) => key,
  'resource-id': ({ ResourceId: id }) => id,
  'resource-type': ({ ResourceType: type }) => type,
  value: ({ Value: value }) => value,
});

export function describeTags(
  input: DescribeTagsRequest,
  context: OperationContext,
): DescribeTagsResult {
  const keyOf = ({ ResourceId: id = '', Key: key = '' }: TagDescription) => `${id} ${key}`;
  const all = allTags(Inventory.of(context)).sort((one, other) =>
    keyOf(one) < keyOf(other) ? -1 : 1,
  );
  const tags = applyFilters(
    all,
    input.Filters,
    tagFilters,
    ({ Key: key = '', Value: value = '' }) => [[key, value]],
  );
  const page = paginate(tags, keyOf, input, context, 'DescribeTags');
  return { NextToken: page.NextToken, Tags: page.items };
}

function allTags(inventory: Inventory): TagDescription[] {
  const found: TagDescription[] = [];
  const add = (type: string, id: string, tags: TagList) => {
    for (const [key, value] of tags) {
      found.push({ Key: key, ResourceId: id, ResourceType: type, Value: value });
    }
  };
  for (const kind of taggedKinds) {
    for (const { record } of inventory.list(kind)) add(kind, record.id, record.tags);
  }
  for (const { record } of inventory.instances()) {
    if (record.target === 'terminated') continue;
    add('network-interface', record.networkInterfaceId, record.networkInterfaceTags);
  }
  return found;
}
