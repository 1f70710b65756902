/** 001-2: MFA with the AWS CLI: a device enabled, a session token, a profile that asks for a code. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListMFADevicesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase32 } from '../packages/server/src/authentication/multi-factor/base32.ts';
import {
  oneTimeCode,
  stepAt,
} from '../packages/server/src/authentication/multi-factor/one-time-code.ts';
import { Article, account } from './article-002.harness.ts';
import {
  type AwsCli,
  type ClientOptions,
  clientEnvironment,
  findAwsClis,
  hasProgram,
} from './harness.ts';

const serial = `arn:aws:iam::${account}:mfa/alice`;
const roleArn = `arn:aws:iam::${account}:role/guarded`;
const document = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

/** Debian's 2.9 sends the AssumeRole of a profile to AWS itself, whatever the endpoint. */
const clis = findAwsClis()
  .filter(({ needsEndpointFlag }) => !needsEndpointFlag)
  .slice(0, 1);
/** The CLI reads codes from a terminal: util-linux's `script` makes one. */
const hasTerminal = hasProgram('script');

/** Runs a command at a terminal and types a line when it is asked; resolves with what it shows. */
function atTerminal(
  command: string,
  env: NodeJS.ProcessEnv,
  question: string,
  line: () => string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], { env });
    let shown = '';
    let isAsked = false;
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (isAsked || !shown.includes(question)) return;
      isAsked = true;
      child.stdin.write(`${line()}\n`);
    });
    child.once('error', reject);
    child.once('exit', () => resolve(shown));
  });
}

describe.each(clis)('001-2 MFA with $name', (cli: AwsCli) => {
  let article: Article;
  let seed: Uint8Array;
  let user = { id: '', secret: '' };

  const succeed = (args: readonly string[], options?: ClientOptions): string => {
    const { code, stdout, stderr } = article.run(args, options);
    if (code !== 0) throw new Error(`${args.slice(0, 2).join(' ')}: ${stderr}`);
    return stdout;
  };
  const code = (offset: number): string => oneTimeCode(seed, stepAt(Date.now()) + offset);

  beforeAll(async () => {
    article = await Article.open(cli);
    const { iam } = article;
    const UserName = 'alice';
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    user = { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    const AssumeRolePolicyDocument = document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/alice` },
      Action: 'sts:AssumeRole',
      Condition: withMfa,
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'guarded', AssumeRolePolicyDocument }));
    const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: withMfa };
    const PolicyDocument = document(statement);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  test('a device is created with its seed in a file and enabled with two codes', async () => {
    const seedFile = join(article.sekisho.folder, 'seed.txt');
    const create = ['iam', 'create-virtual-mfa-device', '--virtual-mfa-device-name', 'alice'];
    const bootstrap = ['--outfile', seedFile, '--bootstrap-method', 'Base32StringSeed'];
    const device = JSON.parse(succeed([...create, ...bootstrap])).VirtualMFADevice;
    expect(device).toEqual({ SerialNumber: serial });
    seed = fromBase32(readFileSync(seedFile, 'utf8').trim()) ?? new Uint8Array();
    const user = ['--user-name', 'alice', '--serial-number', serial];
    const codes = ['--authentication-code1', code(-1), '--authentication-code2', code(0)];
    expect(succeed(['iam', 'enable-mfa-device', ...user, ...codes])).toBe('');
    const listed = await article.iam.send(new ListMFADevicesCommand({ UserName: 'alice' }));
    expect(listed.MFADevices).toMatchObject([{ UserName: 'alice', SerialNumber: serial }]);
  });

  test('get-session-token with a code opens what asks for MFA, once', async () => {
    const s3 = (accessKeyId: string, secretAccessKey: string, sessionToken?: string) =>
      new S3Client({
        endpoint: article.sekisho.endpoint,
        region: 'us-east-1',
        credentials: {
          accessKeyId,
          secretAccessKey,
          ...(sessionToken === undefined ? {} : { sessionToken }),
        },
      });
    const refused = s3(user.id, user.secret).send(new ListBucketsCommand({}));
    await expect(refused).rejects.toMatchObject({ name: 'AccessDenied' });
    const token = ['sts', 'get-session-token', '--serial-number', serial, '--token-code', code(1)];
    const credentials = { credentials: user };
    const { Credentials: issued } = JSON.parse(succeed(token, credentials));
    const session = s3(issued.AccessKeyId, issued.SecretAccessKey, issued.SessionToken);
    expect((await session.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    const again = article.run(token, credentials);
    expect(again.stderr).toContain(
      'An error occurred (AccessDenied) when calling the GetSessionToken operation: ' +
        'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
  });

  test.runIf(hasTerminal)(
    'a profile with mfa_serial asks for the code at the terminal',
    async () => {
      const plain = ['sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'me'];
      expect(article.run(plain, { credentials: user }).stderr).toContain(
        'not authorized to perform: sts:AssumeRole',
      );
      const config = join(article.sekisho.folder, 'config');
      const keys = join(article.sekisho.folder, 'keys');
      const { id, secret } = user;
      writeFileSync(keys, `[base]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
      writeFileSync(
        config,
        `[profile guarded]\nrole_arn = ${roleArn}\nsource_profile = base\n` +
          `role_session_name = me\nmfa_serial = ${serial}\n`,
      );
      const command = `${cli.path} sts get-caller-identity --query Arn --output text`;
      const environment = {
        HOME: join(article.sekisho.folder, 'home'),
        AWS_CONFIG_FILE: config,
        AWS_SHARED_CREDENTIALS_FILE: keys,
      };
      const env = clientEnvironment(article.sekisho, { profile: 'guarded', environment });
      const stdout = await atTerminal(command, env, `Enter MFA code for ${serial}: `, () =>
        code(2),
      );
      expect(stdout).toContain(`arn:aws:sts::${account}:assumed-role/guarded/me`);
    },
  );
});
