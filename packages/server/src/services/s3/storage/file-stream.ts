/** The bytes of some files, one slice after the other, read as they are asked for. */
import type { FileHandle } from 'node:fs/promises';

/** The most that is read at once. */
export const readBytes = 256 * 1024;

/** A file and the range of it to read: [start, end). */
export interface Slice {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** One piece of a slice, whole. Throws when the file ends before it. */
export async function readPiece(
  handle: FileHandle,
  slice: Slice,
  position: number,
): Promise<Uint8Array> {
  // Every byte of it is read before it is handed out: zeros first would cost as much as the read.
  const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, slice.end - position));
  const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, position);
  if (bytesRead === 0) throw new Error(`s3: ${slice.file} ends early`);
  if (bytesRead === buffer.byteLength) return buffer;
  const rest = await readPiece(
    handle,
    { ...slice, end: position + buffer.byteLength },
    position + bytesRead,
  );
  return Buffer.concat([buffer.subarray(0, bytesRead), rest]);
}

/**
 * May be iterated once. Closes its file and releases its slices at the end, on an error, and when
 * the reader turns away, even before the first piece (which a generator would not notice).
 */
export class FileStream implements AsyncIterableIterator<Uint8Array> {
  readonly #slices: Iterator<Slice>;
  readonly #open: (slice: Slice) => Promise<FileHandle>;
  readonly #release: () => void;
  #handle: FileHandle | undefined;
  #slice: Slice | undefined;
  #position: number;
  #isOver = false;

  /** `handle` is the first slice's file. */
  constructor(
    slices: readonly Slice[],
    handle: FileHandle,
    open: (slice: Slice) => Promise<FileHandle>,
    release: () => void,
  ) {
    this.#slices = slices[Symbol.iterator]();
    this.#slice = this.#slices.next().value;
    this.#position = this.#slice?.start ?? 0;
    this.#handle = handle;
    this.#open = open;
    this.#release = release;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    try {
      while (this.#slice !== undefined && this.#position >= this.#slice.end) await this.#advance();
      const slice = this.#slice;
      if (slice === undefined) return await this.return();
      this.#handle ??= await this.#open(slice);
      const value = await readPiece(this.#handle, slice, this.#position);
      this.#position += value.byteLength;
      return { done: false, value };
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#release();
      await this.#close();
    }
    return { done: true, value: undefined };
  }

  async #advance(): Promise<void> {
    await this.#close();
    const { done, value } = this.#slices.next();
    this.#slice = done === true ? undefined : value;
    this.#position = this.#slice?.start ?? 0;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
