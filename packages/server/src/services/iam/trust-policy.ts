/** Trust policies on their way into the directory: checked, printed anew, principals as ids. */
import {
  checkTrustPolicy,
  checkTrustPolicySize,
  type PolicyDocument,
  type PrincipalLookUp,
  parsePolicyDocument,
  principalArns,
  printTrustPolicy,
} from '@sekisho/policy';
import type { RoleRecord } from '../../directory/records.ts';
import { currentPrincipalArn } from '../../directory/trust-policy.ts';
import type { OperationContext } from '../service.ts';
import { malformedPolicyDocument } from './errors.ts';
import { toServiceError } from './permissions-policy.ts';
import { principalExists, principalId, providerExists } from './principal-look-up.ts';
import { loadServicePrincipals } from './service-principals.ts';

/** What a role's record keeps of its trust policy. */
export type TrustPolicy = Pick<RoleRecord, 'trustPolicy' | 'trustPrincipalIds'>;

/** Throws MalformedPolicyDocument and, for its size, LimitExceeded. */
export async function readTrustPolicy(
  text: string,
  context: OperationContext,
): Promise<TrustPolicy> {
  const look = await lookUp(context);
  const problem = checkTrustPolicy(text, look) ?? checkTrustPolicySize(text);
  if (problem !== undefined) throw toServiceError(problem);
  const { partition, runtime } = context;
  const trustPolicy = printTrustPolicy(parse(text), {
    partition,
    nameOfPrincipal: (name) => currentPrincipalArn(name, runtime.directory, partition) ?? name,
  });
  const trustPrincipalIds: (readonly [string, string])[] = [];
  for (const arn of principalArns(parse(trustPolicy))) {
    const id = principalId(arn, context);
    if (id !== undefined) trustPrincipalIds.push([arn, id]);
  }
  return { trustPolicy, trustPrincipalIds };
}

/** The role with a principal of its trust policy under another ARN. */
export function withPrincipalRenamed(role: RoleRecord, oldArn: string, newArn: string): RoleRecord {
  const rename = (arn: string) => (arn === oldArn ? newArn : arn);
  const trustPolicy = printTrustPolicy(parse(role.trustPolicy), { nameOfPrincipal: rename });
  const trustPrincipalIds = role.trustPrincipalIds.map(([arn, id]) => [rename(arn), id] as const);
  return { ...role, trustPolicy, trustPrincipalIds };
}

async function lookUp(context: OperationContext): Promise<PrincipalLookUp> {
  return {
    partition: context.partition,
    principalExists: (arn) => principalExists(arn, context),
    serviceExists: await loadServicePrincipals(),
    providerExists: (arn) => providerExists(arn, context),
  };
}

function parse(text: string): PolicyDocument {
  const { document } = parsePolicyDocument(text);
  if (document === undefined) throw malformedPolicyDocument('Syntax error in policy.');
  return document;
}
