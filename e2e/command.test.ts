/** The command itself: env, why, a second server on the same folder, wrong input. */

import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cleanEnvironment,
  commandArguments,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

let sekisho: Sekisho;
const sekishoCommand = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) =>
  runClient(process.execPath, [...commandArguments, ...args], {
    env: { ...cleanEnvironment(), ...environment },
    folder: sekisho.folder,
  });
const client = (id: string, secret: string): IAMClient =>
  new IAMClient({
    endpoint: sekisho.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
  });

beforeAll(async () => {
  sekisho = await startSekisho();
});
afterAll(async () => {
  await sekisho.stop();
});

describe('sekisho env', () => {
  test('prints what AWS clients read, for three shells', () => {
    const print = (...shell: readonly string[]): string =>
      sekishoCommand(['env', '--endpoint', sekisho.endpoint, '--data-dir', 'data', ...shell])
        .stdout;
    const sh = print();
    expect(sh).toContain(`export AWS_ENDPOINT_URL='${sekisho.endpoint}'\n`);
    expect(sh).toMatch(/export AWS_ACCESS_KEY_ID='AKIA[A-Z2-7]{16}'\n/);
    expect(print('--shell', 'powershell')).toContain(
      `$env:AWS_ENDPOINT_URL = '${sekisho.endpoint}'`,
    );
    expect(print('--shell', 'cmd')).toContain(`set "AWS_ENDPOINT_URL=${sekisho.endpoint}"`);
  });
});

describe('sekisho why', () => {
  test('explains the last refusal and one by its id, in English and Japanese', async () => {
    const env = sekishoCommand([
      'env',
      '--endpoint',
      sekisho.endpoint,
      '--data-dir',
      'data',
    ]).stdout;
    const root = client(
      /AWS_ACCESS_KEY_ID='(\S+)'/.exec(env)?.[1] ?? '',
      /AWS_SECRET_ACCESS_KEY='(\S+)'/.exec(env)?.[1] ?? '',
    );
    await root.send(new CreateUserCommand({ UserName: 'u' }));
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: 'u' }));
    const user = client(AccessKey?.AccessKeyId ?? '', AccessKey?.SecretAccessKey ?? '');
    const refusal = await user.send(new ListRolesCommand({})).catch((error: unknown) => error);
    const { requestId } = (refusal as { $metadata: { requestId: string } }).$metadata;
    const connection = ['--endpoint', sekisho.endpoint, '--data-dir', 'data'];
    const english = sekishoCommand(['why', '--last', '--lang', 'en', ...connection]);
    expect(english.code).toBe(3);
    expect(english.stdout).toContain('iam:ListRoles');
    expect(english.stdout).toContain('identity-based');
    const japanese = sekishoCommand(['why', requestId, '--lang', 'ja', ...connection]);
    expect(japanese.stdout).toContain('アイデンティティベースのポリシー');
    const none = sekishoCommand(['why', 'no-such-id', ...connection]);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('NoSuchEntity');
    // Who was refused may not read explanations without sekisho:ExplainDecision.
    const asUser = sekishoCommand(['why', '--last', '--endpoint', sekisho.endpoint], {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    });
    expect(asUser.code).toBe(3);
    expect(asUser.stderr).toContain('sekisho:ExplainDecision');
  });
});

describe('wrong input', () => {
  test('a second server on the same folder says so and ends', () => {
    const second = sekishoCommand(['up', '--port', '0', '--data-dir', 'data']);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/store\.sqlite is in use by another process/);
  });

  test.each([
    [['nonsense'], /unknown verb nonsense/],
    [['up', '--prot', '1'], /--prot/],
    [['up', '--port', '99999'], /port number/],
    [['up', '--account', '12'], /12-digit account id/],
    [['up', '--enforcement', 'off'], /enforce or audit/],
    [['up', '--host', '0.0.0.0', '--authentication', 'any-key'], /loopback/],
    [['why', '--format', 'xml'], /--format must be pretty or json, not xml/],
    [['instance', 'exec', 'i-1', '--', 'true'], /not an instance id/],
    [['instance', 'exec', 'i-0123456789abcdef0'], /Usage/],
  ])('%j is refused with exit code 2', (args, text) => {
    const result = sekishoCommand(args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(text);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  test('an unknown SEKISHO_ variable is a start-up error', () => {
    const result = sekishoCommand(['up', '--port', '0'], { SEKISHO_PROT: '1' });
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toContain('unknown variable SEKISHO_PROT');
  });
});
