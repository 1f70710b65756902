/** How a key or a signature is refused, with what S3 adds to the answer. */
import type { ServiceError } from '../../protocol/service-error.ts';
import { type ErrorFamily, refuse } from '../authentication-error.ts';
import type { RefusedKey } from '../credentials.ts';
import type { Claim } from './claim.ts';
import type { Verification } from './verify.ts';

/** The refusal of a key that may not sign. */
export function refuseKey(
  key: RefusedKey,
  accessKeyId: string,
  token: string | undefined,
  family: ErrorFamily,
): ServiceError {
  const details: [string, string][] =
    key.reason === 'key' ? [['AWSAccessKeyId', accessKeyId]] : [['Token-0', token ?? '']];
  return refuse(family, { reason: key.reason, details });
}

/** The refusal of a signature; S3 shows what it would have signed. */
export function refuseSignature(
  claim: Claim,
  { stringToSign, canonicalRequest }: Verification,
  family: ErrorFamily,
): ServiceError {
  return refuse(family, {
    reason: 'signature',
    details: [
      ['AWSAccessKeyId', claim.credential.accessKeyId],
      ['StringToSign', stringToSign],
      ['SignatureProvided', claim.signature],
      ['StringToSignBytes', hexBytes(stringToSign)],
      ['CanonicalRequest', canonicalRequest],
      ['CanonicalRequestBytes', hexBytes(canonicalRequest)],
    ],
  });
}

/** A character a byte, in hex with blanks between. */
export function hexBytes(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
}
