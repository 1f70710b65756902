/** GetObject, HeadObject and GetObjectAttributes. */
import type {
  GetObjectAttributesOutput,
  GetObjectAttributesRequest,
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import { type OperationContext, type OperationResult, OutputWithStatus } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { observedObject, observeObject } from '../authorization/snapshot.ts';
import { checksumMember, checksumOutput } from '../checksums.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import {
  checkVersionId,
  invalidRequest,
  noSuchKey,
  noSuchKeyBehindMarker,
  noSuchVersion,
  operationAborted,
  preconditionFailed,
} from '../errors.ts';
import { openDataKey } from '../object-keys.ts';
import { describeObject, lockOutput, quoted, versionOutput } from '../object-output.ts';
import { evaluateRead } from '../preconditions.ts';
import { type ByteRange, parseRange } from '../ranges.ts';
import type { Slice } from '../storage/data-files.ts';
import { storageOf } from '../storage/s3-storage.ts';

/** The object that a read names, as it was authorized; throws what AWS answers without one. */
export async function requireObject(
  context: OperationContext,
  bucket: BucketRecord,
  input: { readonly Key: string; readonly VersionId?: string | undefined },
): Promise<ObjectRecord> {
  checkVersionId(input.VersionId);
  const found = await observedObject(context, bucket, input.Key, input.VersionId);
  if (found === undefined) {
    throw input.VersionId === undefined
      ? noSuchKey(input.Key)
      : noSuchVersion(input.Key, input.VersionId);
  }
  const { record } = found;
  if (record.deleteMarker !== true) return record;
  const versionId = record.versionId ?? 'null';
  if (input.VersionId === undefined) throw noSuchKeyBehindMarker(input.Key, versionId);
  throw new ServiceError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
    [
      ['Method', context.http.method],
      ['ResourceType', 'DeleteMarker'],
    ],
    [
      ['x-amz-delete-marker', 'true'],
      ['Last-Modified', new Date(record.modifiedAt).toUTCString()],
      ['Allow', 'DELETE'],
    ],
  );
}

/** The bytes that a request asks for, and what its answer says of them. */
interface Selection {
  readonly range: ByteRange;
  readonly partial: boolean;
  readonly members: GetObjectOutput;
}

function select(record: ObjectRecord, input: GetObjectRequest): Selection {
  const { size } = record;
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) {
      throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
    }
    return selectPart(record, input.PartNumber);
  }
  const range = parseRange(input.Range, size);
  if (range === undefined) {
    return { range: { start: 0, end: size }, partial: false, members: { ContentLength: size } };
  }
  return { range, partial: true, members: rangeMembers(range, size) };
}

function selectPart(record: ObjectRecord, number: number): Selection {
  const count = record.multipart ? record.parts.length : 1;
  if (number < 1 || number > count) {
    throw new ServiceError(
      'InvalidPartNumber',
      'The requested partnumber is not satisfiable',
      416,
      [
        ['ActualPartCount', String(count)],
        ['PartNumberRequested', String(number)],
      ],
    );
  }
  let start = 0;
  for (const part of record.parts.slice(0, number - 1)) start += part.size;
  const range = { start, end: start + (record.parts[number - 1]?.size ?? 0) };
  const counted = record.multipart ? { PartsCount: count } : {};
  return { range, partial: true, members: { ...rangeMembers(range, record.size), ...counted } };
}

function rangeMembers({ start, end }: ByteRange, size: number): GetObjectOutput {
  const ContentLength = end - start;
  return ContentLength === 0
    ? { ContentLength }
    : { ContentLength, ContentRange: `bytes ${start}-${end - 1}/${size}` };
}

/** The slices of data files that hold the range. */
export function slicesOf(record: ObjectRecord, range: ByteRange): readonly Slice[] {
  const slices: Slice[] = [];
  let offset = 0;
  for (const { file, size } of record.parts) {
    const start = Math.max(range.start - offset, 0);
    const end = Math.min(range.end - offset, size);
    if (start < end) slices.push({ file, start, end });
    offset += size;
  }
  return slices;
}

interface Answer {
  readonly record: ObjectRecord;
  readonly selection: Selection;
  readonly output: GetObjectOutput;
}

