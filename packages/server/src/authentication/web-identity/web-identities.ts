/** Verification of web identity tokens: the whole of it in the order of AWS's answers (OIDC). */
import type { WebIdentity } from './web-identity.ts';

/** Verifies tokens for the accounts of this server. */
export interface WebIdentities {
  /** The identity that the token proves in the account. Throws ServiceError. */
  verify(token: string, account: string, now: number): Promise<WebIdentity>;
}
