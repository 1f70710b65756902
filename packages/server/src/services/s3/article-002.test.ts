/** The bucket steps of article 002, by direct calls with real decisions. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allow, otherAccount, stranger, TestS3, userWith } from './testing.ts';

let s3: TestS3;
const Bucket = 'ut-wordpress-s3';
const objects = `arn:aws:s3:::${Bucket}/*`;
const bucket = `arn:aws:s3:::${Bucket}`;
const worker = userWith({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: bucket },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: objects,
    },
  ],
});

beforeAll(async () => {
  s3 = await TestS3.open();
});
afterAll(async () => await s3.close());

test('002-9 a bucket is created once in the world', async () => {
  expect(await s3.call('CreateBucket', { Bucket })).toEqual({
    Location: `/${Bucket}`,
    BucketArn: bucket,
  });
  expect(await s3.answer('CreateBucket', { Bucket })).toBe('success');
  expect(await s3.answer('CreateBucket', { Bucket }, { as: stranger })).toContain(
    '409 BucketAlreadyExists: The requested bucket name is not available.',
  );
  expect(await s3.answer('CreateBucket', { Bucket: 'eu-bucket' }, { region: 'eu-west-1' })).toBe(
    '400 IllegalLocationConstraintException: The unspecified location constraint is ' +
      'incompatible for the region specific endpoint this request was sent to.',
  );
  const CreateBucketConfiguration = { LocationConstraint: 'ap-northeast-1' };
  const tokyo = { Bucket: 'tokyo-bucket', CreateBucketConfiguration };
  const options = { region: 'ap-northeast-1' };
  expect(await s3.call('CreateBucket', tokyo, options)).toMatchObject({
    Location: 'http://tokyo-bucket.s3.amazonaws.com/',
  });
  expect(await s3.answer('CreateBucket', tokyo, options)).toContain('409 BucketAlreadyOwnedByYou');
});

test('002-9 without CreateBucket the refusal names the quoted bucket', async () => {
  expect(await s3.answer('CreateBucket', { Bucket: 'another-one' }, { as: worker })).toBe(
    '403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ' +
      's3:CreateBucket on resource: "arn:aws:s3:::another-one" because no identity-based policy ' +
      'allows the s3:CreateBucket action',
  );
});

test('002-11 up, list, down, remove', async () => {
  const Key = 'f.txt';
  const put = await s3.call('PutObject', { Bucket, Key }, { as: worker, body: 'hello\n' });
  expect(put.ETag).toBe('"b1946ac92492d2347c6235b4d2611184"');
  const list = await s3.call('ListObjectsV2', { Bucket, Prefix: '' }, { as: worker });
  expect(list).toMatchObject({
    KeyCount: 1,
    IsTruncated: false,
    Contents: [{ Key, Size: 6, StorageClass: 'STANDARD', ETag: put.ETag }],
  });
  const head = await s3.call('HeadObject', { Bucket, Key }, { as: worker });
  expect(head).toMatchObject({ ContentLength: 6, ContentType: 'binary/octet-stream' });
  expect(await s3.read(Bucket, Key, { as: worker })).toBe('hello\n');
  expect(await s3.answer('DeleteObject', { Bucket, Key }, { as: worker })).toBe('success');
  expect(await s3.answer('DeleteObject', { Bucket, Key }, { as: worker })).toBe('success');
  const after = await s3.call('ListObjectsV2', { Bucket }, { as: worker });
  expect(after).toMatchObject({ KeyCount: 0, IsTruncated: false });
  expect(after.Contents).toBeUndefined();
});

test('002-11 a missing key is 404 for those who may list and 403 for others', async () => {
  const missing = { Bucket, Key: 'missing' };
  expect(await s3.answer('HeadObject', missing, { as: worker })).toContain('404 NoSuchKey');
  const reader = userWith(allow('s3:GetObject', objects));
  expect(await s3.answer('HeadObject', missing, { as: reader })).toBe(
    '403 AccessDenied: Access Denied',
  );
  const prefixed = userWith({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: objects },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: bucket,
        Condition: { StringLike: { 's3:prefix': 'public/*' } },
      },
    ],
  });
  const inside = { Bucket, Key: 'public/x' };
  const outside = { Bucket, Key: 'private/x' };
  expect(await s3.answer('HeadObject', inside, { as: prefixed })).toContain('404 NoSuchKey');
  expect(await s3.answer('HeadObject', outside, { as: prefixed })).toContain('403 AccessDenied');
});

test('002-11 N7: a policy on the bucket alone reaches no objects, nor the reverse', async () => {
  const onBucketOnly = userWith(allow('s3:*', bucket));
  expect(await s3.answer('PutObject', { Bucket, Key: 'a' }, { as: onBucketOnly, body: 'a' })).toBe(
    '403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ' +
      's3:PutObject on resource: "arn:aws:s3:::ut-wordpress-s3/a" because no identity-based ' +
      'policy allows the s3:PutObject action',
  );
  const onObjectsOnly = userWith(allow('s3:*', objects));
  expect(await s3.answer('ListObjectsV2', { Bucket }, { as: onObjectsOnly })).toContain(
    's3:ListBucket on resource: "arn:aws:s3:::ut-wordpress-s3"',
  );
});

test('002-11 other buckets and other accounts stay closed', async () => {
  await s3.call('CreateBucket', { Bucket: 'foreign-bucket' }, { as: stranger });
  const foreign = { Bucket: 'foreign-bucket', Key: 'a' };
  const all = userWith(allow('s3:*'));
  expect(await s3.answer('GetObject', foreign, { as: all })).toBe(
    '403 AccessDenied: Access Denied',
  );
  const list = await s3.call('ListBuckets', {}, { as: stranger });
  expect(list.Buckets?.map(({ Name }) => Name)).toEqual(['foreign-bucket']);
  expect(otherAccount).not.toBe('');
});

test('002-11 an ACL header needs PutObjectAcl, a tagging header PutObjectTagging', async () => {
  const input = { Bucket, Key: 'a', ACL: 'bucket-owner-full-control' };
  expect(await s3.answer('PutObject', input, { as: worker, body: '' })).toContain(
    'not authorized to perform: s3:PutObjectAcl',
  );
  const tagged = { Bucket, Key: 'a', Tagging: 'team=blue' };
  expect(await s3.answer('PutObject', tagged, { as: worker, body: '' })).toContain(
    'not authorized to perform: s3:PutObjectTagging',
  );
});
