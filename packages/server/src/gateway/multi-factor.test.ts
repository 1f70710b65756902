/** 001-2: a user's own MFA device over the wire, with the policies that AWS's guide gives for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase32 } from '../authentication/multi-factor/base32.ts';
import { oneTimeCode, stepAt } from '../authentication/multi-factor/one-time-code.ts';
import type { TestKey } from './testing/client-signature.ts';
import { element, makeUser, succeed } from './testing/matrix-world.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const own = `arn:aws:iam::${account}:user/\${aws:username}`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html */
const selfService = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['iam:ListUsers', 'iam:ListVirtualMFADevices'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['iam:CreateVirtualMFADevice', 'iam:TagMFADevice', 'iam:DeleteVirtualMFADevice'],
      Resource: `arn:aws:iam::${account}:mfa/\${aws:username}`,
    },
    {
      Effect: 'Allow',
      Action: ['iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
      Resource: own,
    },
    {
      Effect: 'Allow',
      Action: 'iam:DeactivateMFADevice',
      Resource: own,
      Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
    },
    {
      Effect: 'Deny',
      NotAction: [
        'iam:CreateVirtualMFADevice',
        'iam:TagMFADevice',
        'iam:EnableMFADevice',
        'iam:ListMFADevices',
        'iam:ResyncMFADevice',
        'sts:GetSessionToken',
      ],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
    {
      Effect: 'Deny',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { Null: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ],
});

let gateway: TestGateway;
let alice: TestKey;
let proven: TestKey;
let seed: Uint8Array;
let seedText = '';
const SerialNumber = `arn:aws:iam::${account}:mfa/alice`;

const code = (offset: number): string => oneTimeCode(seed, stepAt(Date.now()) + offset);
const iam = (Action: string, more: Readonly<Record<string, string>> = {}, key = alice) =>
  gateway.call('iam', { Action, ...more }, key);
const token = async (more: Readonly<Record<string, string>> = {}) => {
  const answer = await gateway.call('sts', { Action: 'GetSessionToken', ...more }, alice);
  return {
    answer,
    key: {
      id: element(answer, 'AccessKeyId'),
      secret: element(answer, 'SecretAccessKey'),
      token: element(answer, 'SessionToken'),
    },
  };
};

beforeAll(async () => {
  gateway = await startGateway();
  alice = await makeUser(gateway, 'alice');
  await makeUser(gateway, 'bob');
  await succeed(
    gateway.call('iam', {
      Action: 'PutUserPolicy',
      UserName: 'alice',
      PolicyName: 'self',
      PolicyDocument: selfService,
    }),
  );
});
afterAll(async () => {
  await gateway.stop();
});

describe('001-2 a user’s own MFA device', () => {
  test('is created under the user’s own name only', async () => {
    const refused = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'bob' });
    expect(element(refused, 'Message')).toContain(
      'is not authorized to perform: iam:CreateVirtualMFADevice on resource: ' +
        `arn:aws:iam::${account}:mfa/bob because no identity-based policy allows`,
    );
    const tagged = { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' };
    const made = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'alice', ...tagged });
    expect(element(made, 'SerialNumber')).toBe(SerialNumber);
    seedText = Buffer.from(element(made, 'Base32StringSeed'), 'base64').toString();
    seed = fromBase32(seedText) ?? new Uint8Array();
    const png = Buffer.from(element(made, 'QRCodePNG'), 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  test('is enabled for the user itself only', async () => {
    const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) };
    const enable = (UserName: string) =>
      iam('EnableMFADevice', { UserName, SerialNumber, ...codes });
    expect((await enable('bob')).code).toBe('AccessDenied');
    expect((await enable('alice')).status).toBe(200);
    expect(element(await iam('ListMFADevices'), 'SerialNumber')).toBe(SerialNumber);
    expect((await iam('ListMFADevices', { UserName: 'bob' })).code).toBe('AccessDenied');
  });

  test('opens what conditions keep shut, by a session that was made with a code', async () => {
    expect((await iam('ListUsers')).code).toBe('AccessDenied');
    const without = await token();
    expect((await iam('ListUsers', {}, without.key)).code).toBe('InvalidClientTokenId');
    const wrong = await token({ SerialNumber, TokenCode: code(7) });
    expect(wrong.answer.status).toBe(403);
    expect(element(wrong.answer, 'Message')).toBe(
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
    const withCode = await token({ SerialNumber, TokenCode: code(1) });
    expect(withCode.answer.status).toBe(200);
    proven = withCode.key;
    expect((await iam('ListUsers', {}, proven)).status).toBe(200);
  });

  test('is deactivated with MFA only; whose session ends at its own time', async () => {
    expect((await iam('DeactivateMFADevice', { SerialNumber })).code).toBe('AccessDenied');
    expect((await iam('DeactivateMFADevice', { SerialNumber }, proven)).status).toBe(200);
    expect((await iam('DeleteVirtualMFADevice', { SerialNumber }, proven)).status).toBe(200);
  });

  test('neither its seed nor a code is in the log, the journal or a warning', async () => {
    const log = readFileSync(join(gateway.folder, 'events.jsonl'), 'utf8');
    const journal = readFileSync(join(gateway.folder, 'decisions.log'), 'utf8');
    expect(log).toContain('CreateVirtualMFADevice');
    expect(journal).toContain('mfa/bob');
    for (const text of [log, journal, gateway.warnings.join('\n')]) {
      expect(text).not.toContain(seedText);
      expect(text).not.toContain(Buffer.from(seedText).toString('base64'));
      for (const offset of [-1, 0, 1, 7]) expect(text).not.toContain(`"${code(offset)}"`);
    }
  });
});
