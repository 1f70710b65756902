/** Keys of issuers that this server stands in for, because its operator said so. */
import type { VerificationKey } from './json-web-key.ts';

/** Asked before the network is: an issuer that has local keys is never asked over the network. */
export interface LocalIssuerKeys {
  /** The issuer's keys; undefined for an issuer that nobody stands in for. */
  keysOf(issuer: string): readonly VerificationKey[] | undefined;
}
