/** The embedded store: one SQLite file (WAL, synchronous=FULL), each record checksummed. */
import { hash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Change, Commit, Json, Store, StoredRecord } from './store.ts';
import { StoreConflict } from './store.ts';

/** The file cannot be used as a store; the message names the record or the reason. */
export class StoreUnreadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnreadable';
  }
}

/** Another process has the store open. */
export class StoreInUse extends Error {
  constructor(path: string) {
    super(`${path} is in use by another process`);
    this.name = 'StoreInUse';
  }
}

const schemaVersion = 1;

interface Pending {
  readonly changes: readonly Change[];
  readonly resolve: (revision: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits that arrive in the same turn of the event loop share one transaction and one sync
 * (group commit); each still has its own revision, and a conflict in one does not touch the others.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #page: StatementSync;
  readonly #setRevision: StatementSync;
  readonly #listeners = new Set<(commit: Commit) => void>();
  #pending: Pending[] = [];
  #revision: number;
  /** Set after a failed sync: the file is no longer written, reads go on. */
  #broken: Error | undefined;
  #closed = false;

  /** Opens or creates the file. Throws StoreInUse or StoreUnreadable. */
  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#revision = prepareSchema(this.#database, path);
    verifyRecords(this.#database, path);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#select = prepare('SELECT revision, value, checksum FROM record WHERE key = ?');
    this.#upsert = prepare(
      'INSERT INTO record (key, revision, value, checksum) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, ' +
        'value = excluded.value, checksum = excluded.checksum',
    );
    this.#delete = prepare('DELETE FROM record WHERE key = ?');
    this.#page = prepare(
      'SELECT key, revision, value, checksum FROM record WHERE key >= ? AND key > ? ' +
        'ORDER BY key LIMIT ?',
    );
    this.#setRevision = prepare("UPDATE meta SET value = ? WHERE name = 'revision'");
  }

  async get(key: string): Promise<StoredRecord | undefined> {
    const row = this.#select.get(encodeKey(key));
    return row === undefined ? undefined : toRecord(key, row);
  }

  async list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly StoredRecord[]> {
    const limit = options.limit ?? -1;
    const found: StoredRecord[] = [];
    const first = encodeKey(prefix);
    for (const row of this.#page.iterate(first, encodeKey(options.after ?? ''), limit)) {
      const key = decodeKey(row['key']);
      if (!key.startsWith(prefix)) break;
      found.push(toRecord(key, row));
    }
    return found;
  }

  commit(changes: readonly Change[]): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.#flush());
      this.#pending.push({ changes, resolve, reject });
    });
  }

  watch(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#listeners.clear();
    this.#database.close();
  }

  #flush(): void {
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length === 0) return;
    const done: { readonly pending: Pending; readonly revision: number }[] = [];
    const refused: { readonly pending: Pending; readonly error: unknown }[] = [];
    let revision = this.#revision;
    try {
      if (this.#broken !== undefined) throw this.#broken;
      if (this.#closed) throw new Error('the store is closed');
      this.#database.exec('BEGIN IMMEDIATE');
      for (const pending of batch) {
        const conflict = this.#conflict(pending.changes);
        if (conflict !== undefined) refused.push({ pending, error: new StoreConflict(conflict) });
        else {
          revision += 1;
          this.#write(pending.changes, revision);
          done.push({ pending, revision });
        }
      }
      this.#setRevision.run(revision);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#abandon(error);
      for (const pending of batch) pending.reject(error);
      return;
    }
    this.#revision = revision;
    for (const { pending, revision: own } of done) this.#announce(pending.changes, own);
    for (const { pending, revision: own } of done) pending.resolve(own);
    for (const { pending, error } of refused) pending.reject(error);
  }

  #conflict(changes: readonly Change[]): string | undefined {
    for (const { key, ifRevision } of changes) {
      if (ifRevision === undefined) continue;
      const row = this.#select.get(encodeKey(key));
      if ((row === undefined ? 0 : Number(row['revision'])) !== ifRevision) return key;
    }
    return undefined;
  }

  #write(changes: readonly Change[], revision: number): void {
    for (const { key, value } of changes) {
      const stored = encodeKey(key);
      if (value === undefined) this.#delete.run(stored);
      else {
        const json = JSON.stringify(value);
        this.#upsert.run(stored, revision, json, checksumOf(key, revision, json));
      }
    }
  }

  #announce(changes: readonly Change[], revision: number): void {
    const commit: Commit = {
      revision,
      records: changes.map(({ key, value }) => ({ key, value })),
    };
    for (const listener of this.#listeners) listener(commit);
  }

  /** After an I/O error the file handle is dead for writing: what is on disk is not known. */
  #abandon(error: unknown): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // No transaction was open, or the file is gone; the first error is the one that counts.
    }
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    const sqliteIoError = 10;
    if (code === sqliteIoError && error instanceof Error) this.#broken = error;
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // Exclusive locking: the first writer keeps the file until it closes or dies.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('BEGIN EXCLUSIVE');
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database?.close();
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes('locked')) throw new StoreInUse(path);
    throw new StoreUnreadable(`${path} cannot be opened: ${text}`, { cause: error });
  }
}

