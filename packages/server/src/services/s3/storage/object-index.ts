/** The index of objects in the store: read and written record by record, never held in memory. */
import type { Json, Store, StoredRecord } from '../../../store/store.ts';
import type { ObjectRecord, PartRecord, UploadRecord } from '../entities.ts';
import { encodeKey, objectFolder, partFolder, partKey, uploadKey } from './object-key.ts';

/** A record with its key and revision, for `ifRevision`. */
export interface Indexed<T> {
  readonly storeKey: string;
  readonly revision: number;
  readonly record: T;
}

/** The current record of the key: an object or a delete marker. */
export async function findObject(
  store: Store,
  bucketId: string,
  key: string,
): Promise<Indexed<ObjectRecord> | undefined> {
  return indexed(await store.get(`${objectFolder(bucketId)}${encodeKey(key)}`));
}

export async function findUpload(
  store: Store,
  bucketId: string,
  key: string,
  uploadId: string,
): Promise<Indexed<UploadRecord> | undefined> {
  // The id comes from the client and becomes part of a key.
  if (!/^[0-9a-z]{49}$/.test(uploadId)) return undefined;
  return indexed(await store.get(uploadKey(bucketId, key, uploadId)));
}

export async function findPart(
  store: Store,
  uploadId: string,
  number: number,
): Promise<Indexed<PartRecord> | undefined> {
  return indexed(await store.get(partKey(uploadId, number)));
}

/** All parts of an upload (10 000 at most), by number. */
export async function listParts(
  store: Store,
  uploadId: string,
): Promise<readonly Indexed<PartRecord>[]> {
  return (await store.list(partFolder(uploadId))).flatMap((stored) => {
    const part = indexed<PartRecord>(stored);
    return part === undefined ? [] : [part];
  });
}

/** Records are written by our own operations only; their shape is entities.ts. */
export function indexed<T>(stored: StoredRecord | undefined): Indexed<T> | undefined {
  if (stored === undefined) return undefined;
  const { key, revision, value } = stored;
  return { storeKey: key, revision, record: value as unknown as T };
}

export function asJson(record: ObjectRecord | UploadRecord | PartRecord): Json {
  return record as unknown as Json;
}
