/** Whether the principals that a trust policy names exist. */
import { parseArn } from '@sekisho/policy';
import type { OperationContext } from '../service.ts';
import { entityArn, parseIamArn } from './arn.ts';

/** Whether an account (`…:root`), user, role, session or unique id is there to be trusted. */
export function principalExists(principal: string, context: OperationContext): boolean {
  const { directory, accounts } = context.runtime;
  if (!principal.startsWith('arn:')) {
    return (directory.userById(principal) ?? directory.roleById(principal)) !== undefined;
  }
  const arn = parseArn(principal);
  if (arn === undefined || arn.partition !== context.partition) return false;
  // An account that this server does not hold may exist elsewhere; trusting it lets nobody in
  // here. Its users and roles cannot be seen, and what cannot be seen is not taken.
  if (arn.resource === 'root') return true;
  if (!accounts.includes(arn.account)) return false;
  const [kind, name = ''] = arn.resource.split('/');
  if (kind === 'federated-user') return true;
  if (kind !== 'assumed-role') return principalId(principal, context) !== undefined;
  return directory.find(arn.account, 'role', name)?.record.name === name;
}

/** The unique id of the user or role with exactly that ARN. */
export function principalId(principal: string, context: OperationContext): string | undefined {
  const arn = parseIamArn(principal);
  if (arn === undefined || (arn.kind !== 'user' && arn.kind !== 'role')) return undefined;
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const owned = context.runtime.directory.find(arn.account, arn.kind, name);
  if (owned === undefined) return undefined;
  const { partition } = context;
  const actual = entityArn({ partition, account: arn.account }, arn.kind, owned.record);
  return actual === principal ? owned.record.id : undefined;
}

/** Whether the OIDC or SAML provider exists in its account. */
export function providerExists(provider: string, context: OperationContext): boolean {
  const arn = parseIamArn(provider);
  if (arn === undefined || arn.partition !== context.partition) return false;
  if (arn.kind !== 'oidc-provider' && arn.kind !== 'saml-provider') return false;
  return context.runtime.directory.find(arn.account, arn.kind, arn.resource) !== undefined;
}
