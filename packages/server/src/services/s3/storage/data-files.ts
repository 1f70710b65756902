/** Object bytes as files of the data folder: written once, synced, never changed. */
import type { FileHandle } from 'node:fs/promises';
import type { Platform } from '../../../platform/platform.ts';
import { FileStream, readBytes, readPiece, type Slice } from './file-stream.ts';

export type { Slice } from './file-stream.ts';

const root = 's3/objects';
/** Up to this size an object is read while everything else waits. */
const atOnceBytes = 64 * 1024;
const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/**
 * A file's name tells when it was made, so that a sweep after a crash leaves alone what was made
 * since. Removal waits for those who still read: a GET of an overwritten object ends with the old
 * bytes.
 */
export class DataFiles {
  readonly #platform: Platform;
  readonly #readers = new Map<string, number>();
  /** Waiting for readers, or being unlinked. */
  readonly #leaving = new Set<string>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async prepare(): Promise<void> {
    const existing = new Set(await this.#platform.disk.list(root));
    for (const shard of shards) {
      if (!existing.has(shard)) await this.#platform.disk.makeFolder(`${root}/${shard}`);
    }
  }

  /** Writes the stream to a new file, synced with its folder; nothing remains when it throws. */
  async write(stream: AsyncIterable<Uint8Array>): Promise<{ file: string; size: number }> {
    const { disk, clock, random } = this.#platform;
    const unique = Buffer.from(random.bytes(10)).toString('hex');
    const file = `${clock.now().toString(36).padStart(9, '0')}-${unique}`;
    const handle = await disk.open(pathOf(file), 'wx');
    let size = 0;
    try {
      for await (const chunk of stream) {
        await writeWholly(handle, chunk);
        size += chunk.byteLength;
      }
      await handle.datasync();
      await handle.close();
      await this.#syncFolder(pathOf(file));
    } catch (error) {
      await handle.close().catch(() => undefined);
      await disk.remove(pathOf(file));
      throw error;
    }
    return { file, size };
  }

  /**
   * The bytes of the slices, in order; at once when they are few. undefined: a file is gone, so
   * the record that named it is no longer current. Whoever gets a stream must end it, or call
   * `return` of its iterator.
   */
  async read(slices: readonly Slice[]): Promise<Uint8Array | FileStream | undefined> {
    const [first, ...more] = slices;
    if (first === undefined) return new Uint8Array(0);
    if (slices.some((slice) => this.#leaving.has(slice.file))) return undefined;
    if (more.length === 0 && first.end - first.start <= atOnceBytes) return this.#readAtOnce(first);
    for (const { file } of slices) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    const release = (): void => this.#release(slices.map((slice) => slice.file));
    let handle: FileHandle;
    try {
      handle = await this.#open(first);
    } catch (error) {
      release();
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    if (more.length > 0 || first.end - first.start > readBytes) {
      return new FileStream(slices, handle, (slice) => this.#open(slice), release);
    }
    // What fits into one buffer is read at once: then nothing stays open.
    try {
      return await readPiece(handle, first, first.start);
    } finally {
      await handle.close();
      release();
    }
  }

  /** Opening, reading and closing through the thread pool costs more than a few bytes are worth. */
  #readAtOnce({ file, start, end }: Slice): Uint8Array | undefined {
    const bytes = this.#platform.disk.readAtOnce(pathOf(file), start, end);
    if (bytes !== undefined && bytes.byteLength < end - start) {
      throw new Error(`s3: ${file} ends early`);
    }
    return bytes;
  }

  #open(slice: Slice): Promise<FileHandle> {
    return this.#platform.disk.open(pathOf(slice.file), 'r');
  }

  /** Removes files that no record names any more, each after its last reader. */
  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) this.#leaving.add(file);
    for (const file of files) if (!this.#readers.has(file)) await this.#unlink(file);
  }

  /** Names of all files made before the time. */
  async *madeBefore(milliseconds: number): AsyncGenerator<string> {
    const bound = milliseconds.toString(36).padStart(9, '0');
    for (const shard of shards) {
      for (const file of await this.#platform.disk.list(`${root}/${shard}`)) {
        if (file < bound) yield file;
      }
    }
  }

  #release(files: readonly string[]): void {
    for (const file of files) {
      const left = (this.#readers.get(file) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(file, left);
        continue;
      }
      this.#readers.delete(file);
      if (this.#leaving.has(file)) void this.#unlink(file);
    }
  }

  async #unlink(file: string): Promise<void> {
    try {
      await this.#platform.disk.remove(pathOf(file));
    } catch (error) {
      this.#platform.process.warn(`s3: ${file} stays until the next start: ${String(error)}`);
    } finally {
      this.#leaving.delete(file);
    }
  }

  async #syncFolder(path: string): Promise<void> {
    const folder = await this.#platform.disk.open(path.slice(0, path.lastIndexOf('/')), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function pathOf(file: string): string {
  return `${root}/${file.slice(-2)}/${file}`;
}

async function writeWholly(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) {
    written += (await handle.write(chunk, written, chunk.byteLength - written)).bytesWritten;
  }
}
