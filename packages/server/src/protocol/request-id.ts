/** Request ids as each protocol writes them: UUIDs, but in S3 sixteen letters and digits. */
import type { ProtocolName } from './protocol.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/**
 * The id that a client sees for a request that we number by UUID: `x-amz-request-id` of S3 is 80 of
 * its random bits, everything else is the UUID itself. Anything that is no UUID stays as it is.
 */
export function wireRequestId(protocol: ProtocolName, requestId: string): string {
  if (protocol !== 'rest-xml' || !uuid.test(requestId)) return requestId;
  const digits = requestId.slice(0, 8) + requestId.slice(24);
  let bits = BigInt(`0x${digits}`);
  let text = '';
  for (let index = 0; index < 16; index++) {
    text = alphabet.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
