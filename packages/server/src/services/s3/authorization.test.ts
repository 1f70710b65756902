/** What each operation demands: actions, resources, condition keys. */

import type { ContextValue } from '@sekisho/policy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Demand } from '../service.ts';
import { allow, anonymous, TestS3, userWith } from './testing.ts';

let s3: TestS3;
const Bucket = 'asked-bucket';
const Key = 'dir/key';
const object = { Bucket, Key };

beforeAll(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
  await s3.call('PutObject', { ...object, Tagging: 'team=blue' }, { body: 'x' });
});
afterAll(async () => await s3.close());

const pairs = (demands: readonly Demand[]): readonly string[] =>
  demands.map(({ action, resource }) => `${action} ${resource.replace('arn:aws:s3:::', '')}`);

function keys(demand: Demand | undefined): Record<string, ContextValue> {
  return Object.fromEntries(demand?.context ?? []);
}

describe('actions and resources', () => {
  test.each([
    ['HeadObject', object, ['s3:GetObject asked-bucket/dir/key']],
    ['GetObject', object, ['s3:GetObject asked-bucket/dir/key']],
    ['HeadBucket', { Bucket }, ['s3:ListBucket asked-bucket']],
    ['ListObjects', { Bucket }, ['s3:ListBucket asked-bucket']],
    ['ListObjectsV2', { Bucket }, ['s3:ListBucket asked-bucket']],
    ['ListObjectVersions', { Bucket }, ['s3:ListBucketVersions asked-bucket']],
    ['ListMultipartUploads', { Bucket }, ['s3:ListBucketMultipartUploads asked-bucket']],
    ['ListBuckets', {}, ['s3:ListAllMyBuckets *']],
    ['DeleteBucketTagging', { Bucket }, ['s3:PutBucketTagging asked-bucket']],
    ['DeletePublicAccessBlock', { Bucket }, ['s3:PutBucketPublicAccessBlock asked-bucket']],
    ['GetBucketEncryption', { Bucket }, ['s3:GetEncryptionConfiguration asked-bucket']],
    [
      'GetObjectAttributes',
      { ...object, ObjectAttributes: [] },
      ['s3:GetObject asked-bucket/dir/key', 's3:GetObjectAttributes asked-bucket/dir/key'],
    ],
    [
      'GetObject',
      { Bucket, Key: 'missing' },
      ['s3:GetObject asked-bucket/missing', 's3:ListBucket asked-bucket'],
    ],
    [
      'PutObject',
      { ...object, ACL: 'private', Tagging: 'a=b', ObjectLockMode: 'GOVERNANCE' },
      ['PutObject', 'PutObjectAcl', 'PutObjectTagging', 'PutObjectRetention'].map(
        (action) => `s3:${action} asked-bucket/dir/key`,
      ),
    ],
    [
      'UploadPart',
      { ...object, UploadId: 'u', PartNumber: 1 },
      ['s3:PutObject asked-bucket/dir/key'],
    ],
    [
      'CopyObject',
      { Bucket, Key: 'new', CopySource: `${Bucket}/${Key}` },
      [
        's3:GetObject asked-bucket/dir/key',
        's3:GetObjectTagging asked-bucket/dir/key',
        's3:PutObject asked-bucket/new',
        's3:PutObjectTagging asked-bucket/new',
      ],
    ],
    [
      'CopyObject',
      { Bucket, Key: 'new', CopySource: `${Bucket}/${Key}`, TaggingDirective: 'REPLACE' },
      ['s3:GetObject asked-bucket/dir/key', 's3:PutObject asked-bucket/new'],
    ],
    [
      'CreateBucket',
      { Bucket: 'new-bucket', ACL: 'public-read', ObjectOwnership: 'ObjectWriter' },
      ['CreateBucket', 'PutBucketAcl', 'PutBucketOwnershipControls'].map(
        (action) => `s3:${action} new-bucket`,
      ),
    ],
    ['CreateBucket', { Bucket: 'new-bucket', ACL: 'private' }, ['s3:CreateBucket new-bucket']],
    [
      'DeleteObjects',
      { Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: 'null' }] } },
      ['s3:DeleteObject asked-bucket/a', 's3:DeleteObjectVersion asked-bucket/b'],
    ],
    [
      'PutObject',
      { ...object, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/mine' },
      [
        's3:PutObject asked-bucket/dir/key',
        'kms:GenerateDataKey arn:aws:kms:us-east-1:123456789012:alias/mine',
      ],
    ],
  ])('%s %j', async (name, input, expected) => {
    expect(pairs(await s3.demands(name as never, input as never))).toEqual(expected);
  });

  test('every operation of the model on buckets and objects has a rule of its own', () => {
    const elsewhere = ['CreateSession', 'ListDirectoryBuckets', 'RenameObject'];
    const without = s3.service.model.operationNames.filter(
      (name) => !s3.service.authorization.has(name),
    );
    expect(without).toEqual([...elsewhere, 'WriteGetObjectResponse']);
  });
});

