/** Demands of creating objects: PutObject and what the request's headers ask beside it. */
import type { TagList } from '../../../directory/records.ts';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
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

interface PutInput extends BucketInput, WriteInput {
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
  return [
    ...actions.map((action) => onObject(context, bucket, action, input.Key, entries)),
    ...keyDemands(context, bucket, input),
  ];
}

/** A customer's KMS key is used with the caller's own permissions. */
function keyDemands(context: DemandContext, bucket: BucketRecord, input: PutInput): Demand[] {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId } = input;
  if (keyId === undefined || algorithm === undefined || algorithm === 'AES256') return [];
  if (/(?:^|:)alias\/aws\/s3$/.test(keyId)) return [];
  const place = `arn:${context.partition}:kms:${bucket.region}:${bucket.owner}`;
  const resource = keyId.startsWith('arn:')
    ? keyId
    : `${place}:${keyId.startsWith('alias/') ? keyId : `key/${keyId}`}`;
  return [
    {
      action: 'kms:GenerateDataKey',
      resource,
      context: [['kms:ViaService', `s3.${bucket.region}.amazonaws.com`]],
    },
  ];
}

export const putRule: DemandRule<PutInput> = (input, context) =>
  creation(context, findBucket(context.runtime.state, input), input, true);

/** The headers that ask for more belong to this call, not to the parts'. */
export const createUploadRule: DemandRule<PutInput> = (input, context) =>
  creation(context, findBucket(context.runtime.state, input), input, false);

/** Parts and completion: only PutObject, whatever the upload was created with. */
export const uploadPartRule: DemandRule<BucketInput & { readonly Key: string }> = (
  input,
  context,
) => creation(context, findBucket(context.runtime.state, input), bare(input), false);

export const completeRule: DemandRule<
  BucketInput & Pick<PutInput, 'Key' | 'IfMatch' | 'IfNoneMatch'>
> = (input, context) => {
  const { IfMatch, IfNoneMatch } = input;
  const asked = { ...bare(input), IfMatch, IfNoneMatch };
  return creation(context, findBucket(context.runtime.state, input), asked, true);
};

function bare(input: BucketInput & { readonly Key: string }): PutInput {
  return { Bucket: input.Bucket, Key: input.Key };
}

/** Source first: reading it, then writing the target. */
export const copyRule: DemandRule<CopyInput> = async (input, context) => {
  const source = await sourceDemands(input, context);
  const bucket = findBucket(context.runtime.state, input);
  const target = creation(context, bucket, input, true, source.entries);
  const copiesTags = input.TaggingDirective !== 'REPLACE' && (source.object?.tags.length ?? 0) > 0;
  if (!copiesTags) return [...source.demands, ...target];
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
  ];
};

export const copyPartRule: DemandRule<CopyInput> = async (input, context) => {
  const source = await sourceDemands(input, context);
  const bucket = findBucket(context.runtime.state, input);
  const target = creation(context, bucket, bare(input), false, source.entries);
  return [...source.demands, ...target];
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
  }
  const entries: Entry[] = [['s3:x-amz-copy-source', `${name}/${key}`]];
  return { bucket, key, versionId, object, demands, entries };
}
