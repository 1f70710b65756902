/** The second request id of STS, a header beside the first. */
import type { HttpResponse } from '../protocol/http.ts';
import type { GatewayParts } from './parts.ts';
import type { Trail } from './record.ts';

/** Base64 of `1:REGION:S:MILLISECONDS:R:WORD`, the word being eight characters by chance. */
export function withExtendedRequestId(
  response: HttpResponse,
  { service, region, request }: Trail,
  { configuration, platform }: GatewayParts,
): HttpResponse {
  if (service?.id !== 'sts') return response;
  const word = Buffer.from(platform.random.bytes(6)).toString('base64url');
  const place = region ?? configuration.region;
  const text = `1:${place}:S:${request.receivedAt}:R:${word}`;
  const header = ['x-amz-sts-extended-request-id', Buffer.from(text).toString('base64')] as const;
  return { ...response, headers: [...response.headers, header] };
}
