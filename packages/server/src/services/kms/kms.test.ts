/** KMS: the key policy as root of all permission (E11), grants, ciphertexts, key states. */
import type {
  DecryptResponse,
  EncryptResponse,
  GenerateDataKeyResponse,
  KeyMetadata,
} from '@sekisho/catalog/types/kms';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../authentication/caller.ts';
import {
  account,
  otherAccount,
  policyText,
  region,
  type TestStatement,
  Workload,
} from '../workload.fixture.ts';
import { createKmsService } from './index.ts';

const service = await createKmsService();
let server: Workload;
let key: { readonly KeyId: string; readonly Arn: string };

async function createKey(input: object = {}): Promise<typeof key> {
  const { KeyMetadata: metadata } = await server.call<{ readonly KeyMetadata: KeyMetadata }>(
    'kms:CreateKey',
    input,
  );
  return { KeyId: metadata.KeyId, Arn: metadata.Arn ?? '' };
}

beforeEach(async () => {
  server = await Workload.open(service);
  key = await createKey();
});

const secret = new TextEncoder().encode('secret');

const encrypt = async (input: object = {}) => {
  const all = { KeyId: key.KeyId, Plaintext: secret, ...input };
  const { CiphertextBlob } = await server.call<EncryptResponse>('kms:Encrypt', all);
  return CiphertextBlob;
};

const root = `arn:aws:iam::${account}:root`;
const arnOf = (caller: Caller) => ('arn' in caller ? caller.arn : '');

const allow = (Action: string, Principal: string, more: object = {}): TestStatement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Principal: { AWS: Principal },
  ...more,
});

describe('ciphertexts', () => {
  test('tell their key and are bound to their encryption context', async () => {
    const EncryptionContext = { b: '2', a: '1' };
    const blob = await encrypt({ EncryptionContext });
    const decrypt = (more: object) =>
      server.answer('kms:Decrypt', { CiphertextBlob: blob, ...more });
    const plain = await server.call<DecryptResponse>('kms:Decrypt', {
      CiphertextBlob: blob,
      EncryptionContext: { a: '1', b: '2' },
    });
    expect(plain).toMatchObject({ Plaintext: secret, KeyId: key.Arn });
    expect(await decrypt({})).toBe('400 InvalidCiphertextException: ');
    expect(await decrypt({ EncryptionContext: { a: '1' } })).toBe(
      '400 InvalidCiphertextException: ',
    );
    const other = await createKey();
    expect(await decrypt({ EncryptionContext, KeyId: other.KeyId })).toBe(
      '400 IncorrectKeyException: The key ID in the request does not identify a CMK that can ' +
        'perform this operation.',
    );
  });

  test('of which one bit was changed, or that are none, are refused', async () => {
    const blob = await encrypt();
    for (const index of [0, 1, 20, (blob?.length ?? 0) - 1]) {
      const CiphertextBlob = blob?.map((byte, at) => (at === index ? byte ^ 1 : byte));
      expect(await server.answer('kms:Decrypt', { CiphertextBlob })).toContain(
        '400 InvalidCiphertextException: ',
      );
    }
    expect(await server.answer('kms:Decrypt', { CiphertextBlob: secret })).toBe(
      '400 InvalidCiphertextException: ',
    );
  });

  test('are encrypted anew under another key, and data keys decrypt to themselves', async () => {
    const other = await createKey();
    const { CiphertextBlob } = await server.call<EncryptResponse>('kms:ReEncrypt', {
      CiphertextBlob: await encrypt(),
      DestinationKeyId: other.KeyId,
      DestinationEncryptionContext: { a: 'b' },
    });
    const EncryptionContext = { a: 'b' };
    const plain = await server.call<DecryptResponse>('kms:Decrypt', {
      CiphertextBlob,
      EncryptionContext,
    });
    expect(plain).toMatchObject({ Plaintext: secret, KeyId: other.Arn });
    const dataKey = await server.call<GenerateDataKeyResponse>('kms:GenerateDataKey', {
      KeyId: key.KeyId,
      KeySpec: 'AES_256',
    });
    expect(dataKey.Plaintext).toHaveLength(32);
    const opened = await server.call<DecryptResponse>('kms:Decrypt', {
      CiphertextBlob: dataKey.CiphertextBlob,
    });
    expect(opened.Plaintext).toEqual(dataKey.Plaintext);
    expect(await server.answer('kms:GenerateDataKey', { KeyId: key.KeyId })).toBe(
      '400 ValidationException: Please specify either number of bytes or key spec.',
    );
  });

  test('key material is sealed in the store', async () => {
    const stored = await server.state.store.get(`kms/${account}/${region}/key/${key.KeyId}`);
    const { material = '' } = (stored?.value ?? {}) as { readonly material?: string };
    expect(server.runtime.sealer.open(material, 'anything else')).toBeUndefined();
    expect(Buffer.from(material, 'base64').length).toBeGreaterThan(32);
  });
});

