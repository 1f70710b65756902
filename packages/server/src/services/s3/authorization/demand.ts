/** S3's demands: the pair, the bucket policy, the keys, and how a refusal is told. */
import { type Decision, denialMessage } from '@sekisho/policy';
import type { Demand, DemandContext } from '../../service.ts';
import { type BucketRecord, bucketArn, objectArn } from '../entities.ts';
import { accessDenied } from '../errors.ts';
import { bucketPolicySource, hasPublicPolicy } from './bucket-policy.ts';
import { commonEntries, type Entry } from './condition-keys.ts';

/** Whose request it is, as the bucket's owner sees it. */
export function isOwnAccount(context: DemandContext, bucket: BucketRecord): boolean {
  return context.account !== '' && context.account === bucket.owner;
}

/** A demand on the bucket itself. */
export function onBucket(
  context: DemandContext,
  bucket: BucketRecord,
  action: string,
  entries: readonly Entry[] = [],
): Demand {
  return demand(context, bucket, action, bucketArn(context.partition, bucket.name), entries);
}

/** A demand on an object, which need not exist. */
export function onObject(
  context: DemandContext,
  bucket: BucketRecord,
  action: string,
  key: string,
  entries: readonly Entry[] = [],
): Demand {
  return demand(context, bucket, action, objectArn(context.partition, bucket.name, key), entries);
}

function demand(
  context: DemandContext,
  bucket: BucketRecord,
  action: string,
  resource: string,
  entries: readonly Entry[],
): Demand {
  requirePayment(context, bucket);
  const resourcePolicy = policyFor(context, bucket);
  return {
    action: `s3:${action}`,
    resource,
    resourceAccount: bucket.owner,
    context: [...commonEntries(context, bucket), ...entries],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    resourceText: `"${resource}"`,
    // The reason is told inside the owner's account only.
    ...(isOwnAccount(context, bucket) ? {} : { whenDenied: () => accessDenied() }),
  };
}

/** Others must say that they will pay; nobody without a name can. */
function requirePayment(context: DemandContext, bucket: BucketRecord): void {
  if (bucket.payer === undefined || isOwnAccount(context, bucket)) return;
  const willPay = context.http.header('x-amz-request-payer') === 'requester';
  if (!willPay || context.caller.kind === 'anonymous') throw accessDenied();
}

/**
 * RestrictPublicBuckets leaves a bucket with a public policy to its owner's account and to AWS
 * services: for all others the policy, even its statements that are not public, grants nothing.
 * Without a policy the resource side allows nothing across accounts, so they are refused.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
function policyFor(context: DemandContext, bucket: BucketRecord): Demand['resourcePolicy'] {
  const restricted =
    bucket.publicAccessBlock?.RestrictPublicBuckets === true &&
    !isOwnAccount(context, bucket) &&
    context.caller.kind !== 'service' &&
    hasPublicPolicy(bucket);
  return restricted ? undefined : bucketPolicySource(bucket);
}

/** The words of a refusal that is reported rather than thrown (one key of DeleteObjects). */
export function refusalText(demand: Demand, decision: Decision): string {
  if (demand.whenDenied !== undefined) return demand.whenDenied(decision).message;
  return denialMessage({ decision, resourceText: demand.resourceText ?? null });
}
