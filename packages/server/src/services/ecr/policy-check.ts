/** The checks of a repository's or registry's policy that is to be put. */
import { authorize, type PolicyDocument } from '@sekisho/policy';
import type { ServiceError } from '../../protocol/service-error.ts';
import { type AttachedPolicy, readAttachedPolicy } from '../attached-policy.ts';
import type { OperationContext } from '../service.ts';
import { invalidParameter } from './errors.ts';

/** A policy ready to be stored, and as it was understood. */
export interface CheckedPolicy {
  readonly policy: AttachedPolicy;
  readonly document: PolicyDocument;
}

// Unverified: that every fault is told in the same words.
/** The repository is implied: its policy names no resource. Throws InvalidParameterException. */
export function readRepositoryPolicy(text: string, context: OperationContext): CheckedPolicy {
  const read = readAttachedPolicy(text, 'ecr', context, 'no-resource');
  if (read.fault !== undefined) throw invalid('Invalid repository policy provided');
  return read;
}

/** A registry's policy names the repositories. Throws InvalidParameterException. */
export function readRegistryPolicy(text: string, context: OperationContext): CheckedPolicy {
  const read = readAttachedPolicy(text, 'ecr', context);
  if (read.fault !== undefined) throw invalid('Invalid registry policy provided');
  return read;
}

function invalid(constraint: string): ServiceError {
  return invalidParameter('PolicyText', constraint);
}

/**
 * Throws InvalidParameterException when the policy would keep the caller from setting another one;
 * `force` in the request leaves this out.
 */
export function checkLockout(
  { principalIds }: AttachedPolicy,
  document: PolicyDocument,
  { authorized }: OperationContext,
): void {
  const [decision] = authorized.decisions;
  if (decision === undefined || decision.outcome !== 'allow') return;
  const resource = { document, name: 'the new policy', principalIds: new Map(principalIds) };
  const after = authorize(decision.request, { ...decision.policies, resource });
  if (after.outcome !== 'explicitDeny') return;
  // Unverified: the text.
  throw invalid(
    'The new repository policy will not allow you to update the repository policy in the future',
  );
}
