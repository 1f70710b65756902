/** Keeps writes out of what is being closed (a bucket, an upload): no acknowledged one is lost. */

/** Writers pass together; closing waits for those inside and turns away those that come. */
export class Gate {
  readonly #inside = new Map<string, number>();
  readonly #closed = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  /** Runs the write, or answers undefined when it is closed. */
  async write<T>(id: string, write: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed.has(id)) return undefined;
    this.#inside.set(id, (this.#inside.get(id) ?? 0) + 1);
    try {
      return await write();
    } finally {
      const left = (this.#inside.get(id) ?? 1) - 1;
      if (left > 0) {
        this.#inside.set(id, left);
      } else {
        this.#inside.delete(id);
        this.#waiting.get(id)?.();
      }
    }
  }

  /** Runs alone; undefined when another one runs already. */
  async close<T>(id: string, end: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed.has(id)) return undefined;
    this.#closed.add(id);
    try {
      if (this.#inside.has(id)) {
        await new Promise<void>((resolve) => this.#waiting.set(id, resolve));
      }
      return await end();
    } finally {
      this.#waiting.delete(id);
      this.#closed.delete(id);
    }
  }
}
