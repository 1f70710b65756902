/** An object's record as GetObject and HeadObject answer it. */
import type { GetObjectOutput } from '@sekisho/catalog/types/s3';
import type { Decision } from '@sekisho/policy';
import { checksumOutput } from './checksums.ts';
import { encryptionOutput } from './encryption.ts';
import type { ObjectRecord } from './entities.ts';

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** `x-amz-version-id`: present once the bucket has or had versioning. */
export function versionOutput(record: ObjectRecord): { readonly VersionId?: string } {
  return record.versionId === undefined ? {} : { VersionId: record.versionId };
}

/** What both operations answer about the whole object; ranges and overrides come on top. */
export function describeObject(record: ObjectRecord, withChecksum: boolean): GetObjectOutput {
  const { metadata, tags, headers } = record;
  return {
    AcceptRanges: 'bytes',
    LastModified: new Date(record.modifiedAt),
    ContentLength: record.size,
    ETag: quoted(record.etag),
    ...(withChecksum ? checksumOutput(record.checksum) : {}),
    ...versionOutput(record),
    ...headers,
    ...(record.expires === undefined
      ? {}
      : {
          Expires: new Date(record.expires),
          ExpiresString: new Date(record.expires).toUTCString(),
        }),
    ...encryptionOutput(record.encryption),
    ...(metadata.length === 0 ? {} : { Metadata: new Map(metadata) }),
    ...(record.storageClass === undefined ? {} : { StorageClass: record.storageClass }),
    ...(tags.length === 0 ? {} : { TagCount: tags.length }),
  };
}

/** The lock's headers, each for whoever may read what it says. */
export function lockOutput(
  { retention, legalHold }: ObjectRecord,
  decisions: readonly Decision[],
): GetObjectOutput {
  const may = (action: string) =>
    decisions.some(({ outcome, request }) => outcome === 'allow' && request.action === action);
  return {
    ...(retention !== undefined && may('s3:GetObjectRetention')
      ? {
          ObjectLockMode: retention.mode,
          ObjectLockRetainUntilDate: new Date(retention.until),
        }
      : {}),
    ...(legalHold !== undefined && may('s3:GetObjectLegalHold')
      ? { ObjectLockLegalHoldStatus: legalHold ? 'ON' : 'OFF' }
      : {}),
  };
}
