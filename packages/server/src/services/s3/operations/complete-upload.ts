/** CompleteMultipartUpload: the parts become an object without being copied. */
import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from '@sekisho/catalog/types/s3';
import { computeChecksum } from '../../../authentication/payload/checksum/checksum.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import {
  checksumOutput,
  defaultChecksumAlgorithm,
  givenAlgorithms,
  memberOf,
} from '../checksums.ts';
import { encryptionOutput } from '../encryption.ts';
import type {
  BucketRecord,
  Checksum,
  ObjectRecord,
  PartRecord,
  UploadRecord,
} from '../entities.ts';
import { invalidRequest, malformedXml, noSuchUpload } from '../errors.ts';
import { limits } from '../limits.ts';
import { openDataKey } from '../object-keys.ts';
import { quoted, versionOutput } from '../object-output.ts';
import { checkWrite, checkWriteConditions } from '../preconditions.ts';
import { combineCrcs } from '../storage/combine-crc.ts';
import { commitObject } from '../storage/commit-object.ts';
import { type Indexed, listParts } from '../storage/object-index.ts';
import { storageOf } from '../storage/s3-storage.ts';
import { createOrder } from '../storage/versions.ts';
import { requireUpload } from './upload.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(
  input: CompleteMultipartUploadRequest,
  context: OperationContext,
): Promise<CompleteMultipartUploadOutput> {
  const bucket = findBucket(context.runtime.state, input);
  checkWriteConditions(input);
  const written = await storageOf(context.runtime).gate.close(input.UploadId, () =>
    complete(input, context, bucket),
  );
  if (written === undefined) throw noSuchUpload(input.UploadId);
  return {
    Location: `${context.runtime.endpoint()}/${input.Bucket}/${encodeURIComponent(input.Key)}`,
    Bucket: input.Bucket,
    Key: input.Key,
    ETag: quoted(written.etag),
    ...checksumOutput(written.checksum),
    ...encryptionOutput(written.encryption),
    ...versionOutput(written),
  };
}