describe('keys', () => {
  test('that do not exist are told in AWS’s words', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const answer = (KeyId: string) => server.answer('kms:DescribeKey', { KeyId });
    expect(await answer(id)).toBe(
      `400 NotFoundException: Key 'arn:aws:kms:${region}:${account}:key/${id}' does not exist`,
    );
    expect(await answer('x')).toBe("400 NotFoundException: Invalid keyId 'x'");
    expect(await answer('alias/x')).toBe(
      `400 NotFoundException: Alias arn:aws:kms:${region}:${account}:alias/x is not found.`,
    );
    expect(await answer(key.Arn.replace(region, 'eu-west-1'))).toBe(
      '400 NotFoundException: Invalid arn eu-west-1',
    );
  });

  test('do nothing while they are disabled or pending deletion, and then are gone', async () => {
    const input = { KeyId: key.KeyId };
    const use = () => server.answer('kms:Encrypt', { ...input, Plaintext: secret });
    await server.call('kms:DisableKey', input);
    expect(await use()).toBe(`400 DisabledException: ${key.Arn} is disabled.`);
    await server.call('kms:EnableKey', input);
    await server.call('kms:ScheduleKeyDeletion', { ...input, PendingWindowInDays: 7 });
    expect(await use()).toBe(`400 KMSInvalidStateException: ${key.Arn} is pending deletion.`);
    await server.call('kms:CancelKeyDeletion', input);
    expect(await use()).toBe(`400 DisabledException: ${key.Arn} is disabled.`);
    await server.call('kms:ScheduleKeyDeletion', input);
    server.now += 31 * 86_400_000;
    expect(await server.answer('kms:DescribeKey', input)).toContain('400 NotFoundException: Key');
  });

  test('are found by aliases; AWS’s own aliases are nobody’s to change', async () => {
    const AliasName = 'alias/app';
    await server.call('kms:CreateAlias', { AliasName, TargetKeyId: key.KeyId });
    const { KeyMetadata: metadata } = await server.call<{ readonly KeyMetadata: KeyMetadata }>(
      'kms:DescribeKey',
      { KeyId: AliasName },
    );
    expect(metadata.Arn).toBe(key.Arn);
    const answer = (name: string) =>
      server.answer('kms:CreateAlias', { AliasName: name, TargetKeyId: key.KeyId });
    expect(await answer('alias/aws/mine')).toContain('400 NotAuthorizedException');
    expect(await answer('app')).toContain('Alias must start with the prefix "alias/".');
    expect(await answer(AliasName)).toContain('400 AlreadyExistsException: An alias with the name');
    const grant = { KeyId: AliasName, GranteePrincipal: root, Operations: ['Decrypt'] };
    expect(await server.answer('kms:CreateGrant', grant)).toBe(
      '400 InvalidArnException: Key Aliases are not supported for this operation.',
    );
  });

  test('of AWS come into being when they are first described, for use through services only', async () => {
    const KeyId = 'alias/aws/s3';
    const { KeyMetadata: metadata } = await server.call<{ readonly KeyMetadata: KeyMetadata }>(
      'kms:DescribeKey',
      { KeyId },
    );
    expect(metadata.KeyManager).toBe('AWS');
    expect(await server.call('kms:DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { KeyId: metadata.KeyId },
    });
    expect(await server.answer('kms:Encrypt', { KeyId, Plaintext: secret })).toContain(
      'because no resource-based policy allows the kms:Encrypt action',
    );
  });

  test('rotation is state', async () => {
    const input = { KeyId: key.KeyId };
    await server.call('kms:EnableKeyRotation', { ...input, RotationPeriodInDays: 90 });
    expect(await server.call('kms:GetKeyRotationStatus', input)).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
    });
  });
});

