/** SSE-KMS: the key's own permissions, asked in the caller's name through S3. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { storageOf } from './storage/s3-storage.ts';
import { account, allow, anonymous, TestS3, userWith } from './testing.ts';

const Bucket = 'key-bucket';
const Key = 'secret.txt';
const object = { Bucket, Key };
let s3: TestS3;
let keyId: string;

beforeEach(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
  const { KeyMetadata: made } = await s3.callKms<{
    readonly KeyMetadata: { readonly Arn: string };
  }>('CreateKey', { BypassPolicyLockoutSafetyCheck: true });
  keyId = made.Arn;
});

afterEach(async () => await s3.close());

const kms = () => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId });
const put = (input: object = kms(), as = userWith(allow(['s3:*', 'kms:*']))) =>
  s3.answer('PutObject', { ...object, ...input }, { as, body: 'hush' });
const statements = (...list: readonly object[]) =>
  userWith({ Version: '2012-10-17', Statement: list });
const allowing = (Action: string, Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Condition,
});
const ViaService = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };

describe('an object under a customer managed key', () => {
  test('is written only by whoever may generate a data key, for that object, through S3', async () => {
    expect(await put(kms(), userWith(allow('s3:*')))).toBe(
      `403 AccessDenied: User: arn:aws:iam::${account}:user/alice is not authorized to perform: ` +
        `kms:GenerateDataKey on resource: ${keyId} because no identity-based policy allows the ` +
        'kms:GenerateDataKey action',
    );
    const forObject = (arn: string) =>
      statements(
        allowing('s3:PutObject'),
        allowing('kms:GenerateDataKey', {
          StringEquals: { ...ViaService, 'kms:EncryptionContext:aws:s3:arn': arn },
          Bool: { 'aws:ViaAWSService': 'true' },
          'ForAnyValue:StringEquals': { 'aws:CalledVia': 's3.amazonaws.com' },
        }),
      );
    expect(await put(kms(), forObject(`arn:aws:s3:::${Bucket}/other`))).toContain('403');
    expect(await put(kms(), forObject(`arn:aws:s3:::${Bucket}/${Key}`))).toBe('success');
    const withBucketKey = { ...kms(), BucketKeyEnabled: true };
    expect(await put(withBucketKey, forObject(`arn:aws:s3:::${Bucket}/${Key}`))).toContain('403');
    expect(await put(withBucketKey, forObject(`arn:aws:s3:::${Bucket}`))).toBe('success');
  });

  test('is read only by whoever may decrypt; its headers are not encrypted', async () => {
    expect(await put()).toBe('success');
    const reader = userWith(allow('s3:*'));
    expect(await s3.answer('GetObject', object, { as: reader })).toBe(
      `403 AccessDenied: User: arn:aws:iam::${account}:user/alice is not authorized to perform: ` +
        `kms:Decrypt on resource: ${keyId} because no identity-based policy allows the ` +
        'kms:Decrypt action',
    );
    expect(await s3.answer('HeadObject', object, { as: reader })).toBe('success');
    const checked = { ...object, ChecksumMode: 'ENABLED' };
    expect(await s3.answer('HeadObject', checked, { as: reader })).toContain('kms:Decrypt');
    const opener = statements(
      allowing('s3:GetObject'),
      allowing('kms:Decrypt', { StringEquals: ViaService }),
    );
    expect(await s3.read(Bucket, Key, { as: opener })).toBe('hush');
    const elsewhere = statements(
      allowing('s3:GetObject'),
      allowing('kms:Decrypt', {
        StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' },
      }),
    );
    expect(await s3.answer('GetObject', object, { as: elsewhere })).toContain('kms:Decrypt');
  });

  test('is copied by whoever may decrypt the source and generate a key for the target', async () => {
    expect(await put()).toBe('success');
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}`, ...kms() };
    const s3Only = allowing('s3:*');
    const half = statements(s3Only, allowing('kms:GenerateDataKey'));
    expect(await s3.answer('CopyObject', copy, { as: half })).toContain('kms:Decrypt');
    const other = statements(s3Only, allowing('kms:Decrypt'));
    expect(await s3.answer('CopyObject', copy, { as: other })).toContain('kms:GenerateDataKey');
    const both = statements(s3Only, allowing('kms:Decrypt'), allowing('kms:GenerateDataKey'));
    expect(await s3.answer('CopyObject', copy, { as: both })).toBe('success');
  });

  test('tells its key by ARN, and a disabled or unknown key in KMS words', async () => {
    await s3.callKms('CreateAlias', { AliasName: 'alias/mine', TargetKeyId: keyId });
    const input = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/mine' };
    expect(await s3.call('PutObject', { ...object, ...input }, { body: 'x' })).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyId,
    });
    expect(await put({ ...input, SSEKMSKeyId: 'alias/none' })).toContain(
      '400 KMS.NotFoundException: ',
    );
    await s3.callKms('DisableKey', { KeyId: keyId });
    expect(await s3.answer('GetObject', object)).toBe(
      `400 KMS.DisabledException: ${keyId} is disabled.`,
    );
    expect(await put()).toBe(`400 KMS.DisabledException: ${keyId} is disabled.`);
  });

  test('is not for anonymous callers, whatever the bucket policy says', async () => {
    await s3.call('DeletePublicAccessBlock', { Bucket });
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await s3.call('PutBucketPolicy', { Bucket, Policy });
    expect(await put()).toBe('success');
    expect(await s3.answer('GetObject', object, { as: anonymous })).toBe(
      '400 InvalidArgument: Requests specifying Server Side Encryption with AWS KMS managed keys ' +
        'require AWS Signature Version 4.',
    );
  });
});

test("a bucket's default encryption asks for its key without a header", async () => {
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId };
  await s3.call('PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }],
    },
  });
  expect(await put({}, userWith(allow('s3:*')))).toContain('kms:GenerateDataKey');
  expect(await put({})).toBe('success');
  expect(await put({ ServerSideEncryption: 'AES256' }, userWith(allow('s3:*')))).toBe('success');
});

test('the AWS managed key needs no permission of its own inside the account', async () => {
  const as = userWith(allow('s3:*'));
  const input = { ...object, ServerSideEncryption: 'aws:kms' };
  const { SSEKMSKeyId: used } = await s3.call('PutObject', input, { as, body: 'hush' });
  expect(used).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\//);
  expect(await s3.read(Bucket, Key, { as })).toBe('hush');
});

test('an upload in parts generates at its start and decrypts at every later step', async () => {
  const starter = statements(allowing('s3:*'), allowing('kms:GenerateDataKey'));
  const begun = await s3.call('CreateMultipartUpload', { ...object, ...kms() }, { as: starter });
  const UploadId = begun.UploadId ?? '';
  const part = { ...object, UploadId, PartNumber: 1 };
  const upload = (as: typeof starter) => s3.answer('UploadPart', part, { as, body: 'part' });
  expect(await upload(starter)).toContain('kms:Decrypt');
  const whole = userWith(allow(['s3:*', 'kms:Decrypt']));
  expect(await upload(whole)).toBe('success');
  const { Parts } = await s3.call('ListParts', { ...object, UploadId });
  const list = (Parts ?? []).map(({ ETag, PartNumber }) => ({ ETag, PartNumber }));
  const finish = { ...object, UploadId, MultipartUpload: { Parts: list } };
  const complete = (as: typeof starter) => s3.answer('CompleteMultipartUpload', finish, { as });
  expect(await complete(starter)).toContain('kms:Decrypt');
  expect(await complete(whole)).toBe('success');
  expect(await s3.read(Bucket, Key, { as: whole })).toBe('part');
});

test('what came under a key while it was being read is not served on the old decision', async () => {
  const read = async (as: ReturnType<typeof userWith>) => {
    const { files } = storageOf(s3.runtime);
    const open = vi.spyOn(files, 'read').mockImplementationOnce(async (slices) => {
      open.mockRestore();
      expect(await put()).toBe('success');
      return await files.read(slices);
    });
    return await s3.read(Bucket, Key, { as }).catch((error: unknown) => String(error));
  };
  await s3.call('PutObject', object, { body: 'public' });
  expect(await read(userWith(allow('s3:*')))).toContain('A conflicting conditional operation');
});

describe('T35: the key is the one that was decided on', () => {
  /** Something happens between the decision on a PutObject and the operation. */
  const putWhile = (
    input: object,
    as: ReturnType<typeof userWith>,
    change: () => Promise<unknown>,
  ) => {
    const rule = s3.service.authorization.get('PutObject');
    const look = vi.spyOn(s3.service.authorization, 'get').mockReturnValueOnce(async (...asked) => {
      look.mockRestore();
      const demands = (await rule?.(...asked)) ?? [];
      await change();
      return demands;
    });
    return put(input, as);
  };
  const aborted =
    '409 OperationAborted: A conflicting conditional operation is currently in ' +
    'progress against this resource. Please try again.';

  test('though the default of the bucket has changed since', async () => {
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId };
    const change = () =>
      s3.call('PutBucketEncryption', {
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }],
        },
      });
    expect(await putWhile({}, userWith(allow('s3:*')), change)).toBe(aborted);
    expect(await s3.answer('HeadObject', object)).toContain('404');
  });

  test('though its alias stands for another since', async () => {
    const { KeyMetadata: other } = await s3.callKms<{
      readonly KeyMetadata: { readonly Arn: string };
    }>('CreateKey', { BypassPolicyLockoutSafetyCheck: true });
    await s3.callKms('CreateAlias', { AliasName: 'alias/mine', TargetKeyId: keyId });
    const change = () =>
      s3.callKms('UpdateAlias', { AliasName: 'alias/mine', TargetKeyId: other.Arn });
    const mine = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/mine' };
    const as = userWith(allow(['s3:*', 'kms:GenerateDataKey']));
    expect(await putWhile(mine, as, change)).toBe(aborted);
    expect(await put(mine, as)).toBe('success');
  });
});
