/** Finding the bucket that a request names, before anything is authorized on it. */

import { ServiceError } from '../../../protocol/service-error.ts';
import type { State } from '../../../store/state.ts';
import type { BucketRecord } from '../entities.ts';
import { accessDenied, invalidArgument, invalidBucketName, noSuchBucket } from '../errors.ts';
import { limits } from '../limits.ts';
import { bucketKey } from '../storage/object-key.ts';

/** What every operation on a bucket may carry. */
export interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

const encoder = new TextEncoder();
/** What may stand in a path as a bucket at all: the rules of us-east-1 before 2018. */
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/;

/** The bucket's record, or undefined. */
export function lookUpBucket(state: State, name: string): BucketRecord | undefined {
  // Written by our own operations only; the shape is entities.ts.
  return state.get(bucketKey(name)) as unknown as BucketRecord | undefined;
}

/** The bucket, or AWS's refusal: that a bucket does not exist is told to everyone. */
export function findBucket(state: State, input: BucketInput): BucketRecord {
  const { Bucket: name, ExpectedBucketOwner: expected } = input;
  const bucket = lookUpBucket(state, name);
  if (bucket === undefined) {
    throw bucketPattern.test(name) ? noSuchBucket(name) : invalidBucketName(name);
  }
  checkExpectedOwner(bucket, expected);
  return bucket;
}

/** `x-amz-expected-bucket-owner` and its twin for the source of a copy. */
export function checkExpectedOwner(bucket: BucketRecord, expected: string | undefined): void {
  if (expected === undefined) return;
  if (!/^\d{12}$/.test(expected)) {
    throw new ServiceError(
      'InvalidBucketOwnerAWSAccountID',
      'The value of the expected bucket owner parameter must be an AWS Account ID... ' +
        `[${expected}]`,
      400,
    );
  }
  if (expected !== bucket.owner) throw accessDenied();
}

/** Refuses keys that S3 cannot hold. */
export function checkKey(key: string): void {
  // Unverified: AWS's code for text that is no Unicode.
  if (!key.isWellFormed()) throw invalidArgument('Invalid Unicode in key', 'Key');
  const size = encoder.encode(key).byteLength;
  if (size > limits.keyBytesMax) {
    throw new ServiceError('KeyTooLongError', 'Your key is too long', 400, [
      ['Size', String(size)],
      ['MaxSizeAllowed', String(limits.keyBytesMax)],
    ]);
  }
}
