/** Proof that a request was authenticated: only this room can make one. */
import type { Caller } from './caller.ts';

declare const authenticatedBrand: unique symbol;

/** How the request proved who sent it: condition keys `s3:authType` and `s3:signatureversion`. */
export type AuthenticationType = 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST' | 'none';

/** The outcome of authentication. */
export interface Authenticated {
  readonly [authenticatedBrand]: true;
  readonly caller: Caller;
  readonly authenticationType: AuthenticationType;
  readonly signatureVersion: 'AWS4-HMAC-SHA256' | 'AWS' | 'none';
  /** The region of the credential scope; undefined when unsigned or SigV2. */
  readonly region?: string;
  /** Presigned requests: milliseconds since signing, for `s3:signatureAge`. */
  readonly signatureAge?: number;
  /** The payload's declared hash or mode, for `s3:x-amz-content-sha256`. */
  readonly contentSha256?: string;
}

/** Makes the proof. To be called in `authentication/` only (the style test checks). */
export function proveAuthenticated(
  facts: Omit<Authenticated, typeof authenticatedBrand>,
): Authenticated {
  return facts as Authenticated;
}
