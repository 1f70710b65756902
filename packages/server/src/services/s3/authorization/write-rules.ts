/** Demands of creating objects: PutObject and what the request's headers ask beside it. */
import type { TagList } from '../../../directory/records.ts';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { chooseEncryption, type EncryptionInput } from '../encryption.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { decryptDemands, generateDemands } from '../object-keys.ts';
import { findUpload } from '../storage/object-index.ts';
import { parseTaggingHeader } from '../tags.ts';
import { type BucketInput, checkExpectedOwner, checkKey, findBucket } from './bucket.ts';
import {
  type Entry,
  existingTagEntries,
  requestTagEntries,
  sent,
  type WriteInput,
  writeEntries,
} from './condition-keys.ts';
import { parseCopySource } from './copy-source.ts';
import { onObject } from './demand.ts';
import { listing } from './object-rules.ts';
import { observeObject } from './snapshot.ts';

interface PutInput extends BucketInput, WriteInput, EncryptionInput {
  readonly Key: string;
  readonly Tagging?: string | undefined;
}

interface CopyInput extends PutInput {
  readonly CopySource: string;
  readonly ExpectedSourceBucketOwner?: string | undefined;
  readonly TaggingDirective?: string | undefined;
}

/** PutObject, and what the headers of a creating request ask for. */
function creation(
  context: DemandContext,
  bucket: BucketRecord,
  input: PutInput,
  creates: boolean,
  further: readonly Entry[] = [],
): Demand[] {
  checkKey(input.Key);
  const tags: TagList | undefined = parseTaggingHeader(input.Tagging);
  const entries = [
    ...writeEntries(input, context.http.receivedAt),
    ...requestTagEntries(tags),
    ['s3:ObjectCreationOperation', String(creates)] as const,
    ...further,
  ];
  const actions = ['PutObject'];
  const grants = [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWriteACP];
  // Unverified: whether AWS asks PutObjectAcl for `private` too; it is asked.
  if (input.ACL !== undefined || grants.some((grant) => grant !== undefined)) {
    actions.push('PutObjectAcl');
  }
  if (tags !== undefined) actions.push('PutObjectTagging');
  if (input.ObjectLockMode !== undefined || input.ObjectLockRetainUntilDate !== undefined) {
    actions.push('PutObjectRetention');
  }
  if (input.ObjectLockLegalHoldStatus !== undefined) actions.push('PutObjectLegalHold');
  return actions.map((action) => onObject(context, bucket, action, input.Key, entries));
}

/** To encrypt what is created, as the request or the bucket says. */
async function keyDemands(
  context: DemandContext,
  bucket: BucketRecord,
  input: PutInput,
): Promise<readonly Demand[]> {
  const encryption = chooseEncryption(input, bucket);
  return await generateDemands({ bucket, key: input.Key, encryption }, context);
}

/** To go on with an upload that was begun with a KMS key. */
export async function uploadKeyDemands(
  context: DemandContext,
  bucket: BucketRecord,
  input: { readonly Key: string; readonly UploadId: string },
): Promise<readonly Demand[]> {
  const { store } = context.runtime.state;
  const upload = await findUpload(store, bucket.id, input.Key, input.UploadId);
  if (upload === undefined) return [];
  const { encryption } = upload.record;
  return await decryptDemands({ bucket, key: input.Key, encryption }, context);
}

export const putRule: DemandRule<PutInput> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const own = creation(context, bucket, input, true);
  return [...own, ...(await keyDemands(context, bucket, input))];
};

/** The headers that ask for more belong to this call, not to the parts'. */
export const createUploadRule: DemandRule<PutInput> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const own = creation(context, bucket, input, false);
  return [...own, ...(await keyDemands(context, bucket, input))];
};

interface PartInput extends BucketInput {
  readonly Key: string;
  readonly UploadId: string;
}

/** Parts and completion: only PutObject, whatever the upload was created with. */
export const uploadPartRule: DemandRule<PartInput> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const own = creation(context, bucket, bare(input), false);
  return [...own, ...(await uploadKeyDemands(context, bucket, input))];
};

export const completeRule: DemandRule<
  PartInput & Pick<PutInput, 'IfMatch' | 'IfNoneMatch'>
> = async (input, context) => {
  const { IfMatch, IfNoneMatch } = input;
  const bucket = findBucket(context.runtime.state, input);
  const own = creation(context, bucket, { ...bare(input), IfMatch, IfNoneMatch }, true);
  return [...own, ...(await uploadKeyDemands(context, bucket, input))];
};

function bare(input: BucketInput & { readonly Key: string }): PutInput {
  return { Bucket: input.Bucket, Key: input.Key };
}

/** Source first: reading it, then writing the target. */
export const copyRule: DemandRule<CopyInput> = async (input, context) => {
  const source = await sourceDemands(input, context);
  const bucket = findBucket(context.runtime.state, input);
  const target = creation(context, bucket, input, true, source.entries);
  const keys = await keyDemands(context, bucket, input);
  const copiesTags = input.TaggingDirective !== 'REPLACE' && (source.object?.tags.length ?? 0) > 0;
  if (!copiesTags) return [...source.demands, ...target, ...keys];
  return [
    ...source.demands,
    onObject(
      context,
      source.bucket,
      source.versionId === undefined ? 'GetObjectTagging' : 'GetObjectVersionTagging',
      source.key,
      existingTagEntries(source.object?.tags ?? []),
    ),
    ...target,
    ...(input.Tagging === undefined
      ? [onObject(context, bucket, 'PutObjectTagging', input.Key)]
      : []),
    ...keys,
  ];
};

export const copyPartRule: DemandRule<CopyInput & PartInput> = async (input, context) => {
  const source = await sourceDemands(input, context);
  const bucket = findBucket(context.runtime.state, input);
  const target = creation(context, bucket, bare(input), false, source.entries);
  const keys = await uploadKeyDemands(context, bucket, input);
  return [...source.demands, ...target, ...keys];
};

async function sourceDemands(input: CopyInput, context: DemandContext) {
  const { bucket: name, key, versionId } = parseCopySource(input.CopySource);
  const bucket = findBucket(context.runtime.state, { Bucket: name });
  checkExpectedOwner(bucket, input.ExpectedSourceBucketOwner);
  checkKey(key);
  const found = await observeObject(context, bucket, key, versionId);
  const object: ObjectRecord | undefined = found?.record;
  const action = versionId === undefined ? 'GetObject' : 'GetObjectVersion';
  const demands = [
    onObject(context, bucket, action, key, [
      ...sent([['s3:VersionId', versionId]]),
      ...existingTagEntries(object?.tags ?? []),
    ]),
  ];
  if (object === undefined || object.deleteMarker === true) {
    demands.push(listing(context, bucket, key));
  } else {
    const { encryption } = object;
    demands.push(...(await decryptDemands({ bucket, key, encryption }, context)));
  }
  const entries: Entry[] = [['s3:x-amz-copy-source', `${name}/${key}`]];
  return { bucket, key, versionId, object, demands, entries };
}
