/**
 * Properties of the session: time of issue, MFA, source identity, what the issuing service added.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-role-session
 */
import type { Caller, Session } from '../authentication/caller.ts';
import { type ContextEntry, contextDate, present } from './entries.ts';

/** Keys of temporary credentials; none with long-term keys. */
export function sessionKeys(caller: Caller, now: number): readonly ContextEntry[] {
  if (!('session' in caller) || caller.session === undefined) return [];
  const { session } = caller;
  return [
    ...present(
      ['aws:TokenIssueTime', contextDate(session.issuedAt)],
      ['aws:MultiFactorAuthPresent', multiFactorPresent(session)],
      ['aws:MultiFactorAuthAge', multiFactorAge(session, now)],
      ['aws:SourceIdentity', session.sourceIdentity],
      ['aws:FederatedProvider', session.federatedProvider],
    ),
    ...session.contextKeys,
  ];
}

/**
 * Present with temporary credentials, but not for federated identities.
 * Unverified: `false` rather than absent for a role session of a caller without MFA.
 */
function multiFactorPresent(session: Session): string | undefined {
  if (session.kind === 'federated-user' || session.federatedProvider !== undefined)
    return undefined;
  return session.multiFactorAt === undefined ? 'false' : 'true';
}

function multiFactorAge(session: Session, now: number): string | undefined {
  if (session.multiFactorAt === undefined) return undefined;
  return String(Math.max(0, Math.floor((now - session.multiFactorAt) / 1000)));
}
