/** The store: versioned records under path-like keys, committed atomically, watched in order. */

/** JSON as it is stored. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A stored record; `revision` is the store revision of its last change. */
export interface StoredRecord {
  readonly key: string;
  readonly revision: number;
  readonly value: Json;
}

/** One change of a commit. `value: undefined` removes. */
export interface Change {
  readonly key: string;
  readonly value: Json | undefined;
  /** Commit only if the record's revision is this; 0 = only if it does not exist. */
  readonly ifRevision?: number;
}

/** What a commit did, in order. */
export interface Commit {
  readonly revision: number;
  readonly records: readonly { readonly key: string; readonly value: Json | undefined }[];
}

/** A commit whose expectation did not hold; nothing of it was applied. */
export class StoreConflict extends Error {
  readonly key: string;
  constructor(key: string) {
    super(`record ${key} has changed`);
    this.name = 'StoreConflict';
    this.key = key;
  }
}

/** The five methods that every store has. Keys are compared by code unit. */
export interface Store {
  get(key: string): Promise<StoredRecord | undefined>;
  /** Records whose key starts with `prefix`, after the key `after`, in key order, at most `limit`. */
  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): Promise<readonly StoredRecord[]>;
  /** All or nothing, durable when it resolves; the new revision. Throws StoreConflict. */
  commit(changes: readonly Change[]): Promise<number>;
  /** Every later commit in order; returns the way to stop. */
  watch(listener: (commit: Commit) => void): () => void;
  close(): Promise<void>;
}
