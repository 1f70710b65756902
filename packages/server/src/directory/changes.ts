/** Changes of IAM records: what operations commit. */
import type { Change, Json } from '../store/store.ts';
import type { Owned } from './directory.ts';
import type { RecordKinds } from './records.ts';
import { recordKey } from './records.ts';

/** A new record; conflicts when one of that name exists. */
export function createRecord<K extends keyof RecordKinds>(
  account: string,
  kind: K,
  name: string,
  record: RecordKinds[K],
): Change {
  return { key: recordKey(account, kind, name), value: asJson(record), ifRevision: 0 };
}

/** The record as it is now; conflicts when it has changed since it was read. */
export function replaceRecord<T extends RecordKinds[keyof RecordKinds]>(
  owned: Owned<T>,
  record: T,
): Change {
  return { key: owned.key, value: asJson(record), ifRevision: owned.revision };
}

export function removeRecord(owned: Owned<RecordKinds[keyof RecordKinds]>): Change {
  return { key: owned.key, value: undefined, ifRevision: owned.revision };
}

/**
 * Writes the record as it was read: the commit then conflicts with one that removes it meanwhile,
 * so that nothing ever refers to a record that is gone.
 */
export function holdRecord<T extends RecordKinds[keyof RecordKinds]>(owned: Owned<T>): Change {
  return replaceRecord(owned, owned.record);
}

function asJson(record: RecordKinds[keyof RecordKinds]): Json {
  // Records are plain data by their types; an interface only lacks the index signature of Json.
  return record as unknown as Json;
}
