/** Checksums that the client sent with a body (header or trailer), checked as the body is read. */
import type { HttpRequest } from '../../../protocol/http.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { VerifiedPayload } from '../payload.ts';
import {
  algorithmOfHeader,
  type ChecksumAlgorithm,
  checksumBytes,
  checksumHeader,
  createChecksum,
  type RunningChecksum,
} from './checksum.ts';

/** What a request says about the checksums of its body. */
export interface DeclaredChecksum {
  readonly contentMd5?: string;
  readonly algorithm?: ChecksumAlgorithm;
  /** Base64; undefined when it comes in the trailer. */
  readonly value?: string;
}

/** A payload whose checksums are verified, and what was computed. */
export interface ChecksummedPayload {
  readonly payload: VerifiedPayload;
  /** Base64 by algorithm, complete after the stream has ended. */
  readonly computed: ReadonlyMap<ChecksumAlgorithm | 'MD5', string>;
}

/**
 * Reads `Content-MD5`, `x-amz-checksum-*` and `x-amz-trailer`. Throws ServiceError for values
 * that cannot be checksums and for more than one algorithm.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function readDeclaredChecksum(request: HttpRequest): DeclaredChecksum {
  const found = new Map<ChecksumAlgorithm, string | undefined>();
  for (const [name, value] of request.headers) {
    const algorithm = algorithmOfHeader(name);
    if (algorithm === undefined) continue;
    if (found.has(algorithm)) throw multipleChecksums();
    if (!isBase64(value, checksumBytes[algorithm])) throw invalidChecksum(name);
    found.set(algorithm, value);
  }
  for (const name of (request.header('x-amz-trailer') ?? '').split(',')) {
    const algorithm = algorithmOfHeader(name.trim());
    if (algorithm === undefined) continue;
    if (found.has(algorithm)) throw multipleChecksums();
    found.set(algorithm, undefined);
  }
  if (found.size > 1) throw multipleChecksums();
  const [entry] = found;
  const contentMd5 = readContentMd5(request);
  const md5 = contentMd5 === undefined ? {} : { contentMd5 };
  if (entry === undefined) return md5;
  const [algorithm, value] = entry;
  return { ...md5, algorithm, ...(value === undefined ? {} : { value }) };
}

function readContentMd5(request: HttpRequest): string | undefined {
  const contentMd5 = request.header('content-md5');
  if (contentMd5 === undefined || isBase64(contentMd5, 16)) return contentMd5;
  throw new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, [
    ['Content-MD5', contentMd5],
  ]);
}

/**
 * The payload, computing the wanted checksums besides those declared and comparing at its end.
 * The stream throws BadDigest when one differs: what was read must then be thrown away.
 */
export function verifyChecksums(
  payload: VerifiedPayload,
  declared: DeclaredChecksum,
  wanted: readonly (ChecksumAlgorithm | 'MD5')[] = [],
): ChecksummedPayload {
  const computed = new Map<ChecksumAlgorithm | 'MD5', string>();
  const names = new Set(wanted);
  if (declared.algorithm !== undefined) names.add(declared.algorithm);
  if (declared.contentMd5 !== undefined) names.add('MD5');
  const running = [...names].map((name) => [name, createChecksum(name)] as const);
  const stream = compute(payload, running, computed, () => check(payload, declared, computed));
  return { payload: { ...payload, stream }, computed };
}

async function* compute(
  payload: VerifiedPayload,
  running: readonly (readonly [ChecksumAlgorithm | 'MD5', RunningChecksum])[],
  computed: Map<ChecksumAlgorithm | 'MD5', string>,
  finish: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of payload.stream) {
    for (const [, checksum] of running) checksum.update(piece);
    yield piece;
  }
  for (const [name, checksum] of running) computed.set(name, checksum.digest());
  finish();
}

function check(
  payload: VerifiedPayload,
  declared: DeclaredChecksum,
  computed: ReadonlyMap<ChecksumAlgorithm | 'MD5', string>,
): void {
  const { contentMd5, algorithm } = declared;
  const md5 = computed.get('MD5') ?? '';
  if (contentMd5 !== undefined && contentMd5 !== md5) {
    const message = 'The Content-MD5 you specified did not match what we received.';
    throw new ServiceError('BadDigest', message, 400, [
      ['ExpectedDigest', contentMd5],
      ['CalculatedDigest', md5],
    ]);
  }
  if (algorithm === undefined) return;
  const header = checksumHeader(algorithm);
  const value = declared.value ?? payload.trailers.get(header);
  if (value === undefined || !isBase64(value, checksumBytes[algorithm])) {
    throw invalidChecksum(header);
  }
  if (value !== computed.get(algorithm)) {
    const message = `The ${algorithm} you specified did not match the calculated checksum.`;
    throw new ServiceError('BadDigest', message, 400);
  }
}

function invalidChecksum(header: string): ServiceError {
  return new ServiceError('InvalidRequest', `Value for ${header} header is invalid.`, 400);
}

function multipleChecksums(): ServiceError {
  const message =
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
  return new ServiceError('InvalidRequest', message, 400);
}

const base64Shape = /^[A-Za-z0-9+/]*={0,2}$/;

function isBase64(text: string, bytes: number): boolean {
  if (!base64Shape.test(text)) return false;
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}
