/** The bytes of layers as files of the data folder: appended as they arrive, later never changed. */
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Platform } from '../../../platform/platform.ts';
import type { StreamBody } from '../../../protocol/http.ts';

const root = 'ecr/layers';

/** So much is gathered before it is written. */
const batchBytes = 512 * 1024;

/** So much is read at once. */
const pieceBytes = 256 * 1024;

/** A file and the range of it to read: [start, end). */
interface Slice {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The body became longer than it may be. */
export class LayerTooLarge extends Error {}

export class LayerFiles {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** A new, empty file; its name. */
  async create(): Promise<string> {
    const { disk, random } = this.#platform;
    const file = Buffer.from(random.bytes(16)).toString('hex');
    await disk.makeFolder(folderOf(file));
    await (await disk.open(pathOf(file), 'wx')).close();
    return file;
  }

  /**
   * Appends the stream and feeds it to the hash; the number of bytes. When it throws (the stream
   * broke off, or exceeds `bytesMax`) the file is `size` bytes long as before.
   */
  async append(
    file: string,
    size: number,
    stream: AsyncIterable<Uint8Array>,
    hash: Hash,
    bytesMax: number,
  ): Promise<number> {
    const handle = await this.#platform.disk.open(pathOf(file), 'a');
    let writing: Promise<void> = Promise.resolve();
    let received = 0;
    try {
      let batch: Uint8Array[] = [];
      let gathered = 0;
      for await (const chunk of stream) {
        received += chunk.byteLength;
        if (received > bytesMax) throw new LayerTooLarge();
        hash.update(chunk);
        batch.push(chunk);
        gathered += chunk.byteLength;
        if (gathered < batchBytes) continue;
        await writing;
        writing = writeWholly(handle, batch);
        // Its failure is met at the next await; until then it is nobody's.
        writing.catch(() => {});
        batch = [];
        gathered = 0;
      }
      await writing;
      await writeWholly(handle, batch);
    } catch (error) {
      await writing.catch(() => {});
      await handle.truncate(size);
      throw error;
    } finally {
      await handle.close();
    }
    return received;
  }

  /** Makes the file and its name durable, and its folder's name. */
  async sync(file: string): Promise<void> {
    for (const each of [pathOf(file), folderOf(file), root]) {
      const handle = await this.#platform.disk.open(each, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  }

  /** The bytes [start, end). A file that is removed meanwhile is read to its end all the same. */
  read(file: string, start: number, end: number): StreamBody {
    const slice = { file, start, end };
    return {
      [Symbol.asyncIterator]: () => this.#pieces(slice),
      reusing: () => this.#pieces(slice, Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - start))),
    };
  }

  /** Into the buffer, where one is given, else into a new one for each piece. */
  async *#pieces({ file, start, end }: Slice, buffer?: Buffer): AsyncGenerator<Uint8Array> {
    const handle = await this.#platform.disk.open(pathOf(file), 'r');
    try {
      for (let position = start; position < end; ) {
        const length = Math.min(pieceBytes, end - position);
        const target = buffer ?? Buffer.allocUnsafeSlow(length);
        const { bytesRead } = await handle.read(target, 0, length, position);
        if (bytesRead === 0) throw new Error(`ecr: ${file} ends early`);
        yield target.subarray(0, bytesRead);
        position += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }

  async remove(file: string): Promise<void> {
    await this.#platform.disk.remove(pathOf(file));
  }

  /** Removes every file that is not among those; how many. */
  async removeOthers(kept: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const shard of await this.#platform.disk.list(root)) {
      for (const file of await this.#platform.disk.list(`${root}/${shard}`)) {
        if (kept.has(file)) continue;
        await this.#platform.disk.remove(`${root}/${shard}/${file}`);
        removed += 1;
      }
    }
    return removed;
  }
}

function folderOf(file: string): string {
  return `${root}/${file.slice(0, 2)}`;
}

function pathOf(file: string): string {
  return `${folderOf(file)}/${file}`;
}

async function writeWholly(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev([...rest]);
    const left: Uint8Array[] = [];
    for (const chunk of rest) {
      if (bytesWritten < chunk.byteLength) left.push(chunk.subarray(bytesWritten));
      bytesWritten = Math.max(0, bytesWritten - chunk.byteLength);
    }
    rest = left;
  }
}
