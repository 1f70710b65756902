/** TagResource, UntagResource and ListResourceTags of KMS. */
import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/kms';
import type { OperationContext } from '../../service.ts';
import { requireCustomerManaged } from '../customer-managed.ts';
import { requireKeyById, requireNotPending } from '../key-store.ts';
import { grantsListedDefault } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html */
export async function tagResource(
  input: TagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireCustomerManaged(requireNotPending(requireKeyById(input.KeyId, context)));
  const tags = withTags(found.record.tags, input.Tags);
  await context.commit([found.store.keys.replace(found, { ...found.record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html */
export async function untagResource(
  input: UntagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireCustomerManaged(requireNotPending(requireKeyById(input.KeyId, context)));
  const tags = found.record.tags.filter(([key]) => !input.TagKeys.includes(key));
  await context.commit([found.store.keys.replace(found, { ...found.record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export function listResourceTags(
  input: ListResourceTagsRequest,
  context: OperationContext,
): ListResourceTagsResponse {
  const { record } = requireKeyById(input.KeyId, context);
  const tags = record.tags.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const list = ['ListResourceTags', record.arn];
  const { items, rest } = listPage(tags, ([key]) => key, input, list, context, grantsListedDefault);
  return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest };
}
