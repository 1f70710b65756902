/** Verification of a Signature Version 4 against the caller's signing key (HMAC-SHA256). */
import { timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../../protocol/http.ts';
import { type CanonicalForm, canonicalRequest, hashWireText } from './canonical-request.ts';
import { algorithm, type Claim } from './claim.ts';
import type { SigningKey } from './signing-key.ts';

/** The outcome, with the texts that S3 shows when the signature does not match. */
export interface Verification {
  readonly isValid: boolean;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

const signatureShape = /^[0-9a-f]{64}$/;
const zeros = '0'.repeat(64);

/** The string to sign of a canonical request's hash. */
export function stringToSign(timestamp: string, scope: string, canonicalHash: string): string {
  return `${algorithm}\n${timestamp}\n${scope}\n${canonicalHash}`;
}

/** What is signed, by the claim and the rules of its service. */
export function canonicalForm(claim: Claim, payloadHash: string, isS3: boolean): CanonicalForm {
  return {
    pathRule: isS3 ? 'as-is' : 'normalized',
    signedHeadersText: claim.signedHeadersText,
    signedHeaders: claim.signedHeaders,
    payloadHash,
    ...(claim.place === 'query' ? { leftOut: 'X-Amz-Signature' } : {}),
  };
}

/** Compares the claim's signature with the one that `key` makes, in constant time. */
export function verifySignature(
  request: HttpRequest,
  claim: Claim,
  form: CanonicalForm,
  key: SigningKey,
): Verification {
  const canonical = canonicalRequest(request, form) ?? '';
  const hash = canonical === '' ? undefined : hashWireText(canonical);
  const text = stringToSign(claim.timestamp, claim.credential.scope, hash ?? '');
  const isValid = equalsDigest(claim.signature, key.sign(text)) && hash !== undefined;
  return { isValid, canonicalRequest: canonical, stringToSign: text };
}

const given = Buffer.alloc(64);
const computed = Buffer.alloc(64);

/** Whether the text is that digest in lower-case hex; takes the same time wherever they differ. */
export function equalsDigest(text: string, digest: string): boolean {
  const hasShape = signatureShape.test(text);
  // A malformed signature costs as much as a wrong one.
  given.write(hasShape ? text : zeros, 'latin1');
  computed.write(digest, 'latin1');
  return timingSafeEqual(given, computed) && hasShape;
}
