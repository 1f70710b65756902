/** The object as it was when the request was authorized: what was decided on is what is served. */
import type { HttpRequest } from '../../../protocol/http.ts';
import type { DemandContext } from '../../service.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { findObject, type Indexed } from '../storage/object-index.ts';
import { findVersion } from '../storage/versions.ts';

type Found = Indexed<ObjectRecord> | undefined;

const observations = new WeakMap<HttpRequest, Map<string, Found>>();

/** Reads the object (or the version) and keeps it for the operation. For rules. */
export async function observeObject(
  context: DemandContext,
  bucket: BucketRecord,
  key: string,
  versionId?: string,
): Promise<Found> {
  const { store } = context.runtime.state;
  const found =
    versionId === undefined
      ? await findObject(store, bucket.id, key)
      : await findVersion(store, bucket.id, key, versionId);
  const seen = observations.get(context.http) ?? new Map<string, Found>();
  seen.set(nameOf(bucket, key, versionId), found);
  observations.set(context.http, seen);
  return found;
}

/** What the rule of this request saw. For operations. */
export async function observedObject(
  context: DemandContext,
  bucket: BucketRecord,
  key: string,
  versionId?: string,
): Promise<Found> {
  const seen = observations.get(context.http);
  const name = nameOf(bucket, key, versionId);
  if (seen?.has(name)) return seen.get(name);
  return await observeObject(context, bucket, key, versionId);
}

function nameOf(bucket: BucketRecord, key: string, versionId: string | undefined): string {
  return JSON.stringify([bucket.id, key, versionId ?? null]);
}
