/** DeleteObject and DeleteObjects. */
import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import { refusalText } from '../authorization/demand.ts';
import { batchDeleteRule } from '../authorization/object-rules.ts';
import { defaultEncryption } from '../encryption.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { checkVersionId, headerNotImplemented, invalidArgument, noSuchVersion } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { checkDeletable } from '../object-lock.ts';
import { checkWrite } from '../preconditions.ts';
import { commitChange } from '../storage/commit-object.ts';
import { findObject } from '../storage/object-index.ts';
import {
  createOrder,
  findVersion,
  type IndexChange,
  removeCurrent,
  removeVersion,
  replaceCurrent,
} from '../storage/versions.ts';

interface Target {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly bypass: boolean;
}

/** What became of one key. */
interface Outcome {
  /** The version that was removed, or the delete marker that was made. */
  readonly versionId?: string;
  readonly deleteMarker?: boolean;
  readonly marker?: ObjectRecord;
}

const nothing: IndexChange = { changes: [], unusedFiles: [] };

/** Deletes one key, or puts a delete marker on it, by the bucket's versioning. */
async function remove(
  context: OperationContext,
  bucket: BucketRecord,
  target: Target,
): Promise<Outcome> {
  const { store } = context.runtime.state;
  const { Key: key, VersionId: versionId } = target;
  let outcome: Outcome = {};
  await commitChange(context, bucket.name, bucket.id, async (present) => {
    outcome = {};
    const current = await findObject(store, present.id, key);
    checkWrite({ IfMatch: target.IfMatch }, key, current?.record);
    if (versionId !== undefined) {
      outcome = { versionId };
      const version = await findVersion(store, present.id, key, versionId);
      if (version === undefined) return nothing;
      checkDeletable(version.record, context.now, target.bypass);
      if (version.record.deleteMarker === true) outcome = { versionId, deleteMarker: true };
      return await removeVersion(store, present, version);
    }
    if (present.versioning === undefined) {
      return current === undefined ? nothing : removeCurrent(current);
    }
    const change = await replaceCurrent(store, present, createMarker(context, present, key));
    const made = change.written;
    if (made !== undefined) {
      outcome = { versionId: made.versionId ?? 'null', deleteMarker: true, marker: made };
    }
    return change;
  });
  return outcome;
}

function createMarker(context: OperationContext, bucket: BucketRecord, key: string): ObjectRecord {
  return {
    key,
    owner: bucket.owner,
    headers: {},
    metadata: [],
    tags: [],
    encryption: defaultEncryption,
    parts: [],
    multipart: false,
    size: 0,
    etag: '',
    modifiedAt: context.runtime.platform.clock.now(),
    order: createOrder(context.runtime.platform),
    deleteMarker: true,
  };
}

/** Whether governance is bypassed; only where there is something to bypass. */
function bypasses(bucket: BucketRecord, asked: boolean | undefined): boolean {
  if (asked !== true) return false;
  if (bucket.objectLock !== undefined) return true;
  throw invalidArgument(
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    'x-amz-bypass-governance-retention',
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(
  input: DeleteObjectRequest,
  context: OperationContext,
): Promise<DeleteObjectOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const bypass = bypasses(bucket, input.BypassGovernanceRetention);
  checkVersionId(input.VersionId);
  if (input.IfMatchSize !== undefined) throw headerNotImplemented('x-amz-if-match-size');
  if (input.IfMatchLastModifiedTime !== undefined) {
    throw headerNotImplemented('x-amz-if-match-last-modified-time');
  }
  const { versionId, deleteMarker } = await remove(context, bucket, { ...input, bypass });
  return {
    ...(deleteMarker === true ? { DeleteMarker: true } : {}),
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects(
  input: DeleteObjectsRequest,
  context: OperationContext,
): Promise<DeleteObjectsOutput> {
  const bucket = findBucket(context.runtime.state, input);
  requireIntegrity(context.http);
  const bypass = bypasses(bucket, input.BypassGovernanceRetention);
  const refusals = await refusedKeys(input, context);
  const deleted: DeletedObject[] = [];
  const errors: { Key: string; VersionId?: string; Code: string; Message: string }[] = [];
  for (const [index, object] of input.Delete.Objects.entries()) {
    const { Key, VersionId } = object;
    const named = { Key, ...(VersionId === undefined ? {} : { VersionId }) };
    try {
      const refusal = refusals.get(index);
      if (refusal !== undefined) throw new ServiceError('AccessDenied', refusal, 403);
      if (VersionId !== undefined && !/^(?:null|[0-9a-z]{32})$/.test(VersionId)) {
        throw noSuchVersion(Key, VersionId);
      }
      const outcome = await remove(context, bucket, {
        Key,
        VersionId,
        IfMatch: object.ETag,
        bypass,
      });
      deleted.push({
        ...named,
        ...(outcome.deleteMarker === true
          ? { DeleteMarker: true, DeleteMarkerVersionId: outcome.versionId }
          : {}),
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      errors.push({ ...named, Code: error.code, Message: error.message });
    }
  }
  const isQuiet = input.Delete.Quiet === true;
  return {
    ...(isQuiet || deleted.length === 0 ? {} : { Deleted: deleted }),
    ...(errors.length === 0 ? {} : { Errors: errors }),
  };
}

/** The text for each object whose deletion was not allowed, by its place in the request. */
async function refusedKeys(
  input: DeleteObjectsRequest,
  context: OperationContext,
): Promise<ReadonlyMap<number, string>> {
  const demands = await batchDeleteRule(input as never, context);
  const { decisions } = context.authorized;
  const objects = input.Delete.Objects;
  const perObject = demands.length / objects.length;
  const refused = new Map<number, string>();
  for (const [index, demand] of demands.entries()) {
    const decision = decisions[index];
    // A decision that is missing is no permission.
    if (decision?.outcome === 'allow') continue;
    const object = Math.floor(index / perObject);
    const text = decision === undefined ? 'Access Denied' : refusalText(demand, decision);
    if (!refused.has(object)) refused.set(object, text);
  }
  return refused;
}
