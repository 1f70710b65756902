/** PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy and GetBucketPolicyStatus. */
import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from '@sekisho/catalog/types/s3';
import {
  authorize,
  checkResourcePolicy,
  type PolicyDocument,
  parsePolicyDocument,
  principalArns,
} from '@sekisho/policy';
import { ServiceError } from '../../../protocol/service-error.ts';
import { principalExists, principalId, providerExists } from '../../iam/principal-look-up.ts';
import type { OperationContext } from '../../service.ts';
import { loadActionLevels } from '../action-levels.ts';
import { findBucket } from '../authorization/bucket.ts';
import { hasPublicPolicy, isPublicDocument } from '../authorization/bucket-policy.ts';
import { isOwnAccount } from '../authorization/demand.ts';
import { type BucketRecord, bucketArn } from '../entities.ts';
import { accessDenied, notConfigured } from '../errors.ts';
import { amendBucket } from './amend-bucket.ts';

/** A policy that cannot be parsed after the check would be a programmer's error. */
function parse(text: string): PolicyDocument {
  const { document } = parsePolicyDocument(text);
  if (document !== undefined) return document;
  throw new ServiceError(
    'MalformedPolicy',
    "Policies must be valid JSON and the first byte must be '{'",
    400,
  );
}

/** Only identities of the owner's account may see or change the policy, whatever it allows. */
function requireOwnAccount(context: OperationContext, bucket: BucketRecord): void {
  if (isOwnAccount(context, bucket)) return;
  throw new ServiceError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
    [
      ['Method', context.http.method],
      ['ResourceType', 'BUCKETPOLICY'],
    ],
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export async function putBucketPolicy(
  input: PutBucketPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const bucket = findBucket(context.runtime.state, input);
  requireOwnAccount(context, bucket);
  const problem = checkResourcePolicy(input.Policy, {
    actionPrefix: 's3',
    resourceArn: bucketArn(context.partition, bucket.name),
    partition: context.partition,
    principalExists: (arn) => principalExists(arn, context),
    providerExists: (arn) => providerExists(arn, context),
    levelsOfAction: await loadActionLevels(),
  });
  if (problem !== undefined) throw new ServiceError(problem.code, problem.message, 400);
  const document = parse(input.Policy);
  if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicDocument(document)) {
    throw blockedPublicPolicy(context, bucket);
  }
  const principalIds = principalArns(document).flatMap((arn) => {
    const id = principalId(arn, context);
    return id === undefined ? [] : [[arn, id] as const];
  });
  if (input.ConfirmRemoveSelfBucketAccess !== true) {
    refuseLockOut(context, bucket, document, principalIds);
  }
  const policy = { text: input.Policy, principalIds };
  await amendBucket(context, bucket, (record) => ({ ...record, policy }));
  return {};
}

function blockedPublicPolicy(context: OperationContext, bucket: BucketRecord): ServiceError {
  const arn = 'arn' in context.caller ? context.caller.arn : 'anonymous';
  const resource = bucketArn(context.partition, bucket.name);
  return accessDenied(
    `User: ${arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${resource}" ` +
      'because public policies are prevented by the BlockPublicPolicy setting in S3 Block ' +
      'Public Access.',
  );
}

/** A policy by which the caller could not change it again needs the confirming header. */
function refuseLockOut(
  context: OperationContext,
  bucket: BucketRecord,
  document: PolicyDocument,
  principalIds: readonly (readonly [string, string])[],
): void {
  const [decision] = context.authorized.decisions;
  // The owner account's root is never locked out.
  if (decision === undefined || context.caller.kind === 'root') return;
  const { request, policies } = decision;
  const resource = { document, name: 'the new bucket policy', principalIds: new Map(principalIds) };
  const after = authorize(request, { ...policies, resource });
  if (after.outcome !== 'explicitDeny') return;
  throw accessDenied(
    `Unable to save the policy of ${bucket.name}: it would deny you s3:PutBucketPolicy.`,
  );
}

function policyText(bucket: BucketRecord): string {
  if (bucket.policy !== undefined) return bucket.policy.text;
  throw notConfigured('NoSuchBucketPolicy', 'The bucket policy does not exist', bucket.name);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export function getBucketPolicy(
  input: GetBucketPolicyRequest,
  context: OperationContext,
): GetBucketPolicyOutput {
  const bucket = findBucket(context.runtime.state, input);
  requireOwnAccount(context, bucket);
  return { Policy: policyText(bucket) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export async function deleteBucketPolicy(
  input: DeleteBucketPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const bucket = findBucket(context.runtime.state, input);
  requireOwnAccount(context, bucket);
  await amendBucket(context, bucket, ({ policy: _, ...rest }) => rest);
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export function getBucketPolicyStatus(
  input: GetBucketPolicyStatusRequest,
  context: OperationContext,
): GetBucketPolicyStatusOutput {
  const bucket = findBucket(context.runtime.state, input);
  policyText(bucket);
  return { PolicyStatus: { IsPublic: hasPublicPolicy(bucket) } };
}
