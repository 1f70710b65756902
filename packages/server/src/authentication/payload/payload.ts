/** The verified body of a request: buffered and checked at once, or checked as it is read. */
import { createHash, hash } from 'node:crypto';
import type { HttpRequest } from '../../protocol/http.ts';
import type { SecurityHeaders } from '../signature/security-headers.ts';
import { type ChunkedForm, decodeChunked } from './aws-chunked.ts';
import { ChunkChain, type ChunkSeed } from './chunk-signature.ts';
import {
  contentMismatch,
  incompleteBody,
  malformedTrailer,
  missingContentLength,
} from './payload-error.ts';
import type { PayloadMode } from './payload-mode.ts';

/** A body that is verified as it is read (services/service.ts: Payload). */
export interface VerifiedPayload {
  /** Throws ServiceError, at the latest at its end, when the body is not what was signed. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** The length of the decoded body, when the client told it. */
  readonly length?: number;
  /** Trailing headers (lower-case names), complete after the stream has ended. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** What a payload is made from. */
export interface PayloadSource {
  readonly request: HttpRequest;
  readonly headers: SecurityHeaders;
  readonly mode: PayloadMode;
  /** The body, where the gateway has read it already. */
  readonly body?: Uint8Array;
  /** Of a signed request with signed chunks. */
  readonly seed?: ChunkSeed;
  /** Nothing is verified (any-key mode). */
  readonly isTrusted?: boolean;
}

const lengthShape = /^\d{1,15}$/;
const nameShape = /^[A-Za-z0-9-]{1,128}$/;
const noTrailers: ReadonlyMap<string, string> = new Map();

/** The payload of a request. Throws ServiceError when a buffered body is wrong. */
export function createPayload(source: PayloadSource): VerifiedPayload {
  const { mode, body, request } = source;
  const stream = body === undefined ? request.body : once(body);
  if (mode.isChunked) return createChunkedPayload(source, stream);
  const declared = readLength(source.headers.contentLength);
  const expected = source.isTrusted === true ? undefined : mode.hash;
  if (body !== undefined) {
    if (expected !== undefined) checkHash(expected, hash('sha256', body, 'hex'));
    return { stream, length: body.length, trailers: noTrailers };
  }
  const checked = checkWhole(stream, expected, declared);
  const length = declared === undefined ? {} : { length: declared };
  return { stream: checked, ...length, trailers: noTrailers };
}

function createChunkedPayload(
  source: PayloadSource,
  stream: AsyncIterable<Uint8Array>,
): VerifiedPayload {
  const { request, headers, mode, seed } = source;
  const decodedLength = readLength(headers.decodedContentLength);
  if (decodedLength === undefined) throw missingContentLength();
  const form: ChunkedForm = {
    ...(mode.isSigned && seed !== undefined ? { chain: new ChunkChain(seed) } : {}),
    ...(source.isTrusted === true ? { ignoresSignatures: true } : {}),
    hasTrailer: mode.hasTrailer,
    decodedLength,
    announcedTrailers: mode.hasTrailer ? announcedTrailers(request) : new Set(),
  };
  const trailers = new Map<string, string>();
  return { stream: decodeChunked(stream, form, trailers), length: decodedLength, trailers };
}

function announcedTrailers(request: HttpRequest): ReadonlySet<string> {
  const text = request.header('x-amz-trailer') ?? '';
  const names = text.split(',').map((name) => name.trim());
  if (text !== '' && !names.every((name) => nameShape.test(name))) throw malformedTrailer();
  return new Set(text === '' ? [] : names.map((name) => name.toLowerCase()));
}

function readLength(text: string | undefined): number | undefined {
  return text !== undefined && lengthShape.test(text) ? Number(text) : undefined;
}

function checkHash(declared: string, computed: string): void {
  if (declared !== computed) throw contentMismatch(declared, computed);
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body;
}

async function* checkWhole(
  stream: AsyncIterable<Uint8Array>,
  expectedHash: string | undefined,
  expectedLength: number | undefined,
): AsyncGenerator<Uint8Array> {
  const hashing = expectedHash === undefined ? undefined : createHash('sha256');
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    hashing?.update(piece);
    yield piece;
  }
  if (expectedLength !== undefined && length !== expectedLength) throw incompleteBody();
  if (hashing !== undefined) checkHash(expectedHash ?? '', hashing.digest('hex'));
}

/** Reads a payload into memory; undefined when it is longer than `bytesMax`. */
export async function readPayload(
  payload: VerifiedPayload,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of payload.stream) {
    length += piece.length;
    if (length > bytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
