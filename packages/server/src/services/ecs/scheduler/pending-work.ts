/** Work that runs one piece after the other for each key, and that can be waited for. */

/** Work under way. Nothing here rejects: failures go to `onError`. */
export class PendingWork {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Runs after what was added before under the key. */
  add(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const tail = before.then(work).catch(this.#onError);
    this.#tails.set(key, tail);
    return tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) {
      await Promise.all(this.#tails.values());
      // The entries leave one turn after their work.
      await Promise.resolve();
    }
  }
}
