/** Lifecycle policies of a repository: put, read, deleted, previewed. */
import type {
  DeleteLifecyclePolicyRequest,
  DeleteLifecyclePolicyResponse,
  GetLifecyclePolicyPreviewRequest,
  GetLifecyclePolicyPreviewResponse,
  GetLifecyclePolicyRequest,
  GetLifecyclePolicyResponse,
  LifecyclePolicyPreviewResult,
  PutLifecyclePolicyRequest,
  PutLifecyclePolicyResponse,
  StartLifecyclePolicyPreviewRequest,
  StartLifecyclePolicyPreviewResponse,
} from '@sekisho/catalog/types/ecr';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { LifecycleResult } from '../entities.ts';
import { invalidNextToken, lifecyclePolicyNotFound, lifecyclePreviewNotFound } from '../errors.ts';
import { expiringImages } from '../lifecycle/evaluate.ts';
import { expiryChanges, imagesAfter } from '../lifecycle/expiry.ts';
import { readLifecyclePolicy } from '../lifecycle/policy.ts';
import { listedMax } from '../limits.ts';
import { requireRepository } from '../registry-store.ts';

/**
 * The policy is applied at once, where AWS takes up to 24 hours.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html
 */
export async function putLifecyclePolicy(
  { repositoryName, registryId, lifecyclePolicyText: text }: PutLifecyclePolicyRequest,
  context: OperationContext,
): Promise<PutLifecyclePolicyResponse> {
  const { now } = context;
  const found = requireRepository(repositoryName, registryId, context);
  const { store } = found;
  readLifecyclePolicy(text);
  const record = { ...found.record, lifecyclePolicy: { text, evaluatedAt: now } };
  const expired = expiryChanges({ ...found, record }, { now, isPush: true });
  await context.commit([store.repositories.replace(found, record), ...expired]);
  return { registryId: record.account, repositoryName, lifecyclePolicyText: text };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html */
export function getLifecyclePolicy(
  { repositoryName, registryId }: GetLifecyclePolicyRequest,
  context: OperationContext,
): GetLifecyclePolicyResponse {
  const { record } = requireRepository(repositoryName, registryId, context);
  const { lifecyclePolicy } = record;
  if (lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(record);
  return {
    registryId: record.account,
    repositoryName,
    lifecyclePolicyText: lifecyclePolicy.text,
    lastEvaluatedAt: new Date(lifecyclePolicy.evaluatedAt),
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html */
export async function deleteLifecyclePolicy(
  { repositoryName, registryId }: DeleteLifecyclePolicyRequest,
  context: OperationContext,
): Promise<DeleteLifecyclePolicyResponse> {
  const found = requireRepository(repositoryName, registryId, context);
  const { lifecyclePolicy, ...record } = found.record;
  if (lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(record);
  await context.commit([found.store.repositories.replace(found, record)]);
  return {
    registryId: record.account,
    repositoryName,
    lifecyclePolicyText: lifecyclePolicy.text,
    lastEvaluatedAt: new Date(lifecyclePolicy.evaluatedAt),
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartLifecyclePolicyPreview.html */
export async function startLifecyclePolicyPreview(
  { repositoryName, registryId, lifecyclePolicyText }: StartLifecyclePolicyPreviewRequest,
  context: OperationContext,
): Promise<StartLifecyclePolicyPreviewResponse> {
  const found = requireRepository(repositoryName, registryId, context);
  const { record, store } = found;
  const text = lifecyclePolicyText ?? record.lifecyclePolicy?.text;
  if (text === undefined) throw lifecyclePolicyNotFound(record);
  const expiring = expiringImages(imagesAfter(found), readLifecyclePolicy(text), context.now);
  const results = expiring.map(({ image, tags, rulePriority }) => ({
    digest: image.digest,
    tags,
    pushedAt: image.pushedAt,
    rulePriority,
  }));
  const lifecyclePreview = { text, results };
  await context.commit([store.repositories.replace(found, { ...record, lifecyclePreview })]);
  return {
    registryId: record.account,
    repositoryName,
    lifecyclePolicyText: text,
    status: 'IN_PROGRESS',
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html */
export function getLifecyclePolicyPreview(
  input: GetLifecyclePolicyPreviewRequest,
  context: OperationContext,
): GetLifecyclePolicyPreviewResponse {
  const { record } = requireRepository(input.repositoryName, input.registryId, context);
  const { lifecyclePreview: preview } = record;
  if (preview === undefined) throw lifecyclePreviewNotFound(record);
  const { imageIds, filter } = input;
  const results = preview.results
    .filter(({ digest, tags }) => {
      if (imageIds === undefined) return true;
      return imageIds.some(({ imageDigest, imageTag }) => {
        return imageDigest === digest || (imageTag !== undefined && tags.includes(imageTag));
      });
    })
    .filter(({ tags }) => {
      const status = filter?.tagStatus ?? 'ANY';
      return status === 'ANY' || (status === 'TAGGED') === tags.length > 0;
    })
    .toSorted((one, other) => (one.digest < other.digest ? -1 : 1));
  const request = {
    token: input.nextToken,
    itemsMax: input.maxResults ?? listedMax,
    list: ['GetLifecyclePolicyPreview', record.id, JSON.stringify([imageIds, filter])],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(results, ({ digest }) => digest, request, context);
  return {
    registryId: record.account,
    repositoryName: record.name,
    lifecyclePolicyText: preview.text,
    status: 'COMPLETE',
    nextToken,
    previewResults: items.map(previewResult),
    summary: { expiringImageTotalCount: results.length },
  };
}

function previewResult(result: LifecycleResult): LifecyclePolicyPreviewResult {
  return {
    imageTags: result.tags,
    imageDigest: result.digest,
    imagePushedAt: new Date(result.pushedAt),
    action: { type: 'EXPIRE' },
    appliedRulePriority: result.rulePriority,
  };
}
