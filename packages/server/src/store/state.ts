/** The in-memory replica of the store: what operations and decisions read, following `watch`. */
import type { Change, Commit, Json, Store, StoredRecord } from './store.ts';

interface Entry {
  readonly revision: number;
  readonly value: Json;
}

/** Called after a commit has reached the replica. */
export type StateListener = (commit: Commit) => void;

/**
 * Holds every record but those under the prefixes left out at opening (bulk data, such as the
 * index of S3 objects, is read from the store itself). Reads are synchronous and see each commit
 * as a whole; `commit` resolves when the write is durable and visible here.
 */
export class State {
  readonly store: Store;
  readonly #entries = new Map<string, Entry>();
  /** Keys of each folder (`iam/1/role/`), kept so that listing one folder costs only itself. */
  readonly #folders = new Map<string, Set<string>>();
  readonly #leftOut: readonly string[];
  readonly #listeners = new Set<StateListener>();
  #revision = 0;
  #stop: () => void = () => {};

  private constructor(store: Store, leftOut: readonly string[]) {
    this.store = store;
    this.#leftOut = leftOut;
  }

  static async open(store: Store, leftOut: readonly string[] = []): Promise<State> {
    const state = new State(store, leftOut);
    const early: Commit[] = [];
    let loading = true;
    state.#stop = store.watch((commit) => {
      if (loading) early.push(commit);
      else state.#apply(commit);
    });
    await state.#load();
    loading = false;
    for (const commit of early) if (commit.revision > state.#revision) state.#apply(commit);
    return state;
  }

  async #load(): Promise<void> {
    let after = '';
    for (;;) {
      const page = await this.store.list('', { after, limit: 1000 });
      let last: StoredRecord | undefined;
      let skipTo: string | undefined;
      for (const record of page) {
        last = record;
        const prefix = this.#leftOut.find((candidate) => record.key.startsWith(candidate));
        if (prefix !== undefined) {
          skipTo = `${prefix}\u{10ffff}`;
          break;
        }
        this.#set(record.key, { revision: record.revision, value: record.value });
        if (record.revision > this.#revision) this.#revision = record.revision;
      }
      if (last === undefined) return;
      after = skipTo ?? last.key;
    }
  }

  /** The revision that reads see. */
  get revision(): number {
    return this.#revision;
  }

  get(key: string): Json | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The record's revision; 0 when it does not exist. */
  revisionOf(key: string): number {
    return this.#entries.get(key)?.revision ?? 0;
  }

  /** Keys directly in a folder (which ends in `/`), sorted. */
  keys(folder: string): readonly string[] {
    return [...(this.#folders.get(folder) ?? [])].sort();
  }

  /** The folders below a prefix that hold records, sorted. */
  folders(prefix: string): readonly string[] {
    return [...this.#folders.keys()].filter((folder) => folder.startsWith(prefix)).sort();
  }

  /** How many records lie directly in a folder. */
  count(folder: string): number {
    return this.#folders.get(folder)?.size ?? 0;
  }

  async commit(changes: readonly Change[]): Promise<number> {
    return await this.store.commit(changes);
  }

  /** Be told of each commit after it is visible here. */
  onCommit(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stop();
    await this.store.close();
  }

  #apply(commit: Commit): void {
    for (const { key, value } of commit.records) {
      if (this.#leftOut.some((prefix) => key.startsWith(prefix))) continue;
      if (value === undefined) this.#delete(key);
      else this.#set(key, { revision: commit.revision, value });
    }
    this.#revision = commit.revision;
    for (const listener of this.#listeners) listener(commit);
  }

  #set(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    const folder = folderOf(key);
    const keys = this.#folders.get(folder);
    if (keys === undefined) this.#folders.set(folder, new Set([key]));
    else keys.add(key);
  }

  #delete(key: string): void {
    this.#entries.delete(key);
    const folder = folderOf(key);
    const keys = this.#folders.get(folder);
    keys?.delete(key);
    if (keys?.size === 0) this.#folders.delete(folder);
  }
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
