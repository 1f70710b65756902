/** Customer managed keys behind secrets, parameters and log groups: kms:ViaService and its rights. */
import type { GetSecretValueResponse } from '@sekisho/catalog/types/secretsmanager';
import type { GetParameterResult } from '@sekisho/catalog/types/ssm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLogsService } from '../logs/index.ts';
import { createSecretsManagerService } from '../secretsmanager/index.ts';
import { createSsmService } from '../ssm/index.ts';
import { account, policyText, region, Workload } from '../workload.fixture.ts';
import { createKmsService } from './index.ts';

const services = await Promise.all([
  createKmsService(),
  createSecretsManagerService(),
  createSsmService(),
  createLogsService(),
]);
let server: Workload;
let KeyId: string;

beforeEach(async () => {
  server = await Workload.open(...services);
  const { KeyMetadata: metadata } = await server.call<{
    readonly KeyMetadata: { readonly Arn: string };
  }>('kms:CreateKey');
  KeyId = metadata.Arn;
});

const all = (Action: string, Condition?: unknown) =>
  ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    ...(Condition === undefined ? {} : { Condition }),
  }) as const;

const via = (service: string) => ({
  StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
});

describe('a secret under a customer managed key', () => {
  const create = (caller?: Parameters<Workload['answer']>[2]) =>
    server.answer(
      'secretsmanager:CreateSecret',
      { Name: 'x', SecretString: 'hush', KmsKeyId: KeyId },
      caller,
    );
  const read = { SecretId: 'x' };

  test('is read by whoever may decrypt through Secrets Manager, for that secret', async () => {
    await create();
    const value = await server.call<GetSecretValueResponse>('secretsmanager:GetSecretValue', read);
    expect(value.SecretString).toBe('hush');
    const get = all('secretsmanager:*');
    const without = await server.user('without', [get]);
    const name = 'secretsmanager:GetSecretValue';
    expect(await server.answer(name, read, without)).toBe(
      '400 AccessDeniedException: Access to KMS is not allowed',
    );
    const { ARN } = value;
    const through = await server.user('through', [
      get,
      all('kms:Decrypt', {
        ...via('secretsmanager'),
        StringLike: { 'kms:EncryptionContext:SecretARN': ARN },
        Bool: { 'aws:ViaAWSService': 'true' },
      }),
    ]);
    expect(await server.answer(name, read, through)).toBe('success');
    const other = await server.user('other', [get, all('kms:Decrypt', via('ssm'))]);
    expect(await server.answer(name, read, other)).toContain('Access to KMS is not allowed');
  });

  test('is made only by whoever may generate a data key and decrypt', async () => {
    const half = await server.user('half', [all('secretsmanager:*'), all('kms:GenerateDataKey')]);
    expect(await create(half)).toContain('Access to KMS is not allowed');
    const whole = await server.user('whole', [
      all('secretsmanager:*'),
      all('kms:GenerateDataKey', via('secretsmanager')),
      all('kms:Decrypt', via('secretsmanager')),
    ]);
    expect(await create(whole)).toBe('success');
  });

  test('keeps its old versions under the old key when the caller may not encrypt', async () => {
    await create();
    const { KeyMetadata: metadata } = await server.call<{
      readonly KeyMetadata: { readonly Arn: string };
    }>('kms:CreateKey');
    const update = { ...read, KmsKeyId: metadata.Arn };
    const mover = await server.user('mover', [
      all('secretsmanager:*'),
      all('kms:GenerateDataKey'),
      all('kms:Decrypt'),
    ]);
    await server.call('secretsmanager:UpdateSecret', update, mover);
    await server.call('kms:DisableKey', { KeyId: metadata.Arn });
    expect(await server.answer('secretsmanager:GetSecretValue', read)).toBe('success');
  });

  test('is not readable while the key is disabled, and moves to another key', async () => {
    await create();
    const name = 'secretsmanager:GetSecretValue';
    const { KeyMetadata: metadata } = await server.call<{
      readonly KeyMetadata: { readonly Arn: string };
    }>('kms:CreateKey');
    await server.call('secretsmanager:UpdateSecret', { ...read, KmsKeyId: metadata.Arn });
    await server.call('kms:DisableKey', { KeyId });
    expect(await server.answer(name, read)).toBe('success');
    await server.call('kms:DisableKey', { KeyId: metadata.Arn });
    expect(await server.answer(name, read)).toContain('400 DecryptionFailure: ');
  });
});

describe('a SecureString under a customer managed key', () => {
  const put = { Name: '/x', Value: 'hush', Type: 'SecureString' };
  const get = { Name: '/x', WithDecryption: true };

  test.each(['Standard', 'Advanced'])('is opened in tier %s through SSM', async (Tier) => {
    await server.call('ssm:PutParameter', { ...put, KeyId, Tier });
    const { Parameter: parameter } = await server.call<GetParameterResult>('ssm:GetParameter', get);
    expect(parameter?.Value).toBe('hush');
    const reader = await server.user('reader', [all('ssm:*')]);
    const plain = { Name: '/x' };
    expect(await server.answer('ssm:GetParameter', plain, reader)).toBe('success');
    expect(await server.answer('ssm:GetParameter', get, reader)).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/reader is not authorized to ` +
        'perform: kms:Decrypt on the resource associated with this ciphertext because no ' +
        'identity-based policy allows the kms:Decrypt action',
    );
    const through = await server.user('through', [
      all('ssm:*'),
      all('kms:Decrypt', {
        StringEquals: {
          ...via('ssm').StringEquals,
          'kms:EncryptionContext:PARAMETER_ARN': `arn:aws:ssm:${region}:${account}:parameter/x`,
        },
      }),
    ]);
    for (const [name, input] of [
      ['GetParameter', get],
      ['GetParameters', { Names: ['/x'], WithDecryption: true }],
      ['GetParametersByPath', { Path: '/', WithDecryption: true }],
      ['GetParameterHistory', get],
    ] as const) {
      expect(await server.answer(`ssm:${name}`, input, through), name).toBe('success');
      expect(await server.answer(`ssm:${name}`, input, reader), name).toContain('kms:Decrypt');
    }
  });

  test('is put by whoever may encrypt, under a key that exists', async () => {
    const writer = await server.user('writer', [all('ssm:*')]);
    expect(await server.answer('ssm:PutParameter', { ...put, KeyId }, writer)).toContain(
      `kms:Encrypt on resource: ${KeyId}`,
    );
    expect(await server.answer('ssm:PutParameter', put, writer)).toBe('success');
    const missing = { ...put, Name: '/y', KeyId: 'alias/none' };
    expect(await server.answer('ssm:PutParameter', missing)).toContain('400 InvalidKeyId: Alias');
  });
});

test('a log group’s key must let the logs service use it for that group', async () => {
  const create = () =>
    server.answer('logs:CreateLogGroup', { logGroupName: '/x', kmsKeyId: KeyId });
  expect(await create()).toContain('400 AccessDeniedException: The specified KMS key does not');
  const policy = policyText(
    { ...all('kms:*'), Principal: { AWS: `arn:aws:iam::${account}:root` } },
    {
      ...all('kms:GenerateDataKey*', {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:/x`,
        },
      }),
      Principal: { Service: `logs.${region}.amazonaws.com` },
    },
  );
  await server.call('kms:PutKeyPolicy', { KeyId, Policy: policy });
  expect(await create()).toBe('success');
});
