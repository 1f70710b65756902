/** Before any decision: the region that a request is signed for, and keys of the client's own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { allow, anonymous, TestS3, userWith } from './testing.ts';

const Bucket = 'bucket-of-ireland';
const home = { region: 'eu-west-1' };
const away = { region: 'us-east-1' };
let s3: TestS3;

beforeAll(async () => {
  s3 = await TestS3.open();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await s3.call('CreateBucket', { Bucket, CreateBucketConfiguration }, home);
  await s3.call('PutObject', { Bucket, Key: 'k' }, { ...home, body: 'x' });
});
afterAll(async () => await s3.close());

describe("a bucket of another region than the signature's", () => {
  const words = "the region 'us-east-1' is wrong; expecting 'eu-west-1'";

  test('is not reached, and the answer names the region', async () => {
    const refusal = `400 AuthorizationHeaderMalformed: The authorization header is malformed; ${words}`;
    const object = { Bucket, Key: 'k' };
    expect(await s3.answer('GetObject', object, home)).toBe('success');
    expect(await s3.answer('GetObject', object, away)).toBe(refusal);
    expect(await s3.answer('PutObject', object, { ...away, body: 'y' })).toBe(refusal);
    expect(await s3.answer('HeadBucket', { Bucket }, away)).toBe(refusal);
    expect(await s3.answer('ListObjectsV2', { Bucket }, away)).toBe(refusal);
    expect(await s3.answer('DeleteBucket', { Bucket }, away)).toBe(refusal);
    expect(await s3.read(Bucket, 'k', home)).toBe('x');
    const error: ServiceError = await s3
      .call('HeadBucket', { Bucket }, away)
      .catch((caught) => caught);
    expect(error.details).toEqual([['Region', 'eu-west-1']]);
    expect(error.headers).toEqual([['x-amz-bucket-region', 'eu-west-1']]);
  });

  test('its region is told to those who may not list it too', async () => {
    for (const as of [anonymous, userWith(undefined)]) {
      const error: ServiceError = await s3
        .call('HeadBucket', { Bucket }, { ...home, as })
        .catch((caught) => caught);
      expect(error.status).toBe(403);
      expect(error.headers).toEqual([['x-amz-bucket-region', 'eu-west-1']]);
    }
  });

  test('is not reached by a presigned URL', async () => {
    const presigned = { ...away, type: 'REST-QUERY-STRING' } as const;
    expect(await s3.answer('GetObject', { Bucket, Key: 'k' }, presigned)).toBe(
      `400 AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; ${words}`,
    );
  });

  test('may be the source of a copy, and its location is told in us-east-1', async () => {
    await s3.call('CreateBucket', { Bucket: 'bucket-of-virginia' });
    const CopySource = `${Bucket}/k`;
    const copy = { Bucket: 'bucket-of-virginia', Key: 'copy', CopySource };
    expect(await s3.answer('CopyObject', copy, away)).toBe('success');
    expect(await s3.call('GetBucketLocation', { Bucket }, away)).toEqual({
      LocationConstraint: 'eu-west-1',
    });
    expect(await s3.answer('GetBucketLocation', { Bucket }, { region: 'us-west-2' })).toContain(
      'AuthorizationHeaderMalformed',
    );
    expect(await s3.answer('ListBuckets', {}, away)).toBe('success');
  });

  test('an unsigned request is one of the bucket’s own region', async () => {
    const [demand] = await s3.demands('GetObject', { Bucket, Key: 'k' }, { as: anonymous });
    expect(new Map(demand?.context).get('aws:RequestedRegion')).toBe('eu-west-1');
    const [signed] = await s3.demands('GetObject', { Bucket, Key: 'k' }, home);
    expect(new Map(signed?.context).has('aws:RequestedRegion')).toBe(false);
  });
});

describe('SSE-C over plain HTTP', () => {
  const SSECustomerKey = Buffer.alloc(32, 7).toString('base64');
  const refusal =
    '400 InvalidRequest: Requests specifying Server Side Encryption with Customer provided keys ' +
    'must be made over a secure connection.';

  test.each([
    { SSECustomerAlgorithm: 'AES256', SSECustomerKey },
    { SSECustomerAlgorithm: 'AES256' },
    { SSECustomerKey },
    { SSECustomerKeyMD5: 'x' },
  ])('is refused wherever a key may be named: %j', async (key) => {
    const object = { Bucket, Key: 'k', ...key };
    const upload = { ...object, UploadId: 'none' };
    const part = { ...upload, PartNumber: 1 };
    const CopySource = `${Bucket}/k`;
    const put = { ...home, body: 'y' };
    expect(await s3.answer('PutObject', object, put)).toBe(refusal);
    expect(await s3.answer('GetObject', object, home)).toBe(refusal);
    expect(await s3.answer('HeadObject', object, home)).toBe(refusal);
    expect(await s3.answer('CreateMultipartUpload', object, home)).toBe(refusal);
    expect(await s3.answer('UploadPart', part, put)).toBe(refusal);
    expect(await s3.answer('ListParts', upload, home)).toBe(refusal);
    expect(await s3.answer('CopyObject', { ...object, Key: 'c', CopySource }, home)).toBe(refusal);
    expect(await s3.read(Bucket, 'k', home)).toBe('x');
  });

  test('also for the source of a copy', async () => {
    const copy = { Bucket, Key: 'c', CopySource: `${Bucket}/k` };
    const source = { CopySourceSSECustomerAlgorithm: 'AES256' };
    expect(await s3.answer('CopyObject', { ...copy, ...source }, home)).toBe(refusal);
  });

  test('is not written for other connections either: never stored without the key', async () => {
    const object = { Bucket, Key: 'never', SSECustomerAlgorithm: 'AES256', SSECustomerKey };
    const secure = { ...home, secure: true, body: 'y' };
    expect(await s3.answer('PutObject', object, secure)).toContain('501 NotImplemented');
    expect(await s3.answer('HeadObject', { Bucket, Key: 'never' }, home)).toContain('404');
  });
});

test('the parts of an upload under a KMS key are told to who may decrypt', async () => {
  const { KeyMetadata: made } = await s3.callKms<{
    readonly KeyMetadata: { readonly Arn: string };
  }>('CreateKey', { BypassPolicyLockoutSafetyCheck: true });
  const object = { Bucket: 'bucket-of-keys', Key: 'parts' };
  await s3.call('CreateBucket', { Bucket: object.Bucket });
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: made.Arn } as const;
  const starter = userWith(allow(['s3:*', 'kms:GenerateDataKey']));
  const begun = await s3.call('CreateMultipartUpload', { ...object, ...kms }, { as: starter });
  const list = (as: typeof starter) =>
    s3.answer('ListParts', { ...object, UploadId: begun.UploadId ?? '' }, { as });
  expect(await list(starter)).toContain(`kms:Decrypt on resource: ${made.Arn}`);
  expect(await list(userWith(allow(['s3:*', 'kms:Decrypt'])))).toBe('success');
  // Its initiator may list it; the key is a matter of its own.
  expect(await list(userWith(allow('kms:Decrypt')))).toBe('success');
  expect(await list(userWith(undefined))).toContain('kms:Decrypt');
});
