/** Settings of a bucket that are one word: who pays, acceleration, and whether its tags count. */
import type {
  GetBucketAbacOutput,
  GetBucketAccelerateConfigurationOutput,
  GetBucketRequestPaymentOutput,
  PutBucketAbacRequest,
  PutBucketAccelerateConfigurationRequest,
  PutBucketRequestPaymentRequest,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { invalidRequest, malformedXml } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { amendBucket } from './amend-bucket.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html */
export async function putBucketRequestPayment(
  input: PutBucketRequestPaymentRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const { Payer: payer } = input.RequestPaymentConfiguration ?? {};
  if (payer !== 'Requester' && payer !== 'BucketOwner') throw malformedXml();
  const bucket = findBucket(context.runtime.state, input);
  await amendBucket(context, bucket, ({ payer: _, ...rest }) =>
    payer === 'Requester' ? { ...rest, payer } : rest,
  );
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export function getBucketRequestPayment(
  input: BucketInput,
  context: OperationContext,
): GetBucketRequestPaymentOutput {
  return { Payer: findBucket(context.runtime.state, input).payer ?? 'BucketOwner' };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html */
export async function putBucketAcceleration(
  input: PutBucketAccelerateConfigurationRequest,
  context: OperationContext,
): Promise<object> {
  const { Status: status } = input.AccelerateConfiguration ?? {};
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  const bucket = findBucket(context.runtime.state, input);
  if (bucket.name.includes('.')) {
    throw invalidRequest(
      'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
    );
  }
  // What was never enabled stays as it is.
  if (bucket.acceleration === undefined && status === 'Suspended') return {};
  await amendBucket(context, bucket, (record) => ({ ...record, acceleration: status }));
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html */
export function getBucketAcceleration(
  input: BucketInput,
  context: OperationContext,
): GetBucketAccelerateConfigurationOutput {
  const { acceleration } = findBucket(context.runtime.state, input);
  return acceleration === undefined ? {} : { Status: acceleration };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html */
export async function putBucketAbac(
  input: PutBucketAbacRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const { Status: abac } = input.AbacStatus ?? {};
  if (abac !== 'Enabled' && abac !== 'Disabled') throw malformedXml();
  const bucket = findBucket(context.runtime.state, input);
  await amendBucket(context, bucket, (record) => ({ ...record, abac }));
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAbac.html */
export function getBucketAbac(input: BucketInput, context: OperationContext): GetBucketAbacOutput {
  const { abac = 'Disabled' } = findBucket(context.runtime.state, input);
  return { AbacStatus: { Status: abac } };
}
