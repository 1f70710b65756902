/** Demands on a role: its trust policy must allow what STS is asked to do with it. */
import type { ContextValue, PolicySource } from '@sekisho/policy';
import type { Directory } from '../../directory/directory.ts';
import { PolicyUnreadable } from '../../directory/policy-documents.ts';
import type { RoleRecord } from '../../directory/records.ts';
import { currentTrustPolicy, trustPolicyName } from '../../directory/trust-policy.ts';
import type { Demand, DemandContext } from '../service.ts';
import { roleOfArn } from './role-arn.ts';

type Entries = readonly (readonly [key: string, value: ContextValue])[];

/** The trust policy, its principals under their present names; undefined if it cannot be read. */
export function trustPolicyOf(
  role: RoleRecord,
  directory: Directory,
  partition: string,
): PolicySource | undefined {
  const name = trustPolicyName(role);
  try {
    const text = currentTrustPolicy(role, directory, partition);
    const document = directory.policyDocuments.read(text, name);
    return { document, name, principalIds: new Map(role.trustPrincipalIds) };
  } catch (error) {
    if (error instanceof PolicyUnreadable) return undefined;
    throw error;
  }
}

/**
 * One action on the role. A role that does not exist, or whose trust policy cannot be read, has
 * no policy that could allow it: the answer is that of a role that does not trust the caller.
 */
export function trustDemand(
  action: string,
  roleArn: string,
  entries: Entries,
  context: DemandContext,
  whenDenied: (action: string) => Error,
): Demand {
  const role = roleOfArn(roleArn, context)?.record;
  const policy = role && trustPolicyOf(role, context.runtime.directory, context.partition);
  return {
    action,
    resource: roleArn,
    context: entries,
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
    combining: 'resource-required',
    resourceIsTrustPolicy: true,
    whenDenied: () => whenDenied(action),
  };
}
