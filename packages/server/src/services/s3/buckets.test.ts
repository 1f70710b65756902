/** Buckets by direct calls: names, settings, policies, public access. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBucketName } from './bucket-name.ts';
import { account, allow, anonymous, owner, stranger, TestS3, userWith } from './testing.ts';

let s3: TestS3;

beforeAll(async () => {
  s3 = await TestS3.open();
});
afterAll(async () => await s3.close());

async function create(Bucket: string): Promise<{ readonly Bucket: string }> {
  await s3.call('CreateBucket', { Bucket });
  return { Bucket };
}

const statement = (Bucket: string, more: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        ...more,
      },
    ],
  });

test.each([
  ['abc', true],
  ['a-b.c9', true],
  ['ab', false],
  ['Abc', false],
  ['a..b', false],
  ['192.168.5.4', false],
  ['xn--abc', false],
  ['abc-s3alias', false],
  ['-abc', false],
  ['a'.repeat(64), false],
])('the bucket name %s is valid: %s', async (name, valid) => {
  expect(isBucketName(name)).toBe(valid);
  if (!valid) {
    expect(await s3.answer('CreateBucket', { Bucket: name })).toContain('400 InvalidBucketName');
  }
});

test('a bucket that does not exist is told to everyone, before any decision', async () => {
  const missing = { Bucket: 'not-there', Key: 'k' };
  expect(await s3.answer('GetObject', missing, { as: anonymous })).toBe(
    '404 NoSuchBucket: The specified bucket does not exist',
  );
});

test('only an empty bucket is deleted, and a new one of its name starts empty', async () => {
  const bucket = await create('to-delete');
  await s3.call('PutObject', { ...bucket, Key: 'k' }, { body: 'x' });
  expect(await s3.answer('DeleteBucket', bucket)).toBe(
    '409 BucketNotEmpty: The bucket you tried to delete is not empty',
  );
  await s3.call('DeleteObject', { ...bucket, Key: 'k' });
  expect(await s3.answer('DeleteBucket', bucket)).toBe('success');
  expect(await s3.answer('HeadBucket', bucket)).toContain('404 NoSuchBucket');
  await create('to-delete');
  expect((await s3.call('ListObjectsV2', bucket)).KeyCount).toBe(0);
});

test('a deletion and puts at the same time lose no acknowledged object', async () => {
  for (let round = 0; round < 20; round += 1) {
    const bucket = await create('race-bucket');
    const [deleted, ...puts] = await Promise.all([
      s3.answer('DeleteBucket', bucket),
      ...['a', 'b'].map((Key) => s3.answer('PutObject', { ...bucket, Key }, { body: Key })),
    ]);
    if (puts.includes('success')) expect(deleted).toContain('BucketNotEmpty');
    if (deleted === 'success') {
      expect(puts.every((answer) => answer.startsWith('404 NoSuchBucket'))).toBe(true);
      continue;
    }
    for (const Key of ['a', 'b']) await s3.call('DeleteObject', { ...bucket, Key });
    await s3.call('DeleteBucket', bucket);
  }
});

test('ListBuckets shows the own buckets page by page', async () => {
  const test2 = await TestS3.open();
  for (const Bucket of ['b-one', 'b-two', 'b-three', 'c-one']) {
    await test2.call('CreateBucket', { Bucket });
  }
  await test2.call('CreateBucket', { Bucket: 'b-foreign' }, { as: stranger });
  const page = await test2.call('ListBuckets', { MaxBuckets: 2, Prefix: 'b-' });
  expect(page.Buckets?.map(({ Name }) => Name)).toEqual(['b-one', 'b-three']);
  const { ContinuationToken } = page;
  const rest = await test2.call('ListBuckets', { MaxBuckets: 2, Prefix: 'b-', ContinuationToken });
  expect(rest.Buckets?.map(({ Name }) => Name)).toEqual(['b-two']);
  expect(rest.ContinuationToken).toBeUndefined();
  expect(await test2.answer('ListBuckets', { BucketRegion: 'eu-east-x' })).toContain(
    'is not a valid AWS Region',
  );
  await test2.close();
});

describe('settings', () => {
  test('a new bucket has what AWS gives to a new bucket', async () => {
    const bucket = await create('fresh-bucket');
    expect(await s3.call('GetBucketEncryption', bucket)).toEqual({
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
            BucketKeyEnabled: false,
          },
        ],
      },
    });
    expect(await s3.call('GetBucketOwnershipControls', bucket)).toEqual({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(await s3.call('GetPublicAccessBlock', bucket)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(await s3.call('GetBucketVersioning', bucket)).toEqual({});
    expect(await s3.call('GetBucketLocation', bucket)).toEqual({});
    expect(await s3.call('GetBucketAcl', bucket)).toMatchObject({
      Grants: [{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }],
    });
    expect(await s3.answer('GetBucketPolicy', bucket)).toBe(
      '404 NoSuchBucketPolicy: The bucket policy does not exist',
    );
    expect(await s3.answer('GetBucketTagging', bucket)).toBe(
      '404 NoSuchTagSet: The TagSet does not exist',
    );
    expect(await s3.answer('GetBucketLifecycleConfiguration', bucket)).toContain(
      '404 NoSuchLifecycleConfiguration',
    );
  });

  test('tags, encryption and versioning are kept', async () => {
    const bucket = await create('kept-settings');
    const TagSet = [{ Key: 'team', Value: 'blue' }];
    await s3.call('PutBucketTagging', { ...bucket, Tagging: { TagSet } });
    expect(await s3.call('GetBucketTagging', bucket)).toEqual({ TagSet });
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/aws/s3' };
    await s3.call('PutBucketEncryption', {
      ...bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
      },
    });
    const put = await s3.call('PutObject', { ...bucket, Key: 'k' }, { body: 'x' });
    expect(put).toMatchObject({ ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true });
    expect(await s3.answer('PutBucketVersioning', { ...bucket, VersioningConfiguration: {} })).toBe(
      '400 IllegalVersioningConfigurationException: The Versioning element must be specified',
    );
    const wrong = { VersioningConfiguration: { Status: 'enabled' } };
    expect(await s3.answer('PutBucketVersioning', { ...bucket, ...wrong })).toContain(
      '400 MalformedXML',
    );
  });

  test('ACLs are refused while the bucket owner is enforced, and kept otherwise', async () => {
    const bucket = await create('acl-bucket');
    expect(await s3.answer('PutBucketAcl', { ...bucket, ACL: 'private' })).toBe(
      '400 AccessControlListNotSupported: The bucket does not allow ACLs',
    );
    const object = { ...bucket, Key: 'k' };
    expect(await s3.answer('PutObject', { ...object, ACL: 'public-read' }, { body: '' })).toBe(
      `403 AccessDenied: User: arn:aws:iam::${account}:root is not authorized to perform: ` +
        's3:PutObject on resource: "arn:aws:s3:::acl-bucket/k" because public ACLs are ' +
        'prevented by the BlockPublicAcls setting in S3 Block Public Access.',
    );
    expect(await s3.answer('PutObject', { ...object, ACL: 'private' }, { body: '' })).toBe(
      'success',
    );
    await s3.call('DeletePublicAccessBlock', bucket);
    expect(await s3.answer('PutObject', { ...object, ACL: 'public-read' }, { body: '' })).toBe(
      '400 AccessControlListNotSupported: The bucket does not allow ACLs',
    );
    const Rules = [{ ObjectOwnership: 'ObjectWriter' }];
    await s3.call('PutBucketOwnershipControls', { ...bucket, OwnershipControls: { Rules } });
    await s3.call('PutObject', { ...object, ACL: 'public-read' }, { body: '' });
    const { Grants } = await s3.call('GetObjectAcl', object);
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'READ']);
  });
});

describe('bucket policies', () => {
  test('open a bucket to anonymous callers only when public access is not blocked', async () => {
    const bucket = await create('public-bucket');
    const object = { ...bucket, Key: 'k' };
    await s3.call('PutObject', object, { body: 'open' });
    const Policy = statement(bucket.Bucket, {});
    expect(await s3.answer('PutBucketPolicy', { ...bucket, Policy })).toBe(
      `403 AccessDenied: User: arn:aws:iam::${account}:root is not authorized to perform: ` +
        's3:PutBucketPolicy on resource: "arn:aws:s3:::public-bucket" because public policies ' +
        'are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
    );
    await s3.call('DeletePublicAccessBlock', bucket);
    await s3.call('PutBucketPolicy', { ...bucket, Policy });
    expect(await s3.call('GetBucketPolicy', bucket)).toEqual({ Policy });
    expect(await s3.call('GetBucketPolicyStatus', bucket)).toEqual({
      PolicyStatus: { IsPublic: true },
    });
    expect(await s3.read(bucket.Bucket, 'k', { as: anonymous })).toBe('open');
    expect(
      await s3.answer(
        'GetObject',
        { ...object, ResponseContentType: 'text/html' },
        { as: anonymous },
      ),
    ).toContain('Request specific response headers cannot be used for anonymous GET requests.');
    const missing = { ...bucket, Key: 'missing' };
    expect(await s3.answer('GetObject', missing, { as: anonymous })).toBe(
      '403 AccessDenied: Access Denied',
    );
    await s3.call('PutPublicAccessBlock', {
      ...bucket,
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    expect(await s3.answer('GetObject', object, { as: anonymous })).toContain('403');
    const own = userWith(undefined);
    expect(await s3.answer('GetObject', object, { as: own })).toBe('success');
  });

  test('RestrictPublicBuckets cuts off other accounts, even those that are named', async () => {
    const bucket = await create('restricted-bucket');
    await s3.call('PutObject', { ...bucket, Key: 'k' }, { body: 'x' });
    await s3.call('DeletePublicAccessBlock', bucket);
    const named = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::restricted-bucket/*',
    };
    const open = { ...named, Principal: '*', Action: 's3:GetObjectTagging' };
    const put = (...Statement: object[]) =>
      s3.call('PutBucketPolicy', {
        ...bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      });
    const ask = () => s3.answer('GetObject', { ...bucket, Key: 'k' }, { as: stranger });
    await put(named);
    expect(await ask()).toBe('success');
    await put(named, open);
    expect(await ask()).toBe('success');
    await s3.call('PutPublicAccessBlock', {
      ...bucket,
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    expect(await ask()).toBe('403 AccessDenied: Access Denied');
  });

  test('an explicit Deny binds users, but never the root of the owner on the policy', async () => {
    const bucket = await create('locked-bucket');
    const user = userWith(allow('s3:*'));
    const Policy = statement(bucket.Bucket, {
      Effect: 'Deny',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::locked-bucket', 'arn:aws:s3:::locked-bucket/*'],
    });
    expect(await s3.answer('PutBucketPolicy', { ...bucket, Policy }, { as: user })).toContain(
      'it would deny you s3:PutBucketPolicy',
    );
    const confirmed = { ...bucket, Policy, ConfirmRemoveSelfBucketAccess: true };
    expect(await s3.answer('PutBucketPolicy', confirmed, { as: user })).toBe('success');
    expect(await s3.answer('DeleteBucketPolicy', bucket, { as: user })).toContain(
      's3:DeleteBucketPolicy on resource: "arn:aws:s3:::locked-bucket" with an explicit deny in ' +
        'a resource-based policy',
    );
    expect(await s3.answer('ListObjectsV2', bucket, { as: owner })).toContain('explicit deny');
    expect(await s3.answer('DeleteBucketPolicy', bucket, { as: owner })).toBe('success');
  });

  test('another account, even when allowed, may not touch the policy', async () => {
    const bucket = await create('shared-bucket');
    const Policy = statement(bucket.Bucket, {
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Action: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'],
      Resource: 'arn:aws:s3:::shared-bucket',
    });
    await s3.call('PutBucketPolicy', { ...bucket, Policy });
    expect(await s3.answer('GetBucketPolicy', bucket, { as: stranger })).toContain(
      '405 MethodNotAllowed',
    );
  });

  test.each([
    ['[]', "Policies must be valid JSON and the first byte must be '{'"],
    ['{"Version":"2012-10-17"}', 'Missing required field Statement'],
    [statement('other-bucket', {}), 'Policy has invalid resource'],
    [statement('policy-bucket', { Principal: { AWS: 'nobody' } }), 'Invalid principal in policy'],
    [statement('policy-bucket', { Action: 's3:HeadObject' }), 'Policy has invalid action'],
    [
      statement('policy-bucket', { Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
  ])('%s is malformed', async (Policy, message) => {
    const bucket = await create('policy-bucket');
    expect(await s3.answer('PutBucketPolicy', { ...bucket, Policy })).toBe(
      `400 MalformedPolicy: ${message}`,
    );
  });
});

test('the expected bucket owner is compared', async () => {
  const bucket = await create('owned-bucket');
  const ask = (ExpectedBucketOwner: string) =>
    s3.answer('GetBucketAcl', { ...bucket, ExpectedBucketOwner });
  expect(await ask(account)).toBe('success');
  expect(await ask('210987654321')).toBe('403 AccessDenied: Access Denied');
  expect(await ask('x')).toContain('400 InvalidBucketOwnerAWSAccountID');
});
