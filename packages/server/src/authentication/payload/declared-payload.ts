/** What a request declares about its body: the last line of its canonical request. */
import { hash } from 'node:crypto';
import { refuse } from '../authentication-error.ts';
import type { Claim } from '../signature/claim.ts';
import type { ServiceRules } from '../signature/service-rules.ts';
import { missingContentSha256, unknownPayloadMode } from './payload-error.ts';
import { type PayloadMode, parsePayloadMode } from './payload-mode.ts';

/** The declaration that nothing is declared (S3 only). */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** What a signed request says about its body. */
export interface DeclaredPayload {
  readonly mode: PayloadMode;
  /** The last line of the canonical request. */
  readonly hash: string;
  /** What the client declared, for `s3:x-amz-content-sha256`. */
  readonly text?: string;
}

/** Reads the declaration. Throws the service's error when it is missing, unknown or untrue. */
export function declaredPayload(
  claim: Claim,
  body: Uint8Array | undefined,
  rules: ServiceRules,
): DeclaredPayload {
  const declared = claim.contentSha256;
  if (rules.isS3) {
    if (declared === undefined && claim.place === 'header') throw missingContentSha256();
    const text = declared ?? unsignedPayload;
    const mode = parsePayloadMode(text);
    if (mode === undefined) throw unknownPayloadMode(text);
    return { mode, hash: text, text };
  }
  if (body === undefined) throw new Error('only S3 streams its bodies');
  const computed = hash('sha256', body, 'hex');
  // UNSIGNED-PAYLOAD and all other modes are S3's: here only the body's own hash will do.
  if (declared !== undefined && declared !== computed) {
    throw refuse(rules.family, { reason: 'signature' });
  }
  const mode = { hash: computed, isChunked: false, isSigned: false, hasTrailer: false };
  return { mode, hash: computed, ...(declared === undefined ? {} : { text: declared }) };
}
