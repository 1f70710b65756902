/** Versions of objects: which record becomes current and which is kept, by the bucket's status. */
import type { Platform } from '../../../platform/platform.ts';
import type { Change, Store } from '../../../store/store.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { asJson, findObject, type Indexed, indexed } from './object-index.ts';
import { encodeKey, objectFolder, versionFolder } from './object-key.ts';

const timeSpan = 36 ** 9 - 1;
const countSpan = 36 ** 5 - 1;
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
let made = 0;

/** 32 characters that sort the newest first; also the version id where versioning is on. */
export function createOrder(platform: Platform): string {
  made = (made + 1) % countSpan;
  const time = (timeSpan - platform.clock.now()).toString(36).padStart(9, '0');
  const count = (countSpan - made).toString(36).padStart(5, '0');
  const random = [...platform.random.bytes(18)].map((byte) => alphabet[byte % 36]).join('');
  return time + count + random;
}

function currentKey(bucketId: string, key: string): string {
  return objectFolder(bucketId) + encodeKey(key);
}

function olderPrefix(bucketId: string, key: string): string {
  return `${versionFolder(bucketId)}${encodeKey(key)} `;
}

/** The version with that id, current or not; `null` names the one without an id. */
export async function findVersion(
  store: Store,
  bucketId: string,
  key: string,
  versionId: string,
): Promise<Indexed<ObjectRecord> | undefined> {
  const current = await findObject(store, bucketId, key);
  if (current !== undefined && (current.record.versionId ?? 'null') === versionId) return current;
  if (versionId === 'null') return await findOlderNull(store, bucketId, key);
  return indexed(await store.get(olderPrefix(bucketId, key) + versionId));
}

/** The versions of a key that are not current, newest first. */
export async function listOlder(
  store: Store,
  bucketId: string,
  key: string,
  options: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly Indexed<ObjectRecord>[]> {
  const prefix = olderPrefix(bucketId, key);
  const { after, ...rest } = options;
  const stored = await store.list(prefix, {
    ...rest,
    ...(after === undefined ? {} : { after: prefix + after }),
  });
  return stored.flatMap((record) => {
    const found = indexed<ObjectRecord>(record);
    return found === undefined ? [] : [found];
  });
}

async function findOlderNull(
  store: Store,
  bucketId: string,
  key: string,
): Promise<Indexed<ObjectRecord> | undefined> {
  const older = await listOlder(store, bucketId, key);
  return older.find(({ record }) => record.versionId === undefined);
}

/** What a write changes in the index, and the files that nothing names afterwards. */
export interface IndexChange {
  readonly changes: readonly Change[];
  readonly unusedFiles: readonly string[];
  readonly written?: ObjectRecord;
}

/** `record` (an object or a delete marker) becomes current. */
export async function replaceCurrent(
  store: Store,
  bucket: BucketRecord,
  record: ObjectRecord,
): Promise<IndexChange & { readonly previous: Indexed<ObjectRecord> | undefined }> {
  const { id, versioning } = bucket;
  const previous = await findObject(store, id, record.key);
  const { versionId: _, ...unversioned } = record;
  const written: ObjectRecord =
    versioning === 'Enabled' ? { ...record, versionId: record.order } : unversioned;
  const changes: Change[] = [
    {
      key: currentKey(id, record.key),
      value: asJson(written),
      ifRevision: previous?.revision ?? 0,
    },
  ];
  const unusedFiles: string[] = [];
  const keepsPrevious =
    previous !== undefined &&
    versioning !== undefined &&
    (versioning === 'Enabled' || previous.record.versionId !== undefined);
  if (previous !== undefined && keepsPrevious) {
    const key = olderPrefix(id, record.key) + previous.record.order;
    changes.push({ key, value: asJson(previous.record), ifRevision: 0 });
  } else if (previous !== undefined) {
    unusedFiles.push(...filesOf(previous.record));
  }
  if (versioning === 'Suspended') {
    const older = await findOlderNull(store, id, record.key);
    if (older !== undefined) {
      changes.push({ key: older.storeKey, value: undefined, ifRevision: older.revision });
      unusedFiles.push(...filesOf(older.record));
    }
  }
  return { changes, unusedFiles, written, previous };
}

/** The current record goes, without a trace (no versioning). */
export function removeCurrent(current: Indexed<ObjectRecord>): IndexChange {
  return {
    changes: [{ key: current.storeKey, value: undefined, ifRevision: current.revision }],
    unusedFiles: filesOf(current.record),
  };
}

/** One version goes for good; when it was the current one, the newest of the others follows. */
export async function removeVersion(
  store: Store,
  bucket: BucketRecord,
  version: Indexed<ObjectRecord>,
): Promise<IndexChange> {
  const { key } = version.record;
  const removal: Change = {
    key: version.storeKey,
    value: undefined,
    ifRevision: version.revision,
  };
  const unusedFiles = filesOf(version.record);
  if (version.storeKey !== currentKey(bucket.id, key)) return { changes: [removal], unusedFiles };
  const [next] = await listOlder(store, bucket.id, key, { limit: 1 });
  if (next === undefined) return { changes: [removal], unusedFiles };
  return {
    changes: [
      { ...removal, value: asJson(next.record) },
      { key: next.storeKey, value: undefined, ifRevision: next.revision },
    ],
    unusedFiles,
  };
}

export function filesOf(record: ObjectRecord): readonly string[] {
  return record.parts.map((part) => part.file);
}
