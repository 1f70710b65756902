/** An upload in progress: a file that grows, and the SHA-256 of what it holds so far. */
import { createHash, type Hash } from 'node:crypto';
import type { LayerFiles } from './layer-files.ts';
import { layerBytesMax } from './limits.ts';

/** Another request is writing to the upload. */
export class UploadBusy extends Error {}

/** Which repository an upload is for, by its id: it is unknown in every other one. */
export interface UploadPlace {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
}

export class LayerUpload {
  readonly id: string;
  readonly place: UploadPlace;
  readonly file: string;
  readonly #files: LayerFiles;
  #hash: Hash = createHash('sha256');
  #size = 0;
  #partCount = 0;
  #smallestPart = Number.POSITIVE_INFINITY;
  #lastPart = 0;
  #touchedAt: number;
  #isBusy = false;

  constructor(
    id: string,
    place: UploadPlace,
    storage: { readonly files: LayerFiles; readonly file: string },
    now: number,
  ) {
    this.id = id;
    this.place = place;
    this.file = storage.file;
    this.#files = storage.files;
    this.#touchedAt = now;
  }

  /** Bytes received so far. */
  get size(): number {
    return this.#size;
  }

  get partCount(): number {
    return this.#partCount;
  }

  /** The size of the smallest part that another one follows; infinite when there is none. */
  get smallestInnerPart(): number {
    return this.#smallestPart;
  }

  /** Wall time in milliseconds of the last byte; undefined while bytes arrive. */
  get idleSince(): number | undefined {
    return this.#isBusy ? undefined : this.#touchedAt;
  }

  /**
   * Appends a part: wholly, or not at all when the stream breaks off. Throws UploadBusy, and
   * LayerTooLarge.
   */
  async append(stream: AsyncIterable<Uint8Array>, now: () => number): Promise<void> {
    await this.alone(async () => {
      const hash = this.#hash.copy();
      const bytesMax = layerBytesMax - this.#size;
      const received = await this.#files.append(this.file, this.#size, stream, hash, bytesMax);
      this.#touchedAt = now();
      if (received === 0) return;
      this.#hash = hash;
      this.#size += received;
      if (this.#partCount > 0) this.#smallestPart = Math.min(this.#smallestPart, this.#lastPart);
      this.#lastPart = received;
      this.#partCount += 1;
    });
  }

  /** Runs while no other request may write. Throws UploadBusy. */
  async alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new UploadBusy();
    this.#isBusy = true;
    try {
      return await run();
    } finally {
      this.#isBusy = false;
    }
  }

  /** The digest of what has arrived. */
  digest(): string {
    return `sha256:${this.#hash.copy().digest('hex')}`;
  }
}
