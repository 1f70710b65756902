/**
 * TagResource, UntagResource, ListTagsForResource.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
 */
import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@sekisho/catalog/types/cloudwatch';
import type { TagList } from '../../../directory/records.ts';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { taggedResource } from '../tagged-resource.ts';
import { mergeTags, readTags } from '../tags.ts';

export async function tagResource(
  input: TagResourceInput,
  context: OperationContext,
): Promise<object> {
  const added = readTags(input.Tags);
  await edit(input.ResourceARN, context, (tags) => mergeTags(tags, added));
  return {};
}

export async function untagResource(
  input: UntagResourceInput,
  context: OperationContext,
): Promise<object> {
  const removed = new Set(input.TagKeys);
  await edit(input.ResourceARN, context, (tags) => tags.filter(([key]) => !removed.has(key)));
  return {};
}

async function edit(
  arn: string,
  context: OperationContext,
  change: (tags: TagList) => TagList,
): Promise<void> {
  const resource = taggedResource(arn, context);
  const written: Change = resource.write(change(resource.tags));
  await context.commit([written]);
}

export function listTagsForResource(
  input: ListTagsForResourceInput,
  context: OperationContext,
): ListTagsForResourceOutput {
  const { tags } = taggedResource(input.ResourceARN, context);
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
}