describe('condition keys', () => {
  test('of every request, absent where the caller did not sign', async () => {
    const [signed] = await s3.demands('GetObject', object);
    expect(keys(signed)).toMatchObject({
      's3:authType': 'REST-HEADER',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
      's3:ResourceAccount': '123456789012',
      's3:ExistingObjectTag/team': 'blue',
    });
    const [unsigned] = await s3.demands('GetObject', object, { as: anonymous });
    expect(keys(unsigned)).not.toHaveProperty('s3:authType');
  });

  test('of listings: an empty prefix is present, an absent one is not', async () => {
    const [empty] = await s3.demands('ListObjectsV2', { Bucket, Prefix: '', MaxKeys: 3 });
    expect(keys(empty)).toMatchObject({ 's3:prefix': '', 's3:max-keys': '3' });
    const [absent] = await s3.demands('ListObjectsV2', { Bucket });
    expect(keys(absent)).not.toHaveProperty('s3:prefix');
    expect(keys(absent)).not.toHaveProperty('s3:delimiter');
  });

  test('of writes', async () => {
    const [write] = await s3.demands('PutObject', {
      ...object,
      ACL: 'public-read',
      Tagging: 'team=red&x=y',
      StorageClass: 'GLACIER',
      ServerSideEncryption: 'AES256',
      GrantRead: 'id=abc',
      IfNoneMatch: '*',
    });
    expect(keys(write)).toMatchObject({
      's3:x-amz-acl': 'public-read',
      's3:x-amz-grant-read': 'id=abc',
      's3:x-amz-storage-class': 'GLACIER',
      's3:x-amz-server-side-encryption': 'AES256',
      's3:RequestObjectTag/team': 'red',
      's3:RequestObjectTagKeys': ['team', 'x'],
      's3:ObjectCreationOperation': 'true',
      's3:if-none-match': '*',
    });
    // The tags of what is overwritten have no say.
    expect(keys(write)).not.toHaveProperty('s3:ExistingObjectTag/team');
    const copy = { Bucket, Key: 'c', CopySource: `/${Bucket}/dir%2Fkey` };
    const demands = await s3.demands('CopyObject', { ...copy, MetadataDirective: 'REPLACE' });
    expect(keys(demands.find(({ action }) => action === 's3:PutObject'))).toMatchObject({
      's3:x-amz-copy-source': 'asked-bucket/dir/key',
      's3:x-amz-metadata-directive': 'REPLACE',
    });
  });

  test('of CreateBucket', async () => {
    const [demand] = await s3.demands('CreateBucket', {
      Bucket: 'new-bucket',
      CreateBucketConfiguration: {
        LocationConstraint: 'eu-west-1',
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    });
    expect(keys(demand)).toMatchObject({
      's3:LocationConstraint': 'eu-west-1',
      'aws:RequestTag/a': 'b',
      'aws:TagKeys': ['a'],
    });
  });
});

describe('decisions', () => {
  test('DeleteObjects is decided key by key', async () => {
    for (const key of ['keep', 'drop']) {
      await s3.call('PutObject', { Bucket, Key: key }, { body: '' });
    }
    const user = userWith(allow('s3:DeleteObject', `arn:aws:s3:::${Bucket}/drop`));
    const Objects = [{ Key: 'keep' }, { Key: 'drop' }];
    const headers = { 'content-md5': 'checked by the gateway' };
    const asked = { Bucket, Delete: { Objects } };
    const output = await s3.call('DeleteObjects', asked, { as: user, headers });
    expect(output.Deleted).toEqual([{ Key: 'drop' }]);
    expect(output.Errors).toEqual([
      {
        Key: 'keep',
        Code: 'AccessDenied',
        Message: expect.stringContaining(
          's3:DeleteObject on resource: "arn:aws:s3:::asked-bucket/keep" because no ' +
            'identity-based policy allows the s3:DeleteObject action',
        ),
      },
    ]);
    const quiet = { Bucket, Delete: { Objects, Quiet: true } };
    const silent = await s3.call('DeleteObjects', quiet, { as: user, headers });
    expect(silent.Deleted).toBeUndefined();
    expect(silent.Errors).toHaveLength(1);
    expect(await s3.answer('DeleteObjects', asked, { as: user })).toContain('400 InvalidRequest');
    expect(await s3.answer('HeadObject', { Bucket, Key: 'keep' })).toBe('success');
  });

  test('existing tags decide who reads', async () => {
    const blue = { StringEquals: { 's3:ExistingObjectTag/team': 'blue' } };
    const user = userWith(allow('s3:GetObject', '*', blue));
    expect(await s3.answer('GetObject', object, { as: user })).toBe('success');
    await s3.call('PutObject', { Bucket, Key: 'red', Tagging: 'team=red' }, { body: '' });
    expect(await s3.answer('GetObject', { Bucket, Key: 'red' }, { as: user })).toContain('403');
  });

  test('ListAllMyBuckets is allowed on * and on arn:aws:s3:::*, not on one bucket', async () => {
    const ask = (resource: string) =>
      s3.answer('ListBuckets', {}, { as: userWith(allow('s3:ListAllMyBuckets', resource)) });
    expect(await ask('*')).toBe('success');
    expect(await ask('arn:aws:s3:::*')).toBe('success');
    expect(await ask('arn:aws:s3:::asked-bucket')).toBe(
      '403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to ' +
        'perform: s3:ListAllMyBuckets because no identity-based policy allows the ' +
        's3:ListAllMyBuckets action',
    );
  });

  test('a copy is refused for its source first', async () => {
    const user = userWith(allow('s3:PutObject'));
    const asked = { Bucket, Key: 'new', CopySource: `${Bucket}/${Key}` };
    expect(await s3.answer('CopyObject', asked, { as: user })).toContain('s3:GetObject on');
  });
});
