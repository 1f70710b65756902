/** TagResource, UntagResource and ListTagsForResource of ECR. */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { tagList } from '../description.ts';
import { repositoryNotFound } from '../errors.ts';
import { type FoundRepository, requireRepository } from '../registry-store.ts';
import { readRepositoryArn } from '../repository-arn.ts';
import { withTags } from '../tags.ts';

/** Throws InvalidParameterException, RepositoryNotFoundException. */
function repositoryOf(arn: string, context: OperationContext): FoundRepository {
  const { account, region, name } = readRepositoryArn(arn, context);
  if (region !== context.region) throw repositoryNotFound(name, account);
  return requireRepository(name, account, context);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html */
export async function tagResource(
  { resourceArn, tags: added }: TagResourceRequest,
  context: OperationContext,
): Promise<TagResourceResponse> {
  const found = repositoryOf(resourceArn, context);
  const { record, store } = found;
  const tags = withTags(record.tags, added);
  await context.commit([store.repositories.replace(found, { ...record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html */
export async function untagResource(
  { resourceArn, tagKeys }: UntagResourceRequest,
  context: OperationContext,
): Promise<UntagResourceResponse> {
  const found = repositoryOf(resourceArn, context);
  const { record, store } = found;
  const tags = record.tags.filter(([key]) => !tagKeys.includes(key));
  await context.commit([store.repositories.replace(found, { ...record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource(
  { resourceArn }: ListTagsForResourceRequest,
  context: OperationContext,
): ListTagsForResourceResponse {
  return { tags: tagList(repositoryOf(resourceArn, context).record.tags) };
}
