/** What sessions of GetSessionToken and GetFederationToken may call at all (rule S8). */

import { ServiceError } from '../protocol/service-error.ts';
import type { ErrorFamily } from './authentication-error.ts';
import { refuse } from './authentication-error.ts';
import type { SignedCaller } from './caller.ts';

const sessionOperations: ReadonlySet<string> = new Set(['AssumeRole', 'GetCallerIdentity']);
const federatedOperations: ReadonlySet<string> = new Set(['GetCallerIdentity']);

/**
 * Throws unless the caller's kind of session may call the operation at all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
export function checkSessionReach(
  caller: SignedCaller,
  service: string,
  operation: string | undefined,
  family: ErrorFamily,
): void {
  const session = caller.session;
  if (session === undefined || session.kind === 'role') return;
  const isFederated = session.kind === 'federated-user';
  if (service === 'iam' && (isFederated || session.multiFactorAt === undefined)) {
    throw refuse(family, { reason: 'key' });
  }
  if (service !== 'sts' || operation === undefined) return;
  const allowed = isFederated ? federatedOperations : sessionOperations;
  if (allowed.has(operation)) return;
  const issuing = operation === 'GetSessionToken' || operation === 'GetFederationToken';
  // Unverified: the text for the other STS operations.
  const message = issuing ? `Cannot call ${operation} with session credentials` : 'Access Denied';
  throw new ServiceError('AccessDenied', message, 403);
}
