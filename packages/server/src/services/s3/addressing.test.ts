/** Tests of bucket addressing by host name. */
import { expect, test } from 'vitest';
import { bucketOfHost } from './addressing.ts';

const suffixes = ['s3.localhost', 'localhost', 's3.example.com'];

test.each([
  ['bucket.s3.localhost:4566', 'bucket'],
  ['my.dotted.bucket.s3.example.com', 'my.dotted.bucket'],
  ['bucket.localhost', 'bucket'],
  ['s3.localhost:4566', undefined],
  ['localhost:4566', undefined],
  ['127.0.0.1:4566', undefined],
  ['[::1]:4566', undefined],
  ['bucket.s3.us-east-1.amazonaws.com', 'bucket'],
  ['bucket.s3.amazonaws.com', 'bucket'],
  ['bucket.s3.dualstack.eu-west-1.amazonaws.com', 'bucket'],
  ['s3.eu-west-1.amazonaws.com', undefined],
  ['iam.amazonaws.com', undefined],
  ['evil.example.org', undefined],
  ['BUCKET.s3.localhost', undefined],
  ['a.s3.localhost', undefined],
])('%s names the bucket %s', (host, bucket) => {
  expect(bucketOfHost(host, suffixes)).toBe(bucket);
});
