/** Trust policies as they stand now: their principals are kept as unique ids and shown by name. */
import { printTrustPolicy } from '@sekisho/policy';
import type { Directory } from './directory.ts';
import type { RoleRecord } from './records.ts';

/** What explanations call it. */
export function trustPolicyName({ name }: RoleRecord): string {
  return `trust policy of role ${name}`;
}

/**
 * The role's trust policy with each user and role under its present ARN, or under its unique id
 * once it has been deleted (rule P6): what AWS prints, and what may be evaluated.
 */
export function currentTrustPolicy(
  role: RoleRecord,
  directory: Directory,
  partition: string,
): string {
  const names = new Map<string, string>();
  for (const [arn, id] of role.trustPrincipalIds) {
    const name = currentPrincipalArn(id, directory, partition) ?? id;
    if (name !== arn) names.set(arn, name);
  }
  if (names.size === 0) return role.trustPolicy;
  const document = directory.policyDocuments.read(role.trustPolicy, trustPolicyName(role));
  return printTrustPolicy(document, { partition, nameOfPrincipal: (arn) => names.get(arn) ?? arn });
}

/** The ARN of the user or role that has the unique id now. */
export function currentPrincipalArn(
  id: string,
  directory: Directory,
  partition: string,
): string | undefined {
  const user = directory.userById(id);
  const kind = user === undefined ? 'role' : 'user';
  const owned = user ?? directory.roleById(id);
  if (owned === undefined) return undefined;
  return `arn:${partition}:iam::${owned.account}:${kind}${owned.record.path}${owned.record.name}`;
}
