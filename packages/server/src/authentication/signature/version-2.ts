/** Signature Version 2 in the query: what older clients presign for S3 (GET and PUT only). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { refuse } from '../authentication-error.ts';
import type { SignedCaller } from '../caller.ts';
import type { KeySource } from '../credentials.ts';
import { canonicalValue } from './canonical-request.ts';
import { hexBytes, refuseKey } from './refusal.ts';
import type { LegacyQuerySignature } from './security-parameters.ts';
import { formatIsoTime } from './timestamp.ts';

/** Query parameters that are part of the string to sign. */
const signedParameters: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'partNumber',
  'policy',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'select',
  'select-type',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/**
 * Parameters that only narrow a listing. Every other unsigned parameter could turn the presigned
 * operation into another one, so it is refused.
 */
const harmlessParameters: ReadonlySet<string> = new Set([
  'AWSAccessKeyId',
  'Signature',
  'Expires',
  'x-amz-security-token',
  'content-md5',
  'content-type',
  'x-id',
  'prefix',
  'delimiter',
  'marker',
  'max-keys',
  'encoding-type',
  'list-type',
  'continuation-token',
  'start-after',
  'fetch-owner',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-uploads',
  'max-parts',
  'part-number-marker',
]);

/** What verification needs besides the request. */
export interface Version2Parts {
  readonly keys: KeySource;
  readonly dummySecret: string;
  /** The bucket of a virtual-host request. */
  readonly bucket?: string;
}

const signatureShape = /^[A-Za-z0-9+/]{27}=$/;
const expiresShape = /^\d{1,11}$/;

/**
 * The caller of a presigned request. Throws S3's error when it cannot be believed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function verifyVersion2(
  request: HttpRequest,
  claim: LegacyQuerySignature,
  parts: Version2Parts,
): SignedCaller {
  const { accessKeyId, signature, expires } = claim;
  if (accessKeyId === undefined || signature === undefined || expires === undefined) {
    const all = 'the Signature, Expires and AWSAccessKeyId parameters';
    throw new ServiceError('AccessDenied', `Query-string authentication requires ${all}`, 403);
  }
  if (request.method !== 'GET' && request.method !== 'PUT')
    throw refuse('s3', { reason: 'scheme' });
  checkParameters(request);
  checkExpiry(expires, request.receivedAt);
  const token = headerOrParameter(request, 'x-amz-security-token');
  const key = parts.keys.find(accessKeyId, token, request.receivedAt);
  const text = stringToSignVersion2(request, expires, parts.bucket);
  const secret = key.known ? key.secret() : parts.dummySecret;
  const isValid =
    matches(signature, secret, text) ||
    (isBucketPath(request, parts.bucket) && matches(signature, secret, withSlash(text)));
  if (!key.known) throw refuseKey(key, accessKeyId, token, 's3');
  if (isValid) return key.caller;
  throw refuse('s3', {
    reason: 'signature',
    details: [
      ['AWSAccessKeyId', accessKeyId],
      ['StringToSign', text],
      ['SignatureProvided', signature],
      ['StringToSignBytes', hexBytes(text)],
    ],
  });
}

function checkParameters(request: HttpRequest): void {
  const seen = new Set<string>();
  for (const { name } of request.query) {
    const isKnown = signedParameters.has(name) || harmlessParameters.has(name);
    if ((!isKnown && !name.startsWith('x-amz-')) || seen.has(name)) {
      throw new ServiceError('AccessDenied', 'Access Denied', 403);
    }
    seen.add(name);
  }
}

function checkExpiry(expires: string, now: number): void {
  if (!expiresShape.test(expires)) {
    // Unverified: S3's text for an expiry that is no number.
    throw new ServiceError('AccessDenied', `Invalid date (should be seconds since epoch)`, 403);
  }
  if (now <= Number(expires) * 1000) return;
  throw new ServiceError('AccessDenied', 'Request has expired', 403, [
    ['Expires', formatIsoTime(Number(expires) * 1000)],
    ['ServerTime', formatIsoTime(now)],
  ]);
}

/** Version 2 moves headers into the query: either place counts, both at once are refused. */
function headerOrParameter(request: HttpRequest, name: string): string | undefined {
  const header = request.header(name);
  const parameter = request.query.find((candidate) => candidate.name === name)?.value;
  if (header !== undefined && parameter !== undefined && header !== parameter) {
    throw refuse('s3', { reason: 'two-schemes' });
  }
  return header ?? parameter;
}

/** The string to sign of a presigned request. */
export function stringToSignVersion2(
  request: HttpRequest,
  expires: string,
  bucket?: string,
): string {
  const contentMd5 = headerOrParameter(request, 'content-md5') ?? '';
  const contentType = headerOrParameter(request, 'content-type') ?? '';
  const head = `${request.method}\n${contentMd5}\n${contentType}\n${expires}\n`;
  return `${head}${amzHeaders(request)}${resource(request, bucket)}`;
}

function amzHeaders(request: HttpRequest): string {
  const values = new Map<string, string>();
  for (const [name, value] of request.headers) {
    if (!name.startsWith('x-amz-')) continue;
    const before = values.get(name);
    const text = canonicalValue(value);
    values.set(name, before === undefined ? text : `${before},${text}`);
  }
  for (const { name, value } of request.query) {
    if (name.startsWith('x-amz-') && headerOrParameter(request, name) !== undefined) {
      values.set(name, canonicalValue(value));
    }
  }
  const names = [...values.keys()].sort();
  return names.map((name) => `${name}:${values.get(name) ?? ''}\n`).join('');
}

function resource(request: HttpRequest, bucket: string | undefined): string {
  const path = bucket === undefined ? request.rawPath : `/${bucket}${request.rawPath}`;
  const signed = request.query
    .filter(({ name }) => signedParameters.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value, rawValue }) => (rawValue === '' ? name : `${name}=${value}`));
  return signed.length === 0 ? path : `${path}?${signed.join('&')}`;
}

/** A bucket's own path may be signed with a slash at its end: both name the same resource. */
function isBucketPath(request: HttpRequest, bucket: string | undefined): boolean {
  return bucket === undefined && /^\/[^/]+$/.test(request.rawPath);
}

function withSlash(text: string): string {
  const at = text.lastIndexOf('\n') + 1;
  return text.slice(0, at) + text.slice(at).replace(/^[^?]+/, '$&/');
}

function matches(signature: string, secret: string, text: string): boolean {
  return equalsBase64(signature, createHmac('sha1', secret).update(text).digest());
}

function equalsBase64(signature: string, digest: Buffer): boolean {
  const hasShape = signatureShape.test(signature);
  const given = Buffer.from(hasShape ? signature : `${'A'.repeat(27)}=`, 'base64');
  return timingSafeEqual(given, digest) && hasShape;
}
