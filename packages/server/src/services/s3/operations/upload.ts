/** CreateMultipartUpload, AbortMultipartUpload, ListMultipartUploads and ListParts. */
import type {
  AbortMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import { refusalText } from '../authorization/demand.ts';
import { uploadRule } from '../authorization/upload-rules.ts';
import { checksumMember, toChecksumAlgorithm } from '../checksums.ts';
import { encryptionOutput } from '../encryption.ts';
import type { BucketRecord, UploadRecord } from '../entities.ts';
import {
  accessDenied,
  invalidArgument,
  invalidRequest,
  noSuchBucket,
  noSuchUpload,
} from '../errors.ts';
import { createAttributes } from '../object-attributes.ts';
import { withDataKey } from '../object-keys.ts';
import { quoted } from '../object-output.ts';
import { canonicalUserId } from '../owners.ts';
import { pageSize, textEncoding } from '../paging.ts';
import { asJson, findUpload, type Indexed, listParts } from '../storage/object-index.ts';
import { uploadKey } from '../storage/object-key.ts';
import { removeUpload } from '../storage/remove-uploads.ts';
import { storageOf } from '../storage/s3-storage.ts';
import { listUploadPage } from '../storage/upload-listing.ts';

/** The upload that a request names. */
export async function requireUpload(
  context: OperationContext,
  bucket: BucketRecord,
  input: { readonly Key: string; readonly UploadId: string },
): Promise<Indexed<UploadRecord>> {
  const { store } = context.runtime.state;
  const found = await findUpload(store, bucket.id, input.Key, input.UploadId);
  if (found === undefined) throw noSuchUpload(input.UploadId);
  return found;
}

const countSpan = 36 ** 4;
let begun = 0;

/** Sorts by time of initiation within a key; a count parts uploads of one millisecond. */
function createUploadId(context: OperationContext): string {
  const { clock, random } = context.runtime.platform;
  begun = (begun + 1) % countSpan;
  const time = clock.now().toString(36).padStart(9, '0');
  const count = begun.toString(36).padStart(4, '0');
  return time + count + Buffer.from(random.bytes(18)).toString('hex');
}

/** The type of checksum that the whole will have, where the client chose an algorithm. */
function checksumChoice(
  input: CreateMultipartUploadRequest,
): Pick<UploadRecord, 'checksumAlgorithm' | 'checksumType'> {
  const { ChecksumAlgorithm: name, ChecksumType: type } = input;
  if (name === undefined) {
    if (type === undefined) return {};
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const algorithm = toChecksumAlgorithm(name);
  const chosen = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const lower = algorithm.toLowerCase();
  if (chosen === 'FULL_OBJECT') {
    if (algorithm === 'SHA1' || algorithm === 'SHA256') {
      throw invalidRequest(
        `The FULL_OBJECT checksum type cannot be used with the ${lower} checksum algorithm.`,
      );
    }
  } else if (chosen !== 'COMPOSITE') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  } else if (algorithm === 'CRC64NVME') {
    throw invalidRequest(
      `The COMPOSITE checksum type cannot be used with the ${lower} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm: algorithm, checksumType: chosen };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export async function createMultipartUpload(
  input: CreateMultipartUploadRequest,
  context: OperationContext,
): Promise<CreateMultipartUploadOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const { caller, runtime } = context;
  const uploadId = createUploadId(context);
  const choice = checksumChoice(input);
  const attributes = createAttributes(context, bucket, input, 'CreateMultipartUpload');
  const { encryption } = attributes;
  const record: UploadRecord = {
    ...attributes,
    encryption: await withDataKey({ bucket, key: input.Key, encryption }, context),
    key: input.Key,
    uploadId,
    initiatedAt: runtime.platform.clock.now(),
    initiator: {
      id: 'userId' in caller ? caller.userId : 'anonymous',
      account: context.account,
    },
    ...choice,
  };
  const key = uploadKey(bucket.id, input.Key, uploadId);
  const committed = await storageOf(runtime).gate.write(bucket.id, () =>
    context.commit([{ key, value: asJson(record), ifRevision: 0 }]),
  );
  if (committed === undefined) throw noSuchBucket(bucket.name);
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: uploadId,
    ...encryptionOutput(record.encryption),
    ...(choice.checksumAlgorithm === undefined
      ? {}
      : { ChecksumAlgorithm: choice.checksumAlgorithm }),
    ...(choice.checksumType === undefined ? {} : { ChecksumType: choice.checksumType }),
  };
}

/** The initiator needs no permission, but an explicit Deny binds it too. */
async function refuseDeniedInitiator(
  action: string,
  input: AbortMultipartUploadRequest,
  context: OperationContext,
): Promise<void> {
  const [decision] = context.authorized.decisions;
  if (decision === undefined || decision.outcome === 'allow') return;
  const [demand] = await uploadRule(action)(input as never, context);
  if (demand === undefined) throw accessDenied();
  if (decision.outcome === 'explicitDeny' || decision.failure !== undefined) {
    throw accessDenied(refusalText(demand, decision));
  }
  if (demand.advisory !== true) throw accessDenied(refusalText(demand, decision));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export async function abortMultipartUpload(
  input: AbortMultipartUploadRequest,
  context: OperationContext,
): Promise<object> {
  const bucket = findBucket(context.runtime.state, input);
  await refuseDeniedInitiator('AbortMultipartUpload', input, context);
  const done = await storageOf(context.runtime).gate.close(input.UploadId, async () =>
    removeUpload(context.runtime, await requireUpload(context, bucket, input)),
  );
  if (done === undefined) throw noSuchUpload(input.UploadId);
  return {};
}

function people(upload: UploadRecord) {
  const { account, id } = upload.initiator;
  return {
    Initiator: { ID: account === '' ? 'anonymous' : canonicalUserId(account), DisplayName: id },
    Owner: { ID: canonicalUserId(upload.owner) },
    StorageClass: upload.storageClass ?? 'STANDARD',
    ...(upload.checksumAlgorithm === undefined
      ? {}
      : { ChecksumAlgorithm: upload.checksumAlgorithm }),
    ...(upload.checksumType === undefined ? {} : { ChecksumType: upload.checksumType }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export async function listUploadParts(
  input: ListPartsRequest,
  context: OperationContext,
): Promise<ListPartsOutput> {
  const bucket = findBucket(context.runtime.state, input);
  await refuseDeniedInitiator('ListMultipartUploadParts', input, context);
  const { record } = await requireUpload(context, bucket, input);
  const max = pageSize(input.MaxParts, 'max-parts');
  const markerText = input.PartNumberMarker ?? '0';
  if (!/^\d{1,10}$/.test(markerText)) {
    throw invalidArgument(
      'Argument part-number-marker must be an integer between 0 and 2147483647',
      'part-number-marker',
      markerText,
    );
  }
  const marker = Number(markerText);
  const parts = await listParts(context.runtime.state.store, input.UploadId);
  const after = parts.filter((part) => part.record.number > marker);
  const page = after.slice(0, max);
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: input.UploadId,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.record.number ?? 0),
    MaxParts: max,
    IsTruncated: after.length > page.length,
    ...(page.length === 0
      ? {}
      : {
          Parts: page.map(({ record: part }) => ({
            PartNumber: part.number,
            LastModified: new Date(part.modifiedAt),
            ETag: quoted(part.etag),
            Size: part.size,
            ...(part.checksum === undefined || record.checksumAlgorithm === undefined
              ? {}
              : checksumMember(record.checksumAlgorithm, part.checksum)),
          })),
        }),
    ...people(record),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export async function listMultipartUploads(
  input: ListMultipartUploadsRequest,
  context: OperationContext,
): Promise<ListMultipartUploadsOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const encode = textEncoding(input.EncodingType);
  const { KeyMarker = '', UploadIdMarker = '', Prefix = '', Delimiter = '' } = input;
  const limit = pageSize(input.MaxUploads, 'max-uploads');
  if (KeyMarker !== '' && UploadIdMarker !== '' && !/^[0-9a-z]{49}$/.test(UploadIdMarker)) {
    throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', UploadIdMarker);
  }
  const page = await listUploadPage(context.runtime.state.store, bucket.id, {
    prefix: Prefix,
    delimiter: Delimiter,
    keyMarker: KeyMarker,
    // Without a key marker it has no meaning.
    uploadIdMarker: KeyMarker === '' ? '' : UploadIdMarker,
    limit,
  });
  return {
    Bucket: input.Bucket,
    KeyMarker: encode(KeyMarker),
    UploadIdMarker,
    ...(page.next === undefined
      ? {}
      : { NextKeyMarker: encode(page.next.key), NextUploadIdMarker: page.next.uploadId }),
    ...(Prefix === '' ? {} : { Prefix: encode(Prefix) }),
    ...(Delimiter === '' ? {} : { Delimiter: encode(Delimiter) }),
    MaxUploads: limit,
    IsTruncated: page.next !== undefined,
    ...(page.uploads.length === 0
      ? {}
      : {
          Uploads: page.uploads.map((upload) => ({
            UploadId: upload.uploadId,
            Key: encode(upload.key),
            Initiated: new Date(upload.initiatedAt),
            ...people(upload),
          })),
        }),
    ...(page.commonPrefixes.length === 0
      ? {}
      : { CommonPrefixes: page.commonPrefixes.map((text) => ({ Prefix: encode(text) })) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}
