/** GetKeyPolicy, PutKeyPolicy and ListKeyPolicies: a key has one policy, named `default`. */
import type {
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  PutKeyPolicyRequest,
} from '@sekisho/catalog/types/kms';
import type { OperationContext } from '../../service.ts';
import { requireCustomerManaged } from '../customer-managed.ts';
import { notFound } from '../errors.ts';
import { requireKeyById } from '../key-store.ts';
import { readKeyPolicy } from '../policy-check.ts';

const policyName = 'default';

function checkName(name = policyName): void {
  if (name !== policyName) throw notFound('No such policy exists');
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
export function getKeyPolicy(
  input: GetKeyPolicyRequest,
  context: OperationContext,
): GetKeyPolicyResponse {
  const { record } = requireKeyById(input.KeyId, context);
  checkName(input.PolicyName);
  return { Policy: record.policy.text, PolicyName: policyName };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export async function putKeyPolicy(
  input: PutKeyPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireCustomerManaged(requireKeyById(input.KeyId, context));
  checkName(input.PolicyName);
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  const policy = readKeyPolicy(input.Policy, found.record.arn, bypass, context);
  await context.commit([found.store.keys.replace(found, { ...found.record, policy })]);
  return {};
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html */
export function listKeyPolicies(
  input: ListKeyPoliciesRequest,
  context: OperationContext,
): ListKeyPoliciesResponse {
  requireKeyById(input.KeyId, context);
  return { PolicyNames: [policyName], Truncated: false };
}
