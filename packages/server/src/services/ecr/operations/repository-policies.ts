/** SetRepositoryPolicy, GetRepositoryPolicy and DeleteRepositoryPolicy. */
import type {
  DeleteRepositoryPolicyRequest,
  DeleteRepositoryPolicyResponse,
  GetRepositoryPolicyRequest,
  GetRepositoryPolicyResponse,
  SetRepositoryPolicyRequest,
  SetRepositoryPolicyResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { repositoryPolicyNotFound } from '../errors.ts';
import { checkLockout, readRepositoryPolicy } from '../policy-check.ts';
import { requireRepository } from '../registry-store.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html */
export async function setRepositoryPolicy(
  { repositoryName, registryId, policyText, force }: SetRepositoryPolicyRequest,
  context: OperationContext,
): Promise<SetRepositoryPolicyResponse> {
  const found = requireRepository(repositoryName, registryId, context);
  const { record, store } = found;
  const { policy, document } = readRepositoryPolicy(policyText, context);
  if (force !== true) checkLockout(policy, document, context);
  await context.commit([store.repositories.replace(found, { ...record, policy })]);
  return { registryId: record.account, repositoryName, policyText };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html */
export function getRepositoryPolicy(
  { repositoryName, registryId }: GetRepositoryPolicyRequest,
  context: OperationContext,
): GetRepositoryPolicyResponse {
  const { record } = requireRepository(repositoryName, registryId, context);
  if (record.policy === undefined) throw repositoryPolicyNotFound(record);
  return { registryId: record.account, repositoryName, policyText: record.policy.text };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html */
export async function deleteRepositoryPolicy(
  { repositoryName, registryId }: DeleteRepositoryPolicyRequest,
  context: OperationContext,
): Promise<DeleteRepositoryPolicyResponse> {
  const found = requireRepository(repositoryName, registryId, context);
  const { policy, ...record } = found.record;
  if (policy === undefined) throw repositoryPolicyNotFound(record);
  await context.commit([found.store.repositories.replace(found, record)]);
  return { registryId: record.account, repositoryName, policyText: policy.text };
}
