/** UploadPart and UploadPartCopy. */
import type {
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@sekisho/catalog/types/s3';
import { readDeclaredChecksum } from '../../../authentication/payload/checksum/verify-checksums.ts';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import { parseCopySource } from '../authorization/copy-source.ts';
import { checksumMember, defaultChecksumAlgorithm } from '../checksums.ts';
import { encryptionOutput } from '../encryption.ts';
import type { BucketRecord, PartRecord } from '../entities.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from '../errors.ts';
import { limits } from '../limits.ts';
import { openDataKey } from '../object-keys.ts';
import { quoted } from '../object-output.ts';
import { checkCopySource } from '../preconditions.ts';
import { parseCopyRange } from '../ranges.ts';
import { asJson, findPart } from '../storage/object-index.ts';
import { partKey } from '../storage/object-key.ts';
import { receiveBody } from '../storage/receive.ts';
import { storageOf } from '../storage/s3-storage.ts';
import { requireObject } from './object-read.ts';
import { copyBytes } from './object-write.ts';
import { requireUpload } from './upload.ts';

interface PartInput {
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
}

function checkPartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= limits.partNumberMax) return;
  throw invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    String(number),
  );
}

/** Commits the part while its upload is still under way; an earlier one of its number goes. */
async function commitPart(
  context: OperationContext,
  bucket: BucketRecord,
  input: PartInput,
  part: PartRecord,
): Promise<void> {
  const { gate, files } = storageOf(context.runtime);
  const { store } = context.runtime.state;
  const key = partKey(input.UploadId, part.number);
  const replaced = await gate.write(input.UploadId, async () => {
    await requireUpload(context, bucket, input);
    const previous = await findPart(store, input.UploadId, part.number);
    const ifRevision = previous?.revision ?? 0;
    await context.commit([{ key, value: asJson(part), ifRevision }]);
    return previous === undefined ? [] : [previous.record.file];
  });
  if (replaced === undefined) throw noSuchUpload(input.UploadId);
  await files.remove(replaced);
}

async function commitOrRemove(
  context: OperationContext,
  bucket: BucketRecord,
  input: PartInput,
  part: PartRecord,
): Promise<void> {
  try {
    await commitPart(context, bucket, input, part);
  } catch (error) {
    await storageOf(context.runtime).files.remove([part.file]);
    throw error;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(
  input: UploadPartRequest,
  context: OperationContext,
): Promise<UploadPartOutput> {
  const bucket = findBucket(context.runtime.state, input);
  checkPartNumber(input.PartNumber);
  const { record: upload } = await requireUpload(context, bucket, input);
  await openDataKey({ bucket, key: input.Key, encryption: upload.encryption }, context);
  const wanted = upload.checksumAlgorithm ?? defaultChecksumAlgorithm;
  const declared = readDeclaredChecksum(context.http).algorithm;
  if (upload.checksumAlgorithm !== undefined && (declared ?? wanted) !== wanted) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, ` +
        `actual checksum Type: ${declared?.toLowerCase()}`,
    );
  }
  const received = await receiveBody(context, input, wanted, true);
  const part: PartRecord = {
    number: input.PartNumber,
    file: received.file,
    size: received.size,
    etag: received.md5,
    modifiedAt: context.runtime.platform.clock.now(),
    checksum: received.defaultChecksum,
    checksumAlgorithm: wanted,
  };
  await commitOrRemove(context, bucket, input, part);
  return {
    ...encryptionOutput(upload.encryption),
    ETag: quoted(part.etag),
    ...checksumMember(received.algorithm, received.checksum),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(
  input: UploadPartCopyRequest,
  context: OperationContext,
): Promise<UploadPartCopyOutput> {
  const source = parseCopySource(input.CopySource);
  const { state } = context.runtime;
  const sourceBucket = findBucket(state, { Bucket: source.bucket });
  const bucket = findBucket(state, input);
  checkPartNumber(input.PartNumber);
  const { record: upload } = await requireUpload(context, bucket, input);
  await openDataKey({ bucket, key: input.Key, encryption: upload.encryption }, context);
  const { key: Key, versionId: VersionId } = source;
  const original = await requireObject(context, sourceBucket, { Key, VersionId });
  checkCopySource(input, original);
  await openDataKey({ bucket: sourceBucket, key: Key, encryption: original.encryption }, context);
  const range =
    input.CopySourceRange === undefined
      ? { start: 0, end: original.size }
      : parseCopyRange(input.CopySourceRange, original.size);
  if (range.end - range.start > limits.putBytesMax) {
    throw invalidRequest(
      'The specified copy source is larger than the maximum allowable size for a copy source: ' +
        String(limits.putBytesMax),
    );
  }
  const algorithm = upload.checksumAlgorithm ?? defaultChecksumAlgorithm;
  const stored = await copyBytes(context, original, range, algorithm);
  const part: PartRecord = {
    number: input.PartNumber,
    file: stored.file,
    size: stored.size,
    etag: stored.md5,
    modifiedAt: context.runtime.platform.clock.now(),
    checksum: stored.checksum,
    checksumAlgorithm: algorithm,
  };
  await commitOrRemove(context, bucket, input, part);
  return {
    ...(original.versionId === undefined ? {} : { CopySourceVersionId: original.versionId }),
    CopyPartResult: {
      ETag: quoted(part.etag),
      LastModified: new Date(part.modifiedAt),
      ...(upload.checksumAlgorithm === undefined ? {} : checksumMember(algorithm, stored.checksum)),
    },
    ...encryptionOutput(upload.encryption),
  };
}
