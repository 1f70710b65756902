/** ListObjects, ListObjectsV2 and ListObjectVersions. */
import type {
  DeleteMarkerEntry,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { findBucket } from '../authorization/bucket.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { invalidArgument } from '../errors.ts';
import { quoted } from '../object-output.ts';
import { canonicalUserId } from '../owners.ts';
import { decodeToken, encodeToken, pageSize, textEncoding } from '../paging.ts';
import { listPage, type Page } from '../storage/listing.ts';
import { objectFolder } from '../storage/object-key.ts';
import { listVersionPage, type VersionPage } from '../storage/version-listing.ts';

type Encode = (text: string) => string;
type Entry = NonNullable<ListObjectsV2Output['Contents']>[number];

interface Asked {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

async function page(
  context: OperationContext,
  bucket: BucketRecord,
  input: Asked,
  after: string,
): Promise<Page<ObjectRecord>> {
  const request = {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after,
    limit: pageSize(input.MaxKeys, 'max-keys'),
  };
  const { store } = context.runtime.state;
  const isVisible = (record: ObjectRecord): boolean => record.deleteMarker !== true;
  return await listPage(store, objectFolder(bucket.id), request, isVisible);
}

function describe(record: ObjectRecord, encode: Encode, withOwner: boolean): Entry {
  const { checksum } = record;
  return {
    Key: encode(record.key),
    LastModified: new Date(record.modifiedAt),
    ETag: quoted(record.etag),
    ...(checksum === undefined
      ? {}
      : { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type }),
    Size: record.size,
    StorageClass: record.storageClass ?? 'STANDARD',
    ...(withOwner ? { Owner: { ID: canonicalUserId(record.owner) } } : {}),
  };
}

/** What the versions of ListObjects share. */
function describePage(
  found: Page<ObjectRecord>,
  input: Asked & { readonly Bucket: string; readonly EncodingType?: string | undefined },
  encode: Encode,
  withOwner: boolean,
) {
  const contents = found.entries.flatMap((entry) =>
    entry.kind === 'record' ? [describe(entry.found.record, encode, withOwner)] : [],
  );
  const prefixes = found.entries.flatMap((entry) =>
    entry.kind === 'common-prefix' ? [{ Prefix: encode(entry.text) }] : [],
  );
  const { Delimiter: delimiter, EncodingType } = input;
  return {
    IsTruncated: found.truncated,
    ...(contents.length === 0 ? {} : { Contents: contents }),
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ''),
    ...(delimiter === undefined || delimiter === '' ? {} : { Delimiter: encode(delimiter) }),
    MaxKeys: pageSize(input.MaxKeys, 'max-keys'),
    ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes }),
    ...(EncodingType === undefined ? {} : { EncodingType }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function listObjectsV2(
  input: ListObjectsV2Request,
  context: OperationContext,
): Promise<ListObjectsV2Output> {
  const bucket = findBucket(context.runtime.state, input);
  const encode = textEncoding(input.EncodingType);
  const { ContinuationToken: token, StartAfter: startAfter } = input;
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
  const found = await page(context, bucket, input, after);
  return {
    ...describePage(found, input, encode, input.FetchOwner === true),
    KeyCount: found.entries.length,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(found.truncated
      ? { NextContinuationToken: encodeToken(found.entries.at(-1)?.text ?? '') }
      : {}),
    ...(startAfter === undefined || token !== undefined ? {} : { StartAfter: encode(startAfter) }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export async function listObjects(
  input: ListObjectsRequest,
  context: OperationContext,
): Promise<ListObjectsOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const encode = textEncoding(input.EncodingType);
  const found = await page(context, bucket, input, input.Marker ?? '');
  const delimiter = input.Delimiter ?? '';
  return {
    ...describePage(found, input, encode, true),
    Marker: encode(input.Marker ?? ''),
    ...(found.truncated && delimiter !== ''
      ? { NextMarker: encode(found.entries.at(-1)?.text ?? '') }
      : {}),
  };
}

/** Objects and delete markers apart, each in the order of listing. */
function describeVersions(
  found: VersionPage['versions'],
  encode: Encode,
): { readonly versions: ObjectVersion[]; readonly markers: DeleteMarkerEntry[] } {
  const versions: ObjectVersion[] = [];
  const markers: DeleteMarkerEntry[] = [];
  for (const { record, isLatest } of found) {
    const identity = { VersionId: record.versionId ?? 'null', IsLatest: isLatest };
    if (record.deleteMarker === true) {
      markers.push({
        Key: encode(record.key),
        ...identity,
        LastModified: new Date(record.modifiedAt),
        Owner: { ID: canonicalUserId(record.owner) },
      });
    } else {
      const { ChecksumAlgorithm, ...entry } = describe(record, encode, true);
      versions.push({
        ...entry,
        ...(ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm }),
        ...identity,
      });
    }
  }
  return { versions, markers };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export async function listObjectVersions(
  input: ListObjectVersionsRequest,
  context: OperationContext,
): Promise<ListObjectVersionsOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const encode = textEncoding(input.EncodingType);
  const { KeyMarker = '', VersionIdMarker = '', Prefix, Delimiter, EncodingType } = input;
  if (VersionIdMarker !== '' && KeyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      VersionIdMarker,
    );
  }
  const limit = pageSize(input.MaxKeys, 'max-keys');
  const found = await listVersionPage(context.runtime.state.store, bucket.id, {
    prefix: Prefix ?? '',
    delimiter: Delimiter ?? '',
    keyMarker: KeyMarker,
    versionIdMarker: VersionIdMarker,
    limit,
  });
  const { versions, markers } = describeVersions(found.versions, encode);
  return {
    IsTruncated: found.next !== undefined,
    KeyMarker: encode(KeyMarker),
    VersionIdMarker,
    ...(found.next === undefined
      ? {}
      : {
          NextKeyMarker: encode(found.next.key),
          ...(found.next.versionId === undefined
            ? {}
            : { NextVersionIdMarker: found.next.versionId }),
        }),
    ...(versions.length === 0 ? {} : { Versions: versions }),
    ...(markers.length === 0 ? {} : { DeleteMarkers: markers }),
    Name: input.Bucket,
    Prefix: encode(Prefix ?? ''),
    ...(Delimiter === undefined || Delimiter === '' ? {} : { Delimiter: encode(Delimiter) }),
    MaxKeys: limit,
    ...(found.commonPrefixes.length === 0
      ? {}
      : { CommonPrefixes: found.commonPrefixes.map((text) => ({ Prefix: encode(text) })) }),
    ...(EncodingType === undefined ? {} : { EncodingType }),
  };
}
