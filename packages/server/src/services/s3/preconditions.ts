/** Conditional requests: If-Match, If-None-Match and their kin, for reads, copies and writes. */
import type { ObjectRecord } from './entities.ts';
import { headerNotImplemented, noSuchKey, preconditionFailed } from './errors.ts';

/** The conditions of a read, under the names of GetObject. */
export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** What a condition refers to. */
type Validators = Pick<ObjectRecord, 'etag' | 'modifiedAt'>;

/**
 * RFC 9110's order as S3 documents it: a true If-Match makes If-Unmodified-Since irrelevant, and
 * If-None-Match does the same to If-Modified-Since.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function evaluateRead(
  conditions: ReadConditions,
  object: Validators,
):
  | { readonly outcome: 'proceed' }
  | { readonly outcome: 'failed'; readonly condition: string }
  | { readonly outcome: 'not-modified'; readonly condition: string } {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!matchesEtag(IfMatch, object.etag)) return { outcome: 'failed', condition: 'If-Match' };
  } else if (IfUnmodifiedSince !== undefined && isModifiedSince(object, IfUnmodifiedSince)) {
    return { outcome: 'failed', condition: 'If-Unmodified-Since' };
  }
  if (IfNoneMatch !== undefined) {
    if (matchesEtag(IfNoneMatch, object.etag)) {
      return { outcome: 'not-modified', condition: 'If-None-Match' };
    }
  } else if (IfModifiedSince !== undefined && !isModifiedSince(object, IfModifiedSince)) {
    return { outcome: 'not-modified', condition: 'If-Modified-Since' };
  }
  return { outcome: 'proceed' };
}

/** The conditions of a copy on its source: there every failure is 412. */
export function checkCopySource(
  input: {
    readonly CopySourceIfMatch?: string | undefined;
    readonly CopySourceIfNoneMatch?: string | undefined;
    readonly CopySourceIfModifiedSince?: Date | undefined;
    readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  },
  source: Validators,
): void {
  const result = evaluateRead(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    source,
  );
  if (result.outcome !== 'proceed') {
    throw preconditionFailed(`x-amz-copy-source-${result.condition}`);
  }
}

/** The conditions of a write. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** Refuses what S3 does not take: other values of If-None-Match, and both headers together. */
export function checkWriteConditions({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw headerNotImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw unservedValue('If-None-Match');
  if (IfMatch === '*') throw unservedValue('If-Match');
}

/** Throws when the record that would be replaced does not allow the write. */
export function checkWrite(
  { IfMatch, IfNoneMatch }: WriteConditions,
  key: string,
  present: ObjectRecord | undefined,
): void {
  // A delete marker counts as no object.
  const object = present?.deleteMarker === true ? undefined : present;
  if (IfNoneMatch !== undefined && object !== undefined) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (object === undefined) throw noSuchKey(key);
  if (!matchesEtag(IfMatch, object.etag)) throw preconditionFailed('If-Match');
}

function unservedValue(header: string): Error {
  return headerNotImplemented(
    header,
    `We don't accept the provided value of ${header} header for this API`,
  );
}

/** A list of ETags with or without quotes, or `*`. */
function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((item) => {
    const text = item.trim();
    return text === '*' || text === etag || text === `"${etag}"`;
  });
}

/** HTTP dates have whole seconds. */
function isModifiedSince(object: Validators, date: Date): boolean {
  return Math.floor(object.modifiedAt / 1000) > Math.floor(date.getTime() / 1000);
}
