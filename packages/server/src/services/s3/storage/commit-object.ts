/** Committing an object: one atomic change of the index, after which the old bytes may go. */

import type { Change } from '../../../store/store.ts';
import { StoreConflict } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { lookUpBucket } from '../authorization/bucket.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { noSuchBucket, operationAborted } from '../errors.ts';
import type { Indexed } from './object-index.ts';
import { storageOf } from './s3-storage.ts';
import { type IndexChange, replaceCurrent } from './versions.ts';

/** A writer that loses this often meets a storm on one key. */
const attemptsMax = 50;

/** What a write may look at, and change besides, before it is committed. */
export interface Precondition {
  /** Throws when the present record does not allow the write. */
  readonly check?: (previous: Indexed<ObjectRecord> | undefined) => void;
  /** Committed together with the object. */
  readonly alongside?: readonly Change[];
}

/**
 * Makes the record current. Conditions are checked against the very record that is replaced: when
 * another writer came between, both are done again. Resolves to the record as written.
 */
export async function commitObject(
  context: OperationContext,
  bucketName: string,
  bucketId: string,
  record: ObjectRecord,
  precondition: Precondition = {},
): Promise<ObjectRecord> {
  const { store } = context.runtime.state;
  const change = await commitChange(context, bucketName, bucketId, async (bucket) => {
    const replacement = await replaceCurrent(store, bucket, record);
    precondition.check?.(replacement.previous);
    const changes = [...replacement.changes, ...(precondition.alongside ?? [])];
    return { ...replacement, changes };
  });
  return change.written ?? record;
}

/** Commits an index change computed from the present state, until no other writer comes between. */
export async function commitChange(
  context: OperationContext,
  bucketName: string,
  bucketId: string,
  plan: (bucket: BucketRecord) => Promise<IndexChange>,
): Promise<IndexChange> {
  const { gate, files } = storageOf(context.runtime);
  const done = await gate.write(bucketId, async () => {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const bucket = lookUpBucket(context.runtime.state, bucketName);
      if (bucket?.id !== bucketId) throw noSuchBucket(bucketName);
      const change = await plan(bucket);
      try {
        if (change.changes.length > 0) await context.commit(change.changes);
        return change;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
    throw operationAborted();
  });
  if (done === undefined) throw noSuchBucket(bucketName);
  await files.remove(done.unusedFiles);
  return done;
}
