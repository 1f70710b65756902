/** Changing the record of an object, or of one version of it. */
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import { observedObject } from '../authorization/snapshot.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { asJson } from '../storage/object-index.ts';
import { requireObject } from './object-read.ts';

/** What names an object, or one version of it. */
export interface NamedObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Changes the very record that was authorized; when it has changed since, the gateway retries. */
export async function amendObject(
  input: NamedObject,
  context: OperationContext,
  change: (record: ObjectRecord, bucket: BucketRecord) => ObjectRecord,
): Promise<ObjectRecord> {
  const bucket = findBucket(context.runtime.state, input);
  const record = await requireObject(context, bucket, input);
  const found = await observedObject(context, bucket, input.Key, input.VersionId);
  if (found === undefined) return record;
  const amended = change(record, bucket);
  await context.commit([
    { key: found.storeKey, value: asJson(amended), ifRevision: found.revision },
  ]);
  return amended;
}
