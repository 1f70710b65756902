/** Changing a bucket's record. */
import { StoreConflict } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { lookUpBucket } from '../authorization/bucket.ts';
import type { BucketRecord } from '../entities.ts';
import { bucketKey } from '../storage/object-key.ts';

/** Changes the very record that was decided on; had it changed since, the gateway starts anew. */
export async function amendBucket(
  context: OperationContext,
  bucket: BucketRecord,
  change: (record: BucketRecord) => BucketRecord,
): Promise<void> {
  const key = bucketKey(bucket.name);
  const { state } = context.runtime;
  if (lookUpBucket(state, bucket.name) !== bucket) throw new StoreConflict(key);
  const ifRevision = state.revisionOf(key);
  await context.commit([{ key, value: change(bucket) as never, ifRevision }]);
}
