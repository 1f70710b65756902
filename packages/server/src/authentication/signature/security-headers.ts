/** The headers that decide a request's identity, read once; repeating one of them is an error. */
import type { HttpRequest } from '../../protocol/http.ts';

/** What the scan found. */
export interface SecurityHeaders {
  readonly authorization?: string;
  readonly date?: string;
  readonly amzDate?: string;
  readonly contentSha256?: string;
  readonly securityToken?: string;
  readonly contentLength?: string;
  readonly decodedContentLength?: string;
  /** The first security header that is sent twice. */
  readonly repeated?: string;
}

const names: ReadonlyMap<string, keyof SecurityHeaders | 'host' | 'contentType'> = new Map([
  ['authorization', 'authorization'],
  ['date', 'date'],
  ['x-amz-date', 'amzDate'],
  ['x-amz-content-sha256', 'contentSha256'],
  ['x-amz-security-token', 'securityToken'],
  ['content-length', 'contentLength'],
  ['x-amz-decoded-content-length', 'decodedContentLength'],
  ['content-type', 'contentType'],
  ['host', 'host'],
] as const);

/** Reads the security headers in one pass. */
export function scanSecurityHeaders(headers: HttpRequest['headers']): SecurityHeaders {
  const found: { -readonly [Name in keyof SecurityHeaders | 'host' | 'contentType']?: string } = {};
  for (const [header, value] of headers) {
    const name = names.get(header);
    if (name === undefined) continue;
    if (found[name] !== undefined) found.repeated = header;
    else found[name] = value;
  }
  return found;
}

/** Headers that must be signed and are not: `host` always, each `x-amz-*` that is present. */
export function unsignedHeaders(
  headers: HttpRequest['headers'],
  signedHeaders: readonly string[],
  isS3: boolean,
): readonly string[] {
  const unsigned = new Set<string>();
  if (!signedHeaders.includes('host')) unsigned.add('host');
  for (const [name] of headers) {
    const mustBeSigned = name.startsWith('x-amz-') || (isS3 && name === 'content-md5');
    if (mustBeSigned && !signedHeaders.includes(name)) unsigned.add(name);
  }
  return [...unsigned];
}