describe('E11 the key policy', () => {
  test('delegates to the account by default: then the identity must allow', async () => {
    const nobody = await server.user('nobody', []);
    const user = await server.user('user', [
      { Effect: 'Allow', Action: 'kms:Encrypt', Resource: key.Arn },
    ]);
    const input = { KeyId: key.KeyId, Plaintext: secret };
    expect(await server.answer('kms:Encrypt', input, user)).toBe('success');
    expect(await server.answer('kms:Encrypt', input, nobody)).toBe(
      `400 AccessDeniedException: User: ${arnOf(nobody)} is not authorized to perform: ` +
        `kms:Encrypt on resource: ${key.Arn} because no identity-based policy allows the ` +
        'kms:Encrypt action',
    );
  });

  test('that does not delegate leaves identity policies, and even root, without effect', async () => {
    const admin = await server.user('admin', [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]);
    const user = await server.user('user', []);
    await server.call('kms:PutKeyPolicy', {
      KeyId: key.KeyId,
      Policy: policyText(allow('kms:*', arnOf(user))),
      BypassPolicyLockoutSafetyCheck: true,
    });
    const input = { KeyId: key.KeyId, Plaintext: secret };
    expect(await server.answer('kms:Encrypt', input, user)).toBe('success');
    const denied = 'because no resource-based policy allows the kms:Encrypt action';
    expect(await server.answer('kms:Encrypt', input, admin)).toContain(denied);
    expect(await server.answer('kms:Encrypt', input)).toContain(denied);
  });

  test('lets another account in only together with that account’s own policy', async () => {
    const foreign = await server.user('foreign', [], otherAccount);
    const allowed = await server.user(
      'allowed',
      [{ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }],
      otherAccount,
    );
    const other = `arn:aws:iam::${otherAccount}:root`;
    const Policy = policyText(allow('kms:*', root), allow('kms:Encrypt', other));
    await server.call('kms:PutKeyPolicy', { KeyId: key.KeyId, Policy });
    const input = { KeyId: key.Arn, Plaintext: secret };
    expect(await server.answer('kms:Encrypt', input, foreign)).toContain('400 AccessDenied');
    expect(await server.answer('kms:Encrypt', input, allowed)).toBe('success');
  });

  test('must not lock its writer out, and names principals that exist', async () => {
    const user = await server.user('user', []);
    const put = (Policy: string) => server.answer('kms:PutKeyPolicy', { KeyId: key.KeyId, Policy });
    expect(await put(policyText(allow('kms:*', arnOf(user))))).toBe(
      '400 MalformedPolicyDocumentException: The new key policy will not allow you to update the ' +
        'key policy in the future.',
    );
    expect(await put(policyText(allow('kms:*', `arn:aws:iam::${account}:user/none`)))).toBe(
      '400 MalformedPolicyDocumentException: Policy contains a statement with one or more invalid ' +
        'principals.',
    );
  });

  test('conditions see the encryption context, the alias and the caller’s account', async () => {
    await server.call('kms:CreateAlias', { AliasName: 'alias/app', TargetKeyId: key.KeyId });
    const user = await server.user('user', [
      {
        Effect: 'Allow',
        Action: 'kms:Encrypt',
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:app': 'one',
            'kms:CallerAccount': account,
            'kms:KeySpec': 'SYMMETRIC_DEFAULT',
            'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
          },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app', 'more'] },
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' },
          Null: { 'kms:ViaService': 'true' },
        },
      },
    ]);
    const answer = async (EncryptionContext?: object) => {
      const input = { KeyId: key.KeyId, Plaintext: secret, EncryptionContext };
      return (await server.answer('kms:Encrypt', input, user)).slice(0, 7);
    };
    expect(await answer({ app: 'one' })).toBe('success');
    expect(await answer({ app: 'two' })).toBe('400 Acc');
    expect(await answer({ app: 'one', other: 'x' })).toBe('400 Acc');
    expect(await answer()).toBe('400 Acc');
  });
});

describe('a denied decryption', () => {
  test('does not tell the key that the ciphertext names', async () => {
    const user = await server.user('user', []);
    const CiphertextBlob = await encrypt();
    const start =
      `400 AccessDeniedException: User: ${arnOf(user)} is not authorized to perform: kms:Decrypt ` +
      'on the resource associated with this ciphertext because ';
    expect(await server.answer('kms:Decrypt', { CiphertextBlob }, user)).toBe(
      `${start}no identity-based policy allows the kms:Decrypt action`,
    );
    const policy = policyText(allow('kms:*', arnOf(await server.user('owner', []))));
    await server.call('kms:PutKeyPolicy', {
      KeyId: key.KeyId,
      Policy: policy,
      BypassPolicyLockoutSafetyCheck: true,
    });
    expect(await server.answer('kms:Decrypt', { CiphertextBlob }, user)).toBe(
      `${start}the resource does not exist in this Region, no resource-based policies allow ` +
        'access, or a resource-based policy explicitly denies access',
    );
  });
});