/** Everything of a read but its bytes. */
async function prepare(input: GetObjectRequest, context: OperationContext): Promise<Answer> {
  const bucket = findBucket(context.runtime.state, input);
  const record = await requireObject(context, bucket, input);
  const overrides = responseOverrides(input);
  if (context.caller.kind === 'anonymous' && Object.keys(overrides).length > 0) {
    throw invalidRequest(
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  const condition = evaluateRead(input, record);
  if (condition.outcome === 'failed') throw preconditionFailed(condition.condition);
  if (condition.outcome === 'not-modified') throw notModified(record);
  const selection = select(record, input);
  const { start, end } = selection.range;
  const isWhole = start === 0 && end === record.size;
  const withChecksum = input.ChecksumMode?.toUpperCase() === 'ENABLED' && isWhole;
  const output = {
    ...describeObject(record, withChecksum),
    ...lockOutput(record, context.authorized.decisions),
    ...selection.members,
    ...overrides,
  };
  return { record, selection, output };
}

/** Not an error to a person, but on the wire it is one: a status without a body. */
function notModified(record: ObjectRecord): ServiceError {
  return new ServiceError(
    'NotModified',
    'Not Modified',
    304,
    [],
    [
      ['ETag', quoted(record.etag)],
      ['Last-Modified', new Date(record.modifiedAt).toUTCString()],
    ],
  );
}

function responseOverrides(input: GetObjectRequest): GetObjectOutput {
  const { ResponseExpires: expires } = input;
  const pairs = [
    ['CacheControl', input.ResponseCacheControl],
    ['ContentDisposition', input.ResponseContentDisposition],
    ['ContentEncoding', input.ResponseContentEncoding],
    ['ContentLanguage', input.ResponseContentLanguage],
    ['ContentType', input.ResponseContentType],
    ['Expires', expires],
    ['ExpiresString', expires?.toUTCString()],
  ] as const;
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function answer<Output>(output: Output, { partial }: Selection): OperationResult<Output> {
  return partial ? new OutputWithStatus(output, 206) : output;
}

async function open(
  input: BucketInput,
  { key, encryption }: ObjectRecord,
  context: OperationContext,
): Promise<void> {
  const bucket = findBucket(context.runtime.state, input);
  await openDataKey({ bucket, key, encryption }, context);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export async function getObject(
  input: GetObjectRequest,
  context: OperationContext,
): Promise<OperationResult<GetObjectOutput>> {
  const prepared = await prepare(input, context);
  await open(input, prepared.record, context);
  const { files } = storageOf(context.runtime);
  const body = await files.read(slicesOf(prepared.record, prepared.selection.range));
  if (body !== undefined) {
    return answer({ ...prepared.output, Body: body }, prepared.selection);
  }
  // Overwritten since it was authorized: the new object is served if the decision holds for it.
  const bucket = findBucket(context.runtime.state, input);
  const { Key, VersionId } = input;
  const fresh = await observeObject(context, bucket, Key, VersionId);
  if (fresh !== undefined && decidedOn(fresh.record) !== decidedOn(prepared.record)) {
    throw operationAborted();
  }
  if (fresh !== undefined && fresh.record.order === prepared.record.order) {
    throw new Error(`the data of an object in ${bucket.name} is gone`);
  }
  return await getObject(input, context);
}

/** What of an object has a say in who may read it: its tags, and the KMS key that it is under. */
function decidedOn({ tags, encryption }: ObjectRecord): string {
  const { dataKey: _, ...named } = encryption;
  return JSON.stringify([tags, named]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export async function headObject(
  input: GetObjectRequest,
  context: OperationContext,
): Promise<OperationResult<HeadObjectOutput>> {
  const prepared = await prepare(input, context);
  if (input.ChecksumMode !== undefined) await open(input, prepared.record, context);
  return answer(prepared.output, prepared.selection);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export async function getObjectAttributes(
  input: GetObjectAttributesRequest,
  context: OperationContext,
): Promise<GetObjectAttributesOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const record = await requireObject(context, bucket, input);
  await open(input, record, context);
  const asked = new Set(input.ObjectAttributes);
  const { checksum } = record;
  return {
    LastModified: new Date(record.modifiedAt),
    ...versionOutput(record),
    ...(asked.has('ETag') ? { ETag: record.etag } : {}),
    ...(asked.has('Checksum') && checksum !== undefined
      ? { Checksum: checksumOutput(checksum) }
      : {}),
    ...(asked.has('ObjectParts') && record.multipart
      ? { ObjectParts: describeParts(record, input) }
      : {}),
    ...(asked.has('StorageClass') ? { StorageClass: record.storageClass ?? 'STANDARD' } : {}),
    ...(asked.has('ObjectSize') ? { ObjectSize: record.size } : {}),
  };
}

/** The parts are listed only where they have checksums of their own (COMPOSITE). */
function describeParts(
  record: ObjectRecord,
  input: GetObjectAttributesRequest,
): GetObjectAttributesOutput['ObjectParts'] {
  const { checksum } = record;
  const total = { TotalPartsCount: record.parts.length };
  if (checksum?.type !== 'COMPOSITE') return total;
  const marker = Number(input.PartNumberMarker ?? 0);
  const max = Math.min(input.MaxParts ?? 1000, 1000);
  const after = record.parts.filter((part) => part.number > marker);
  const page = after.slice(0, max);
  return {
    ...total,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: max,
    IsTruncated: after.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      ...(part.checksum === undefined ? {} : checksumMember(checksum.algorithm, part.checksum)),
    })),
  };
}
