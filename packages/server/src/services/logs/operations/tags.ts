/** Tags of log groups, by the new operations (ARN) and the old ones (name). */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/logs';
import type { OperationContext } from '../../service.ts';
import { resourceNotFound } from '../errors.ts';
import { type FoundGroup, findGroup, requireGroup } from '../log-store.ts';
import { entriesOf, withTags } from '../tags.ts';

/** Throws ResourceNotFoundException: of what can carry tags there are only log groups. */
function requireTagged(arn: string, context: OperationContext): FoundGroup {
  const found = findGroup(arn, context);
  // Unverified: the text.
  if (found === undefined) throw resourceNotFound('The specified resource does not exist.');
  return found;
}

async function setTags(
  found: FoundGroup,
  tags: FoundGroup['record']['tags'],
  { commit }: OperationContext,
): Promise<object> {
  await commit([found.store.groups.replace(found, { ...found.record, tags })]);
  return {};
}

function without(found: FoundGroup, keys: readonly string[]): FoundGroup['record']['tags'] {
  return found.record.tags.filter(([key]) => !keys.includes(key));
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export async function tagResource(
  input: TagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireTagged(input.resourceArn, context);
  return await setTags(found, withTags(found.record.tags, entriesOf(input.tags)), context);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export async function untagResource(
  input: UntagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireTagged(input.resourceArn, context);
  return await setTags(found, without(found, input.tagKeys), context);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource(
  input: ListTagsForResourceRequest,
  context: OperationContext,
): ListTagsForResourceResponse {
  return { tags: new Map(requireTagged(input.resourceArn, context).record.tags) };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html */
export async function tagLogGroup(
  input: TagLogGroupRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireGroup({ logGroupName: input.logGroupName }, context);
  return await setTags(found, withTags(found.record.tags, entriesOf(input.tags)), context);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html */
export async function untagLogGroup(
  input: UntagLogGroupRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireGroup({ logGroupName: input.logGroupName }, context);
  return await setTags(found, without(found, input.tags), context);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html */
export function listTagsLogGroup(
  input: ListTagsLogGroupRequest,
  context: OperationContext,
): ListTagsLogGroupResponse {
  return { tags: new Map(requireGroup(input, context).record.tags) };
}
