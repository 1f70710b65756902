/** Keeps writes out of a bucket while it is being deleted: no acknowledged object is lost. */

/** Writers pass together; a deletion waits for those inside and turns away those that come. */
export class BucketGate {
  readonly #inside = new Map<string, number>();
  readonly #closed = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  /** Runs the write, or answers undefined when the bucket is closed. */
  async write<T>(bucketId: string, write: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed.has(bucketId)) return undefined;
    this.#inside.set(bucketId, (this.#inside.get(bucketId) ?? 0) + 1);
    try {
      return await write();
    } finally {
      const left = (this.#inside.get(bucketId) ?? 1) - 1;
      if (left > 0) {
        this.#inside.set(bucketId, left);
      } else {
        this.#inside.delete(bucketId);
        this.#waiting.get(bucketId)?.();
      }
    }
  }

  /** Runs the deletion alone; undefined when another one runs already. */
  async close<T>(bucketId: string, remove: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed.has(bucketId)) return undefined;
    this.#closed.add(bucketId);
    try {
      if (this.#inside.has(bucketId)) {
        await new Promise<void>((resolve) => this.#waiting.set(bucketId, resolve));
      }
      return await remove();
    } finally {
      this.#waiting.delete(bucketId);
      this.#closed.delete(bucketId);
    }
  }
}
