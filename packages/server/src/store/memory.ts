/** The store that lives in memory only: for tests and throw-away servers. */
import type { Change, Commit, Json, Store, StoredRecord } from './store.ts';
import { StoreConflict } from './store.ts';

export class MemoryStore implements Store {
  readonly #records = new Map<string, { readonly revision: number; readonly json: string }>();
  #sortedKeys: string[] | undefined;
  readonly #listeners = new Set<(commit: Commit) => void>();
  #revision = 0;

  async get(key: string): Promise<StoredRecord | undefined> {
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    return { key, revision: record.revision, value: JSON.parse(record.json) as Json };
  }

  async list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly StoredRecord[]> {
    this.#sortedKeys ??= [...this.#records.keys()].sort();
    const start = options.after !== undefined && options.after >= prefix ? options.after : prefix;
    const found: StoredRecord[] = [];
    for (let index = lowerBound(this.#sortedKeys, start); ; index += 1) {
      const key = this.#sortedKeys[index];
      if (key === undefined || !key.startsWith(prefix)) return found;
      if (options.after !== undefined && key <= options.after) continue;
      if (found.length >= (options.limit ?? Number.POSITIVE_INFINITY)) return found;
      const record = await this.get(key);
      if (record !== undefined) found.push(record);
    }
  }

  async commit(changes: readonly Change[]): Promise<number> {
    for (const { key, ifRevision } of changes) {
      if (ifRevision !== undefined && (this.#records.get(key)?.revision ?? 0) !== ifRevision) {
        throw new StoreConflict(key);
      }
    }
    this.#revision += 1;
    for (const { key, value } of changes) {
      if (value === undefined) this.#records.delete(key);
      else this.#records.set(key, { revision: this.#revision, json: JSON.stringify(value) });
    }
    this.#sortedKeys = undefined;
    const commit: Commit = {
      revision: this.#revision,
      records: changes.map(({ key, value }) => ({ key, value })),
    };
    for (const listener of this.#listeners) listener(commit);
    return this.#revision;
  }

  watch(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}

function lowerBound(keys: readonly string[], target: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
