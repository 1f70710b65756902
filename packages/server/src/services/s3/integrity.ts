/** Requests whose body must be protected against what a network does to it. */
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';

/** Whether the request declares an MD5 or a checksum of its body. */
export function declaresIntegrity(http: HttpRequest): boolean {
  return (
    http.header('x-amz-trailer') !== undefined ||
    http.headers.some(
      ([name]) => name === 'content-md5' || /^x-amz-checksum-(?:crc|sha)/.test(name),
    )
  );
}

/** Throws InvalidRequest where it does not. */
export function requireIntegrity(http: HttpRequest): void {
  if (declaresIntegrity(http)) return;
  throw new ServiceError(
    'InvalidRequest',
    'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    400,
  );
}