describe('grants', () => {
  let user: Caller;

  beforeEach(async () => {
    user = await server.user('user', []);
  });

  const grant = (more: object = {}) =>
    server.call<{ readonly GrantId: string; readonly GrantToken: string }>('kms:CreateGrant', {
      KeyId: key.KeyId,
      GranteePrincipal: arnOf(user),
      Operations: ['Encrypt'],
      ...more,
    });

  const use = async (more: object = {}) => {
    const input = { KeyId: key.KeyId, Plaintext: secret, ...more };
    return (await server.answer('kms:Encrypt', input, user)).slice(0, 7);
  };

  test('allow their operations until they are revoked', async () => {
    expect(await use()).toBe('400 Acc');
    const { GrantId } = await grant();
    expect(await use()).toBe('success');
    const CiphertextBlob = await encrypt();
    expect(await server.answer('kms:Decrypt', { CiphertextBlob }, user)).toContain('400 Access');
    await server.call('kms:RevokeGrant', { KeyId: key.KeyId, GrantId });
    expect(await use()).toBe('400 Acc');
  });

  test('hold to their encryption context', async () => {
    await grant({ Constraints: { EncryptionContextSubset: { app: 'one' } } });
    expect(await use()).toBe('400 Acc');
    expect(await use({ EncryptionContext: { app: 'one', more: 'x' } })).toBe('success');
  });

  test('do not weigh against an explicit deny', async () => {
    await grant();
    const Policy = policyText(allow('kms:*', root), {
      ...allow('kms:Encrypt', arnOf(user)),
      Effect: 'Deny',
    });
    await server.call('kms:PutKeyPolicy', { KeyId: key.KeyId, Policy });
    expect(await use()).toBe('400 Acc');
  });

  test('are not those of a principal made anew under the same name', async () => {
    await grant();
    const userKey = `iam/${account}/user/user`;
    const record = server.state.get(userKey) as { readonly id: string };
    expect(record.id).toMatch(/^AIDA/);
    await server.state.commit([
      { key: userKey, value: { ...record, id: 'AIDAANOTHERANOTHER123' } },
    ]);
    user = { ...user, userId: 'AIDAANOTHERANOTHER123' } as Caller;
    expect(await use()).toBe('400 Acc');
  });

  test('let their grantee grant no more than they give', async () => {
    await grant({ Operations: ['CreateGrant', 'Encrypt'] });
    const second = await server.user('second', []);
    const give = (Operations: string[]) => {
      const input = { KeyId: key.Arn, GranteePrincipal: arnOf(second), Operations };
      return server.answer('kms:CreateGrant', input, user);
    };
    expect(await give(['Decrypt'])).toContain('400 AccessDeniedException');
    expect(await give(['Encrypt'])).toBe('success');
  });

  test('are retired by their retiring principal and nobody else', async () => {
    const retiring = await server.user('retiring', []);
    const { GrantToken } = await grant({ RetiringPrincipal: arnOf(retiring) });
    expect(await server.answer('kms:RetireGrant', { GrantToken }, user)).toContain('400 AccessDen');
    expect(await server.answer('kms:RetireGrant', { GrantToken }, retiring)).toBe('success');
    expect(await use()).toBe('400 Acc');
  });

  test('of the same name and terms are one, and are listed', async () => {
    const first = await grant({ Name: 'n' });
    expect((await grant({ Name: 'n' })).GrantId).toBe(first.GrantId);
    const { Grants } = await server.call('kms:ListGrants', { KeyId: key.KeyId });
    expect(Grants).toMatchObject([{ GrantId: first.GrantId, Operations: ['Encrypt'] }]);
    const GranteePrincipal = `arn:aws:iam::${account}:user/none`;
    const input = { KeyId: key.KeyId, GranteePrincipal, Operations: ['Encrypt'] };
    expect(await server.answer('kms:CreateGrant', input)).toContain('400 InvalidArnException');
  });
});

test('CreateKey with tags is two rights, on no key', async () => {
  const user = await server.user('user', [
    { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' },
  ]);
  expect(await server.answer('kms:CreateKey', {}, user)).toBe('success');
  const Tags = [{ TagKey: 'a', TagValue: 'b' }];
  expect(await server.answer('kms:CreateKey', { Tags }, user)).toBe(
    `400 AccessDeniedException: User: ${arnOf(user)} is not authorized to perform: ` +
      'kms:TagResource on resource: * because no identity-based policy allows the ' +
      'kms:TagResource action',
  );
});
