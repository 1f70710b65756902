/** PutObject and CopyObject. */
import type {
  CopyObjectOutput,
  CopyObjectRequest,
  PutObjectOutput,
  PutObjectRequest,
} from '@sekisho/catalog/types/s3';
import {
  type ChecksumAlgorithm,
  createChecksum,
} from '../../../authentication/payload/checksum/checksum.ts';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import { parseCopySource } from '../authorization/copy-source.ts';
import { checksumOutput, defaultChecksumAlgorithm, toChecksumAlgorithm } from '../checksums.ts';
import { chooseEncryption, encryptionOutput } from '../encryption.ts';
import type { BucketRecord, ObjectAttributes, ObjectRecord } from '../entities.ts';
import {
  headerNotImplemented,
  invalidArgument,
  invalidRequest,
  operationAborted,
} from '../errors.ts';
import { limits } from '../limits.ts';
import { createAttributes } from '../object-attributes.ts';
import { openDataKey, withDataKey } from '../object-keys.ts';
import { requireLockIntegrity } from '../object-lock.ts';
import { quoted, versionOutput } from '../object-output.ts';
import { checkCopySource, checkWrite, checkWriteConditions } from '../preconditions.ts';
import { commitObject } from '../storage/commit-object.ts';
import { receiveBody } from '../storage/receive.ts';
import { storageOf } from '../storage/s3-storage.ts';
import { createOrder } from '../storage/versions.ts';
import { requireObject, slicesOf } from './object-read.ts';

/** A stored body, whether received or copied. */
interface Stored {
  readonly file: string;
  readonly size: number;
  readonly md5: string;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksum: string;
}

/** With KMS the ETag is no MD5, so that nobody takes it for one. */
function etagOf(context: OperationContext, attributes: ObjectAttributes, md5: string): string {
  if (attributes.encryption.algorithm === 'AES256') return md5;
  return Buffer.from(context.runtime.platform.random.bytes(16)).toString('hex');
}

/** The attributes with a data key, where the object is to be encrypted under a KMS key. */
async function keyed(
  context: OperationContext,
  bucket: BucketRecord,
  key: string,
  attributes: ObjectAttributes,
): Promise<ObjectAttributes> {
  const { encryption } = attributes;
  return { ...attributes, encryption: await withDataKey({ bucket, key, encryption }, context) };
}

function simpleRecord(
  context: OperationContext,
  key: string,
  attributes: ObjectAttributes,
  stored: Stored,
): ObjectRecord {
  const { file, size, md5, algorithm, checksum } = stored;
  return {
    ...attributes,
    key,
    parts: [{ number: 1, file, size }],
    multipart: false,
    size,
    etag: etagOf(context, attributes, md5),
    modifiedAt: context.runtime.platform.clock.now(),
    order: createOrder(context.runtime.platform),
    checksum: { algorithm, value: checksum, type: 'FULL_OBJECT' },
  };
}

