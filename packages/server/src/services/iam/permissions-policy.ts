/** Identity-based policy documents on their way into the directory. */
import { checkIdentityPolicy, checkManagedPolicySize, type PolicyProblem } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';

/** Throws MalformedPolicyDocument, and LimitExceeded for its size. */
export function checkManagedPolicy(document: string): void {
  refuse(checkIdentityPolicy(document, { managed: true }) ?? checkManagedPolicySize(document));
}

/** Throws MalformedPolicyDocument; the size of all inline policies together has its own check. */
export function checkInlinePolicy(document: string): void {
  refuse(checkIdentityPolicy(document));
}

export function refuse(problem: PolicyProblem | undefined): void {
  if (problem !== undefined) throw toServiceError(problem);
}

export function toServiceError(problem: PolicyProblem): ServiceError {
  const status = problem.code === 'LimitExceeded' ? 409 : 400;
  return new ServiceError(problem.code, problem.message, status);
}
