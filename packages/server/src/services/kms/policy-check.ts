/** The checks of a key policy that is to be put, with the one against locking oneself out. */
import { authorize, type PolicyDocument } from '@sekisho/policy';
import { type AttachedPolicy, readAttachedPolicy } from '../attached-policy.ts';
import type { OperationContext } from '../service.ts';
import { limitExceeded, malformedPolicy } from './errors.ts';
import { policyBytesMax } from './limits.ts';

/** Throws MalformedPolicyDocumentException, LimitExceededException. */
export function readKeyPolicy(
  text: string,
  arn: string,
  bypassesLockoutCheck: boolean,
  context: OperationContext,
): AttachedPolicy {
  if (Buffer.byteLength(text) > policyBytesMax) {
    // Unverified: the text.
    throw limitExceeded(`A key policy has ${policyBytesMax} bytes at most.`);
  }
  const read = readAttachedPolicy(text, 'kms', context);
  if (read.fault !== undefined) {
    const { kind, message } = read.fault;
    if (kind === 'principal') {
      throw malformedPolicy('Policy contains a statement with one or more invalid principals.');
    }
    // Unverified: the text.
    throw malformedPolicy(kind === 'syntax' ? 'Policy is not valid JSON' : message);
  }
  if (!bypassesLockoutCheck && isLockedOut(read.document, read.policy, arn, context)) {
    throw malformedPolicy(
      'The new key policy will not allow you to update the key policy in the future.',
    );
  }
  return read.policy;
}

/** Whether the caller could not put the policy again. */
function isLockedOut(
  document: PolicyDocument,
  { principalIds }: AttachedPolicy,
  arn: string,
  { authorized }: OperationContext,
): boolean {
  const [decision] = authorized.decisions;
  if (decision === undefined) return true;
  const { request, policies } = decision;
  const resource = { document, name: 'the new key policy', principalIds: new Map(principalIds) };
  const { wildcardOnlyAction: _, resourceAccount: __, ...rest } = request;
  const asked = { ...rest, action: 'kms:PutKeyPolicy', resource: arn };
  const after = authorize(asked, { ...policies, resource, combining: 'resource-required' });
  // What an identity-based policy lacks can be added to it later; the key policy must delegate.
  const missing = after.trace.refusals.find(
    ({ layer }) => layer.policyType === 'resource-based policy',
  );
  return missing !== undefined;
}