/** Commits, or removes the new file when the commit is refused. */
async function store(
  context: OperationContext,
  bucket: BucketRecord,
  record: ObjectRecord,
  conditions: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): Promise<ObjectRecord> {
  try {
    return await commitObject(context, bucket.name, bucket.id, record, {
      check: (previous) => checkWrite(conditions, record.key, previous?.record),
    });
  } catch (error) {
    const { files } = storageOf(context.runtime);
    await files.remove(record.parts.map((part) => part.file));
    throw error;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(
  input: PutObjectRequest,
  context: OperationContext,
): Promise<PutObjectOutput> {
  const bucket = findBucket(context.runtime.state, input);
  checkWriteConditions(input);
  if (input.WriteOffsetBytes !== undefined) throw headerNotImplemented('x-amz-write-offset-bytes');
  const created = createAttributes(context, bucket, input, 'PutObject');
  requireLockIntegrity(created, context.http);
  const attributes = await keyed(context, bucket, input.Key, created);
  const received = await receiveBody(context, input, defaultChecksumAlgorithm);
  const record = simpleRecord(context, input.Key, attributes, received);
  const written = await store(context, bucket, record, input);
  return {
    ETag: quoted(written.etag),
    ...checksumOutput(written.checksum),
    ...encryptionOutput(written.encryption),
    ...versionOutput(written),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export async function copyObject(
  input: CopyObjectRequest,
  context: OperationContext,
): Promise<CopyObjectOutput> {
  const source = parseCopySource(input.CopySource);
  const { state } = context.runtime;
  const sourceBucket = findBucket(state, { Bucket: source.bucket });
  const bucket = findBucket(state, input);
  checkWriteConditions(input);
  const original = await requireObject(context, sourceBucket, {
    Key: source.key,
    VersionId: source.versionId,
  });
  checkCopySource(input, original);
  if (original.size > limits.putBytesMax) {
    throw invalidRequest(
      'The specified copy source is larger than the maximum allowable size for a copy source: ' +
        String(limits.putBytesMax),
    );
  }
  refuseCopyToItself(input, source.bucket === input.Bucket && source.key === input.Key);
  const { key, encryption } = original;
  await openDataKey({ bucket: sourceBucket, key, encryption }, context);
  const copied = copiedAttributes(context, bucket, input, original);
  const attributes = await keyed(context, bucket, input.Key, copied);
  const algorithm =
    input.ChecksumAlgorithm === undefined
      ? (original.checksum?.algorithm ?? defaultChecksumAlgorithm)
      : toChecksumAlgorithm(input.ChecksumAlgorithm);
  const range = { start: 0, end: original.size };
  const stored = await copyBytes(context, original, range, algorithm);
  const record = simpleRecord(context, input.Key, attributes, stored);
  const written = await store(context, bucket, record, input);
  return {
    CopyObjectResult: {
      ETag: quoted(written.etag),
      LastModified: new Date(written.modifiedAt),
      ...checksumOutput(written.checksum),
    },
    ...(original.versionId === undefined ? {} : { CopySourceVersionId: original.versionId }),
    ...versionOutput(written),
    ...encryptionOutput(written.encryption),
  };
}

/** A new file with the bytes of the range. */
export async function copyBytes(
  context: OperationContext,
  original: ObjectRecord,
  range: { readonly start: number; readonly end: number },
  algorithm: ChecksumAlgorithm,
): Promise<Stored> {
  const { files } = storageOf(context.runtime);
  const stream = await files.read(slicesOf(original, range));
  // The source was overwritten after it was authorized.
  if (stream === undefined) throw operationAborted();
  const md5 = createChecksum('MD5');
  const running = createChecksum(algorithm);
  const { file, size } = await files.write(metered(stream, [md5, running]));
  return {
    file,
    size,
    md5: Buffer.from(md5.digest(), 'base64').toString('hex'),
    algorithm,
    checksum: running.digest(),
  };
}

async function* metered(
  body: AsyncIterable<Uint8Array> | Uint8Array,
  checksums: readonly { update(bytes: Uint8Array): void }[],
): AsyncGenerator<Uint8Array> {
  for await (const bytes of body instanceof Uint8Array ? [body] : body) {
    for (const checksum of checksums) checksum.update(bytes);
    yield bytes;
  }
}

function directive(name: string, value: string | undefined): 'COPY' | 'REPLACE' {
  if (value === undefined || value === 'COPY') return 'COPY';
  if (value === 'REPLACE') return 'REPLACE';
  throw invalidArgument(`Unknown ${name} directive.`, `x-amz-${name}-directive`, value);
}

function copiedAttributes(
  context: OperationContext,
  bucket: BucketRecord,
  input: CopyObjectRequest,
  original: ObjectRecord,
): ObjectAttributes {
  const replaced = createAttributes(context, bucket, input, 'CopyObject');
  const tags =
    directive('tagging', input.TaggingDirective) === 'COPY' ? original.tags : replaced.tags;
  if (directive('metadata', input.MetadataDirective) === 'REPLACE') return { ...replaced, tags };
  const { WebsiteRedirectLocation: _, ...headers } = original.headers;
  const { expires: __, ...rest } = replaced;
  return {
    ...rest,
    // The redirect is never copied.
    headers: {
      ...headers,
      ...(input.WebsiteRedirectLocation === undefined
        ? {}
        : { WebsiteRedirectLocation: input.WebsiteRedirectLocation }),
    },
    ...(original.expires === undefined ? {} : { expires: original.expires }),
    metadata: original.metadata,
    tags,
    encryption: chooseEncryption(input, bucket),
  };
}

function refuseCopyToItself(input: CopyObjectRequest, isItself: boolean): void {
  const changes =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.CopySource.includes('?versionId=');
  if (!isItself || changes) return;
  throw invalidRequest(
    'This copy request is illegal because it is trying to copy an object to itself without ' +
      "changing the object's metadata, storage class, website redirect location or encryption " +
      'attributes.',
  );
}
