/**
 * S3's condition keys.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_s3.html
 */
import type { ContextValue } from '@sekisho/policy';
import type { TagList } from '../../../directory/records.ts';
import type { DemandContext } from '../../service.ts';
import type { BucketRecord } from '../entities.ts';

export type Entry = readonly [key: string, value: ContextValue];

/** Keys of every S3 demand. What an unsigned request lacks is absent. */
export function commonEntries(context: DemandContext, bucket: BucketRecord | undefined): Entry[] {
  const { authenticationType, signatureVersion, signatureAge, contentSha256 } =
    context.authenticated;
  const entries: Entry[] = [];
  if (authenticationType !== 'none') entries.push(['s3:authType', authenticationType]);
  if (signatureVersion !== 'none') entries.push(['s3:signatureversion', signatureVersion]);
  if (signatureAge !== undefined) entries.push(['s3:signatureAge', String(signatureAge)]);
  if (contentSha256 !== undefined) entries.push(['s3:x-amz-content-sha256', contentSha256]);
  if (bucket !== undefined) entries.push(['s3:ResourceAccount', bucket.owner]);
  // Without a region of its own the request is one of the bucket's region.
  if (bucket !== undefined && context.authenticated.region === undefined) {
    entries.push(['aws:RequestedRegion', bucket.region]);
  }
  if (bucket?.abac === 'Enabled') entries.push(...bucketTagEntries(bucket.tags ?? []));
  return entries;
}

/** The bucket's tags count for itself and its objects, once the bucket says so (PutBucketAbac). */
function bucketTagEntries(tags: TagList): Entry[] {
  return tags.flatMap(([key, value]): Entry[] => [
    [`aws:ResourceTag/${key}`, value],
    [`s3:BucketTag/${key}`, value],
  ]);
}

/** Header or parameter values under their keys; what was not sent is absent, never empty. */
export function sent(
  pairs: readonly (readonly [key: string, value: string | number | undefined])[],
): Entry[] {
  return pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
}

/** `s3:ExistingObjectTag/k` of the stored object. */
export function existingTagEntries(tags: TagList): Entry[] {
  return tags.map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]);
}

/** `s3:RequestObjectTag/k` and `s3:RequestObjectTagKeys`, where tags are sent. */
export function requestTagEntries(tags: TagList | undefined): Entry[] {
  if (tags === undefined) return [];
  return [
    ...tags.map(([key, value]): Entry => [`s3:RequestObjectTag/${key}`, value]),
    ['s3:RequestObjectTagKeys', tags.map(([key]) => key)],
  ];
}

/** What may carry an access control list in its headers. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** The keys of canned ACLs and of explicit grants. */
export function aclEntries(input: AclInput): Entry[] {
  return sent([
    ['s3:x-amz-acl', input.ACL],
    ['s3:x-amz-grant-full-control', input.GrantFullControl],
    ['s3:x-amz-grant-read', input.GrantRead],
    ['s3:x-amz-grant-read-acp', input.GrantReadACP],
    ['s3:x-amz-grant-write', input.GrantWrite],
    ['s3:x-amz-grant-write-acp', input.GrantWriteACP],
  ]);
}

/** What creates an object may carry. */
export interface WriteInput extends AclInput {
  readonly MetadataDirective?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** The keys of `s3:PutObject` that stand in headers. */
export function writeEntries(input: WriteInput, now: number): Entry[] {
  return [
    ...aclEntries(input),
    ...lockEntries(input, now),
    ...sent([
      ['s3:x-amz-metadata-directive', input.MetadataDirective],
      ['s3:x-amz-server-side-encryption', input.ServerSideEncryption],
      ['s3:x-amz-server-side-encryption-aws-kms-key-id', input.SSEKMSKeyId],
      ['s3:x-amz-server-side-encryption-customer-algorithm', input.SSECustomerAlgorithm],
      ['s3:x-amz-storage-class', input.StorageClass],
      ['s3:x-amz-website-redirect-location', input.WebsiteRedirectLocation],
      ['s3:object-lock-legal-hold', input.ObjectLockLegalHoldStatus],
      ['s3:if-match', input.IfMatch],
      ['s3:if-none-match', input.IfNoneMatch],
    ]),
  ];
}

/** The keys of a requested retention. */
export function lockEntries(
  input: Pick<WriteInput, 'ObjectLockMode' | 'ObjectLockRetainUntilDate'>,
  now: number,
): Entry[] {
  const until = input.ObjectLockRetainUntilDate;
  return sent([
    ['s3:object-lock-mode', input.ObjectLockMode],
    ['s3:object-lock-retain-until-date', until?.toISOString()],
    ['s3:object-lock-remaining-retention-days', remainingDays(until, now)],
  ]);
}

function remainingDays(until: Date | undefined, now: number): number | undefined {
  return until === undefined ? undefined : Math.ceil((until.getTime() - now) / 86_400_000);
}
