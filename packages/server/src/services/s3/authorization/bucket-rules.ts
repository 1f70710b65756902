/** Demands of operations on buckets. */
import type { Decision } from '@sekisho/policy';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { Demand, DemandRule } from '../../service.ts';
import { bucketArn } from '../entities.ts';
import { accessDenied } from '../errors.ts';
import { type BucketInput, findBucket, lookUpBucket } from './bucket.ts';
import { type AclInput, aclEntries, commonEntries, type Entry, sent } from './condition-keys.ts';
import { isOwnAccount, onBucket, refusalText } from './demand.ts';

/** One action on the bucket. */
export function bucketRule<Input extends BucketInput>(
  action: string,
  entries: (input: Input) => readonly Entry[] = () => [],
): DemandRule<Input> {
  return (input, context) => [
    onBucket(context, findBucket(context.runtime.state, input), action, entries(input)),
  ];
}

/** HeadBucket: also who is refused is told where the bucket is. */
export const headBucketRule: DemandRule<BucketInput> = (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const demand = onBucket(context, bucket, 'ListBucket');
  const headers = [['x-amz-bucket-region', bucket.region]] as const;
  const whenDenied = (decision: Decision) =>
    new ServiceError('AccessDenied', refusalText(demand, decision), 403, [], headers);
  return [{ ...demand, whenDenied }];
};

/**
 * The bucket policy's own operations. The owner account's root is never locked out: the bucket
 * policy itself has no say then.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export function policyRule(action: string): DemandRule<BucketInput> {
  return (input, context) => {
    const bucket = findBucket(context.runtime.state, input);
    const demand = onBucket(context, bucket, action);
    if (context.caller.kind !== 'root' || !isOwnAccount(context, bucket)) return [demand];
    const { resourcePolicy: _, ...withoutPolicy } = demand;
    return [withoutPolicy];
  };
}

interface ListingInput extends BucketInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** `s3:prefix` is present when the parameter is, even empty (`aws s3 ls` sends `prefix=`). */
export function listingEntries(input: ListingInput): Entry[] {
  return sent([
    ['s3:prefix', input.Prefix],
    ['s3:delimiter', input.Delimiter],
    ['s3:max-keys', input.MaxKeys],
  ]);
}

interface CreateInput extends AclInput {
  readonly Bucket: string;
  readonly ObjectLockEnabledForBucket?: boolean | undefined;
  readonly ObjectOwnership?: string | undefined;
  readonly BucketNamespace?: string | undefined;
  readonly CreateBucketConfiguration?:
    | {
        readonly LocationConstraint?: string | undefined;
        readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
      }
    | undefined;
}

/** CreateBucket: the bucket does not exist yet, or is another's, so no policy of it is asked. */
export const createBucketRule: DemandRule<CreateInput> = (input, context) => {
  const resource = bucketArn(context.partition, input.Bucket);
  const tags = input.CreateBucketConfiguration?.Tags ?? [];
  const entries: Entry[] = [
    ...commonEntries(context, lookUpBucket(context.runtime.state, input.Bucket)),
    ...aclEntries(input),
    ...sent([
      ['s3:LocationConstraint', input.CreateBucketConfiguration?.LocationConstraint],
      ['s3:x-amz-object-ownership', input.ObjectOwnership],
      ['s3:x-amz-bucket-namespace', input.BucketNamespace],
    ]),
    ...tags.map(({ Key, Value }): Entry => [`aws:RequestTag/${Key}`, Value]),
  ];
  if (tags.length > 0) entries.push(['aws:TagKeys', tags.map(({ Key }) => Key)]);
  return createActions(input).map(
    (action): Demand => ({
      action: `s3:${action}`,
      resource,
      resourceAccount: context.account,
      context: entries,
      resourceText: `"${resource}"`,
      ...(context.caller.kind === 'anonymous' ? { whenDenied: () => accessDenied() } : {}),
    }),
  );
};

function createActions(input: CreateInput): string[] {
  const actions = ['CreateBucket'];
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input;
  const grants = [GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP];
  const isPrivate = ACL === undefined || ACL === 'private';
  if (!isPrivate || grants.some((grant) => grant !== undefined)) actions.push('PutBucketAcl');
  if (input.ObjectLockEnabledForBucket === true) {
    actions.push('PutBucketObjectLockConfiguration', 'PutBucketVersioning');
  }
  if (input.ObjectOwnership !== undefined) actions.push('PutBucketOwnershipControls');
  // Unverified: whether AWS asks TagResource beside CreateBucket; it is asked.
  if ((input.CreateBucketConfiguration?.Tags?.length ?? 0) > 0) actions.push('TagResource');
  return actions;
}

/** `Resource` `*` and `arn:aws:s3:::*` both allow it, one bucket's ARN does not. */
export const listBucketsRule: DemandRule<object> = (_input, context) => [
  {
    action: 's3:ListAllMyBuckets',
    resource: bucketArn(context.partition, '*'),
    resourceAccount: context.account,
    context: commonEntries(context, undefined),
    resourceText: null,
    ...(context.caller.kind === 'anonymous' ? { whenDenied: () => accessDenied() } : {}),
  },
];

/** Replication hands a role to S3. */
export const replicationRule: DemandRule<
  BucketInput & { readonly ReplicationConfiguration: { readonly Role: string } }
> = (input, context) => [
  onBucket(context, findBucket(context.runtime.state, input), 'PutReplicationConfiguration'),
  {
    action: 'iam:PassRole',
    resource: input.ReplicationConfiguration.Role,
    context: [['iam:PassedToService', 's3.amazonaws.com']],
  },
];
