/** The aws-chunked framing: chunks with signatures, the zero chunk, and trailing headers. */
import { ByteReader } from './byte-reader.ts';
import type { ChunkChain } from './chunk-signature.ts';
import { chunkSignatureMismatch, incompleteBody, malformedTrailer } from './payload-error.ts';

/** How a body is framed. */
export interface ChunkedForm {
  /** Present when each chunk must be signed. */
  readonly chain?: ChunkChain;
  readonly hasTrailer: boolean;
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number;
  /** Lower-case names announced by `x-amz-trailer`. */
  readonly announcedTrailers: ReadonlySet<string>;
  /** Chunk signatures may be there and are not looked at (any-key mode). */
  readonly ignoresSignatures?: boolean;
}

const headerBytesMax = 256;
const trailerBytesMax = 4096;
const trailersMax = 16;
const chunkHeader = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/;
const trailerShape = /^([A-Za-z0-9-]{1,128}):[ \t]*([\x21-\x7e]*)[ \t]*$/;
const signatureTrailer = 'x-amz-trailer-signature';

/**
 * The decoded bytes, in pieces as they arrive. A forged, short or malformed body throws
 * ServiceError, at the latest at the end: what was read before must then be thrown away.
 * `trailers` is filled at the end.
 */
export async function* decodeChunked(
  body: AsyncIterable<Uint8Array>,
  form: ChunkedForm,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(body);
  let remaining = form.decodedLength;
  try {
    for (;;) {
      const chunk = readChunkHeader(await reader.line(headerBytesMax), form);
      if (chunk.size > remaining) throw incompleteBody();
      let left = chunk.size;
      while (left > 0) {
        const piece = await reader.some(left);
        if (piece === undefined) throw incompleteBody();
        left -= piece.length;
        form.chain?.update(piece);
        yield piece;
      }
      remaining -= chunk.size;
      if (form.chain?.endChunk(chunk.signature ?? '') === false) throw chunkSignatureMismatch();
      if (chunk.size === 0) break;
      if ((await reader.line(2)) !== '') throw incompleteBody();
    }
    if (remaining !== 0) throw incompleteBody();
    await readEnd(reader, form, trailers);
  } finally {
    await reader.close();
  }
}

interface Chunk {
  readonly size: number;
  readonly signature?: string;
}

function readChunkHeader(line: string | undefined, form: ChunkedForm): Chunk {
  const parts = line === undefined ? null : chunkHeader.exec(line);
  if (parts === null) throw incompleteBody();
  const [, size = '', signature] = parts;
  const mayBeSigned = form.chain !== undefined || form.ignoresSignatures === true;
  if (form.chain !== undefined && signature === undefined) throw chunkSignatureMismatch();
  if (!mayBeSigned && signature !== undefined) throw incompleteBody();
  const bytes = Number.parseInt(size, 16);
  return signature === undefined ? { size: bytes } : { size: bytes, signature };
}

/** After the zero chunk: trailers if the mode has them, an empty line, nothing else. */
async function readEnd(
  reader: ByteReader,
  form: ChunkedForm,
  trailers: Map<string, string>,
): Promise<void> {
  let lines = '';
  let signature: string | undefined;
  for (;;) {
    // Some clients leave out the last empty line.
    if (await reader.atEnd()) break;
    const line = await reader.line(trailerBytesMax);
    if (line === '') break;
    if (line === undefined || !form.hasTrailer || signature !== undefined) throw malformedTrailer();
    const [name, value] = readTrailer(line);
    if (name === signatureTrailer) {
      signature = value;
      continue;
    }
    if (!form.announcedTrailers.has(name) || trailers.has(name)) throw malformedTrailer();
    if (trailers.size >= trailersMax) throw malformedTrailer();
    trailers.set(name, value);
    lines += `${name}:${value}\n`;
  }
  if (!(await reader.atEnd())) throw incompleteBody();
  if (trailers.size < form.announcedTrailers.size && form.hasTrailer) throw malformedTrailer();
  if (form.chain === undefined) return;
  if (!form.hasTrailer) return;
  if (signature === undefined || !form.chain.endTrailer(lines, signature)) {
    throw chunkSignatureMismatch();
  }
}

function readTrailer(line: string): readonly [name: string, value: string] {
  const parts = trailerShape.exec(line);
  if (parts === null) throw malformedTrailer();
  const [, name = '', value = ''] = parts;
  return [name.toLowerCase(), value.trim()];
}
