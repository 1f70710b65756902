/** For tests: aws-chunked bodies, signed chunk by chunk. */
import { hash } from 'node:crypto';
import type { ChunkSeed } from '../payload/chunk-signature.ts';

const emptyHash = hash('sha256', '', 'hex');

/** Frames the chunks (the zero chunk is added), with signatures when there is a seed. */
export function frameChunks(
  chunks: readonly string[],
  seed?: ChunkSeed,
  trailers: readonly (readonly [name: string, value: string])[] = [],
): string {
  let previous = seed?.signature ?? '';
  const sign = (kind: string, hashes: string): string => {
    if (seed === undefined) return '';
    const head = `AWS4-HMAC-SHA256-${kind}\n${seed.timestamp}\n${seed.scope}\n${previous}`;
    previous = seed.key.sign(`${head}\n${hashes}`);
    return previous;
  };
  let body = '';
  for (const chunk of [...chunks, '']) {
    const signature = sign('PAYLOAD', `${emptyHash}\n${hash('sha256', chunk, 'hex')}`);
    const size = Buffer.byteLength(chunk).toString(16);
    body += seed === undefined ? `${size}\r\n` : `${size};chunk-signature=${signature}\r\n`;
    if (chunk !== '') body += `${chunk}\r\n`;
  }
  for (const [name, value] of trailers) body += `${name}:${value}\r\n`;
  if (seed !== undefined && trailers.length > 0) {
    const lines = trailers.map(([name, value]) => `${name}:${value}\n`).join('');
    body += `x-amz-trailer-signature:${sign('TRAILER', hash('sha256', lines, 'hex'))}\r\n`;
  }
  return `${body}\r\n`;
}

/** A stream of the bytes in pieces of `size`. */
export async function* inPieces(
  body: string | Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Everything that a stream gives, as text. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += Buffer.from(piece).toString();
  return text;
}
