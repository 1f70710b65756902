/** A verified web identity: what an OIDC token proved and what of it policies may see. */
import type { ContextValue } from '@sekisho/policy';

/** Condition keys with their values. */
export type ClaimKeys = readonly (readonly [key: string, value: ContextValue])[];

/** The bearer of a token that passed every check. */
export interface WebIdentity {
  /** The account whose OIDC provider vouches for the token. */
  readonly account: string;
  /** The OIDC provider's ARN. */
  readonly provider: string;
  /** `sub`. */
  readonly subject: string;
  /** `azp` when the token has it, otherwise `aud`. */
  readonly audience: string;
  /** Keys of the trust policy's evaluation (`ISSUER:sub`, …). */
  readonly trustKeys: ClaimKeys;
  /** Keys that the session carries afterwards. */
  readonly sessionKeys: ClaimKeys;
  /** Session tags that the token carries. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
}
