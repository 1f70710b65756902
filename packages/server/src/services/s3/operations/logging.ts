/** PutBucketLogging and GetBucketLogging: the target is checked and kept, no logs are delivered. */
import type {
  GetBucketLoggingOutput,
  LoggingEnabled,
  PutBucketLoggingRequest,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket, lookUpBucket } from '../authorization/bucket.ts';
import type { BucketRecord } from '../entities.ts';
import { malformedXml } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { putSetting, readSetting } from '../settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html */
export async function putBucketLogging(
  input: PutBucketLoggingRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const bucket = findBucket(context.runtime.state, input);
  const { LoggingEnabled: logging } = input.BucketLoggingStatus ?? {};
  if (logging !== undefined) checkTarget(logging, bucket, context);
  await putSetting(input, context, 'logging', logging);
  return {};
}

function checkTarget(
  { TargetBucket: name, TargetPrefix: prefix }: LoggingEnabled,
  bucket: BucketRecord,
  context: OperationContext,
): void {
  if (name === undefined || prefix === undefined) throw malformedXml();
  const target = lookUpBucket(context.runtime.state, name);
  if (target === undefined) {
    throw invalidTarget('The target bucket for logging does not exist', name);
  }
  if (target.owner !== bucket.owner) {
    throw invalidTarget(
      'The owner for the bucket to be logged and the target bucket must be the same.',
      name,
    );
  }
  if (target.region === bucket.region) return;
  throw new ServiceError(
    'CrossLocationLoggingProhibitted',
    'Cross S3 location logging not allowed. ',
    403,
    [
      ['TargetBucketLocation', target.region],
      ['SourceBucketLocation', bucket.region],
    ],
  );
}

function invalidTarget(message: string, name: string): ServiceError {
  return new ServiceError('InvalidTargetBucketForLogging', message, 400, [['TargetBucket', name]]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export function getBucketLogging(
  input: BucketInput,
  context: OperationContext,
): GetBucketLoggingOutput {
  const bucket = findBucket(context.runtime.state, input);
  const logging = readSetting<LoggingEnabled>(bucket, 'logging');
  return logging === undefined ? {} : { LoggingEnabled: logging };
}
