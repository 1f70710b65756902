/** Sizes of policies as AWS counts them, and the quotas in force. */
import type { PolicyProblem } from './policy-problem.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const policySizeLimits = {
  managedCharactersMax: 6144,
  trustCharactersMax: 2048,
  sessionCharactersMax: 2048,
  inlineCharactersMax: { user: 2048, role: 10_240, group: 5120 },
  /** Bucket policies: bytes, white space included. */
  bucketBytesMax: 20_480,
  /** Any document as sent, white space included. */
  documentCharactersMax: 131_072,
} as const;

/** Characters without white space, which is what the quotas count. */
export function policySize(text: string): number {
  let size = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) size += 1;
  }
  return size;
}

/** CreatePolicy and CreatePolicyVersion: 409 LimitExceeded. */
export function checkManagedPolicySize(text: string): PolicyProblem | undefined {
  return exceeds('PolicySize', policySizeLimits.managedCharactersMax, policySize(text));
}

/** CreateRole and UpdateAssumeRolePolicy: 409 LimitExceeded. */
export function checkTrustPolicySize(text: string): PolicyProblem | undefined {
  return exceeds('ACLSizePerRole', policySizeLimits.trustCharactersMax, policySize(text));
}

/** Put*Policy: the sum of all inline policies that the principal would then have; 409. */
export function checkInlinePolicySizes(
  kind: 'user' | 'role' | 'group',
  name: string,
  texts: Iterable<string>,
): PolicyProblem | undefined {
  let sum = 0;
  for (const text of texts) sum += policySize(text);
  const most = policySizeLimits.inlineCharactersMax[kind];
  if (sum <= most) return undefined;
  const message = `Maximum policy size of ${most} bytes exceeded for ${kind} ${name}`;
  return { code: 'LimitExceeded', message };
}

function exceeds(quota: string, most: number, size: number): PolicyProblem | undefined {
  if (size <= most) return undefined;
  return { code: 'LimitExceeded', message: `Cannot exceed quota for ${quota}: ${most}` };
}
