/** Tar archives of image layers, read as a stream: ustar with the extensions of GNU and of pax. */

/** One member. Its content must be read (or left) before the next is asked for. */
export interface ArchiveEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'hard-link' | 'other';
  readonly mode: number;
  readonly size: number;
  /** Of links: where they lead, as written. */
  readonly target: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;
const pathBytesMax = 4096;
const extensionBytesMax = 1024 * 1024;
/** Of pax: whatever else an archive has to say is not kept. */
const extensionKeys: ReadonlySet<string> = new Set(['path', 'linkpath', 'size']);

const types: ReadonlyMap<string, ArchiveEntry['type']> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  ['7', 'file'],
  ['1', 'hard-link'],
  ['2', 'link'],
  ['5', 'folder'],
]);

/** Throws when the archive is cut short or not one. */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchiveEntry> {
  const reader = new ByteReader(chunks);
  let extension: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await reader.take(blockBytes);
    // Two empty blocks end an archive; many writers leave it at the end of the stream.
    if (header === undefined || header.every((byte) => byte === 0)) break;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = readNumber(header.subarray(124, 136), 'size');
    if (type === 'x' || type === 'L' || type === 'K') {
      extension = new Map([...extension, ...(await readExtension(reader, type, size))]);
      continue;
    }
    if (type === 'g') {
      await reader.skip(padded(size));
      continue;
    }
    const entry = readHeader(header, type, size, extension);
    extension = new Map();
    const content = reader.content(entry.size);
    yield { ...entry, content };
    await content.skipRest();
    await reader.skip(padded(entry.size) - entry.size);
  }
  await reader.drain();
}

function readHeader(
  header: Buffer,
  type: string,
  size: number,
  extension: ReadonlyMap<string, string>,
): Omit<ArchiveEntry, 'content'> {
  const isUstar = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isUstar ? readText(header.subarray(345, 500)) : '';
  const name = readText(header.subarray(0, 100));
  const path = extension.get('path') ?? (prefix === '' ? name : `${prefix}/${name}`);
  const target = extension.get('linkpath') ?? readText(header.subarray(157, 257));
  if (path.length > pathBytesMax || target.length > pathBytesMax) {
    throw new Error('the layer has a name that is too long');
  }
  const extended = extension.get('size');
  if (extended !== undefined && !/^\d{1,15}$/.test(extended)) throw malformed('size');
  const hasContent = types.get(type) === 'file' || !types.has(type);
  const bytes = extended === undefined ? size : Number(extended);
  return {
    path,
    target,
    type: types.get(type) ?? 'other',
    mode: readNumber(header.subarray(100, 108), 'mode'),
    size: hasContent ? bytes : 0,
  };
}

async function readExtension(
  reader: ByteReader,
  type: string,
  size: number,
): Promise<ReadonlyMap<string, string>> {
  if (size > extensionBytesMax) throw malformed('extension');
  const bytes = await reader.take(padded(size));
  if (bytes === undefined) throw malformed('extension');
  const content = bytes.subarray(0, size);
  if (type === 'L') return new Map([['path', readText(content)]]);
  if (type === 'K') return new Map([['linkpath', readText(content)]]);
  return readPax(content);
}

/** Records `LENGTH KEY=VALUE\n`, the length counting all of it. */
function readPax(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const digits = blank < 0 ? '' : content.toString('latin1', at, blank);
    if (!/^[1-9]\d{0,6}$/.test(digits)) throw malformed('extension');
    const end = at + Number(digits);
    if (end > content.length || end <= blank) throw malformed('extension');
    const record = content.toString('utf8', blank + 1, end - 1);
    const equals = record.indexOf('=');
    const key = record.slice(0, Math.max(0, equals));
    if (extensionKeys.has(key)) records.set(key, record.slice(equals + 1));
    at = end;
  }
  return records;
}

function readText(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** Octal digits, or GNU's big-endian number behind a set high bit. */
function readNumber(field: Buffer, what: string): number {
  const [first = 0] = field;
  if (first === 0x80) {
    const number = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (Number.isSafeInteger(number)) return number;
    throw malformed(what);
  }
  const digits = readText(field).trim();
  if (digits === '') return 0;
  if (!/^[0-7]{1,12}$/.test(digits)) throw malformed(what);
  return Number.parseInt(digits, 8);
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (readNumber(header.subarray(148, 156), 'checksum') !== sum) throw malformed('checksum');
}

function malformed(what: string): Error {
  return new Error(`the layer is no readable archive: ${what}`);
}

function padded(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}

/** Bytes of a stream in pieces of a wished length. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** undefined at the end of the stream; throws when it ends in between. */
  async take(count: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = await this.some(missing);
      if (piece === undefined) {
        if (missing === count) return undefined;
        throw malformed('it is cut short');
      }
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** At least one byte, at most `countMax`; undefined at the end. */
  async some(countMax: number): Promise<Buffer | undefined> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const piece = this.#held.subarray(0, countMax);
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }

  async skip(count: number): Promise<void> {
    for (let missing = count; missing > 0; ) {
      const piece = await this.some(missing);
      if (piece === undefined) throw malformed('it is cut short');
      missing -= piece.length;
    }
  }

  content(size: number): EntryContent {
    return new EntryContent(this, size);
  }

  /** To the end, so that whoever checks the whole stream sees all of it. */
  async drain(): Promise<void> {
    while ((await this.some(Number.MAX_SAFE_INTEGER)) !== undefined);
  }
}

class EntryContent implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader;
  #missing: number;

  constructor(reader: ByteReader, size: number) {
    this.#reader = reader;
    this.#missing = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (this.#missing > 0) {
      const piece = await this.#reader.some(this.#missing);
      if (piece === undefined) throw malformed('it is cut short');
      this.#missing -= piece.length;
      yield piece;
    }
  }

  async skipRest(): Promise<void> {
    await this.#reader.skip(this.#missing);
    this.#missing = 0;
  }
}
