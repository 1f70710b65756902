/** The body of a request without a Signature Version 4. */
import type { HttpRequest } from '../../protocol/http.ts';
import type { SecurityHeaders } from '../signature/security-headers.ts';
import { unsignedPayload } from './declared-payload.ts';
import { createPayload, type VerifiedPayload } from './payload.ts';
import { unknownPayloadMode } from './payload-error.ts';
import { parsePayloadMode } from './payload-mode.ts';

/** The payload of a request without a Signature Version 4: its own hash may still be declared. */
export function plainPayload(
  request: HttpRequest,
  headers: SecurityHeaders,
  body: Uint8Array | undefined,
  isS3: boolean,
): VerifiedPayload {
  const text = isS3 ? (headers.contentSha256 ?? unsignedPayload) : unsignedPayload;
  const mode = parsePayloadMode(text);
  // Chunks cannot be signed where there is no signature to start the chain from.
  if (mode === undefined || mode.isSigned) throw unknownPayloadMode(text);
  return createPayload({ request, headers, mode, ...(body === undefined ? {} : { body }) });
}