function prepareSchema(database: DatabaseSync, path: string): number {
  try {
    database.exec(
      'BEGIN; CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER) STRICT; ' +
        'CREATE TABLE IF NOT EXISTS record (key BLOB PRIMARY KEY, revision INTEGER NOT NULL, ' +
        'value TEXT NOT NULL, checksum TEXT NOT NULL) STRICT, WITHOUT ROWID; ' +
        `INSERT OR IGNORE INTO meta VALUES ('schema', ${schemaVersion}), ('revision', 0); COMMIT`,
    );
    const meta = new Map<string, number>();
    for (const row of database.prepare('SELECT name, value FROM meta').iterate()) {
      meta.set(String(row['name']), Number(row['value']));
    }
    if (meta.get('schema') !== schemaVersion) {
      throw new Error(
        `its schema is version ${meta.get('schema')}, this program's ${schemaVersion}`,
      );
    }
    return meta.get('revision') ?? 0;
  } catch (error) {
    database.close();
    const text = error instanceof Error ? error.message : String(error);
    throw new StoreUnreadable(`${path} cannot be read: ${text}`, { cause: error });
  }
}

/** Every record is read once: a store that lost or changed one must not serve without it. */
function verifyRecords(database: DatabaseSync, path: string): void {
  let current = '(none)';
  try {
    const check = database.prepare('PRAGMA integrity_check').get();
    if (check?.['integrity_check'] !== 'ok') {
      throw new Error(String(check?.['integrity_check']));
    }
    const rows = database.prepare('SELECT key, revision, value, checksum FROM record ORDER BY key');
    for (const row of rows.iterate()) {
      current = decodeKey(row['key']);
      toRecord(current, row);
    }
  } catch (error) {
    database.close();
    const text = error instanceof Error ? error.message : String(error);
    throw new StoreUnreadable(`${path} is damaged at or after record ${current}: ${text}`, {
      cause: error,
    });
  }
}

function toRecord(key: string, row: Record<string, unknown>): StoredRecord {
  const revision = Number(row['revision']);
  const json = String(row['value']);
  if (checksumOf(key, revision, json) !== row['checksum']) {
    throw new StoreUnreadable(`record ${key} fails its checksum`);
  }
  return { key, revision, value: JSON.parse(json) as Json };
}

function checksumOf(key: string, revision: number, json: string): string {
  return hash('sha256', `${key}\n${revision}\n${json}`, 'base64').slice(0, 22);
}

/** UTF-16 code units, big-endian: SQLite then orders blobs as JavaScript orders strings. */
function encodeKey(key: string): Uint8Array {
  return Buffer.from(key, 'utf16le').swap16();
}

function decodeKey(stored: unknown): string {
  if (!(stored instanceof Uint8Array)) throw new StoreUnreadable('a key is not a blob');
  return Buffer.from(stored).swap16().toString('utf16le');
}