async function complete(
  input: CompleteMultipartUploadRequest,
  context: OperationContext,
  bucket: BucketRecord,
): Promise<ObjectRecord> {
  const { runtime } = context;
  const upload = await requireUpload(context, bucket, input);
  await openDataKey({ bucket, key: input.Key, encryption: upload.record.encryption }, context);
  const stored = await listParts(runtime.state.store, input.UploadId);
  const parts = chooseParts(input, upload.record, stored);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match ` +
        `what was computed: ${size}`,
    );
  }
  const record = createRecord(context, upload.record, parts, size, input);
  const written = await commitObject(context, bucket.name, bucket.id, record, {
    check: (previous) => checkWrite(input, record.key, previous?.record),
    alongside: [
      { key: upload.storeKey, value: undefined, ifRevision: upload.revision },
      ...stored.map((part) => ({
        key: part.storeKey,
        value: undefined,
        ifRevision: part.revision,
      })),
    ],
  });
  const kept = new Set(parts.map((part) => part.file));
  const unused = stored.map((part) => part.record.file).filter((file) => !kept.has(file));
  await storageOf(runtime).files.remove(unused);
  return written;
}

/** The parts that the request lists, each checked against what was uploaded. */
function chooseParts(
  input: CompleteMultipartUploadRequest,
  upload: UploadRecord,
  stored: readonly Indexed<PartRecord>[],
): readonly PartRecord[] {
  const asked = input.MultipartUpload?.Parts;
  if (asked === undefined || asked.length === 0) {
    if (input.MultipartUpload === undefined) {
      throw invalidRequest('You must specify at least one part');
    }
    throw malformedXml();
  }
  const byNumber = new Map(stored.map(({ record }) => [record.number, record]));
  const chosen: PartRecord[] = [];
  let previous = 0;
  for (const item of asked) {
    const number = item.PartNumber ?? 0;
    if (number <= previous) throw invalidPartOrder(upload.uploadId);
    previous = number;
    const part = byNumber.get(number);
    const etag = (item.ETag ?? '').replace(/^"(.*)"$/, '$1');
    if (part === undefined || part.etag !== etag) throw invalidPart(item, upload.uploadId);
    checkPartChecksum(item, part, upload);
    chosen.push(part);
  }
  for (const part of chosen.slice(0, -1)) if (part.size < limits.partBytesMin) throw tooSmall(part);
  return chosen;
}

function checkPartChecksum(item: CompletedPart, part: PartRecord, upload: UploadRecord): void {
  const number = part.number;
  for (const algorithm of givenAlgorithms(item)) {
    if (algorithm === part.checksumAlgorithm && memberOf(item, algorithm) === part.checksum) {
      continue;
    }
    throw invalidPart(item, upload.uploadId);
  }
  const { checksumAlgorithm: wanted, checksumType: type } = upload;
  if (wanted === undefined || type !== 'COMPOSITE') return;
  if (memberOf(item, wanted) !== undefined) return;
  const name = wanted.toLowerCase();
  throw invalidRequest(
    `The upload was created using a ${name} checksum. The complete request must include the ` +
      `checksum for each part. It was missing for part ${number} in the request.`,
  );
}

function createRecord(
  context: OperationContext,
  upload: UploadRecord,
  parts: readonly PartRecord[],
  size: number,
  input: CompleteMultipartUploadRequest,
): ObjectRecord {
  const { uploadId: _, initiatedAt: __, initiator: ___, ...attributes } = upload;
  const { checksumAlgorithm: ____, checksumType: _____, ...rest } = attributes;
  const checksum = wholeChecksum(upload, parts);
  checkWholeChecksum(input, checksum);
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  return {
    ...rest,
    parts: parts.map(({ number, file, size: bytes, checksum: value }) => ({
      number,
      file,
      size: bytes,
      ...(value === undefined ? {} : { checksum: value }),
    })),
    multipart: true,
    size,
    etag: `${md5.digest('hex')}-${parts.length}`,
    modifiedAt: context.runtime.platform.clock.now(),
    order: createOrder(context.runtime.platform),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

/** COMPOSITE: the checksum of the parts' checksums. FULL_OBJECT: the CRC of all the bytes. */
function wholeChecksum(upload: UploadRecord, parts: readonly PartRecord[]): Checksum | undefined {
  const algorithm = upload.checksumAlgorithm ?? defaultChecksumAlgorithm;
  const values = parts.flatMap(({ checksum, size }) =>
    checksum === undefined ? [] : [{ value: checksum, size }],
  );
  if (values.length !== parts.length) return undefined;
  if ((upload.checksumType ?? 'FULL_OBJECT') === 'COMPOSITE') {
    const bytes = Buffer.concat(values.map(({ value }) => Buffer.from(value, 'base64')));
    const value = `${computeChecksum(algorithm, bytes)}-${parts.length}`;
    return { algorithm, value, type: 'COMPOSITE' };
  }
  if (algorithm === 'SHA1' || algorithm === 'SHA256') return undefined;
  return { algorithm, value: combineCrcs(algorithm, values), type: 'FULL_OBJECT' };
}

function checkWholeChecksum(
  input: CompleteMultipartUploadRequest,
  checksum: Checksum | undefined,
): void {
  for (const algorithm of givenAlgorithms(input)) {
    if (checksum?.algorithm === algorithm && memberOf(input, algorithm) === checksum.value)
      continue;
    throw new ServiceError(
      'BadDigest',
      `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
      400,
    );
  }
}

function invalidPartOrder(uploadId: string): ServiceError {
  return new ServiceError(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    400,
    [['UploadId', uploadId]],
  );
}

function invalidPart(item: CompletedPart, uploadId: string): ServiceError {
  return new ServiceError(
    'InvalidPart',
    'One or more of the specified parts could not be found.  The part may not have been ' +
      "uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    [
      ['UploadId', uploadId],
      ['PartNumber', String(item.PartNumber ?? '')],
      ['ETag', (item.ETag ?? '').replace(/^"(.*)"$/, '$1')],
    ],
  );
}

function tooSmall(part: PartRecord): ServiceError {
  return new ServiceError(
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
    400,
    [
      ['ProposedSize', String(part.size)],
      ['MinSizeAllowed', String(limits.partBytesMin)],
      ['PartNumber', String(part.number)],
      ['ETag', part.etag],
    ],
  );
}
