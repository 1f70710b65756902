/** The event log: CloudTrail's shape with the decision, no secret ever, and what if it cannot be written. */
import { readFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Disk, Platform } from '../platform/platform.ts';
import { signInHeader, signInQuery } from './testing/client-signature.ts';
import { element, makeUser, succeed } from './testing/matrix-world.ts';
import { account, signForm, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway | undefined;

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

interface LogLine {
  readonly eventName: string;
  readonly [key: string]: unknown;
}

/** A mutation is in the log when it has been answered, and whatever came before it. */
async function logLines(started: TestGateway): Promise<readonly LogLine[]> {
  await succeed(started.call('iam', { Action: 'CreateGroup', GroupName: `g${Date.now()}` }));
  return readFileSync(join(started.folder, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function disk(platform: Platform, change: (disk: Disk) => Partial<Disk>): Platform {
  return { ...platform, disk: { ...platform.disk, ...change(platform.disk) } };
}

describe('a line of the event log', () => {
  test('has CloudTrail’s shape, and the decision', async () => {
    gateway = await startGateway();
    const user = await makeUser(gateway, 'alice');
    await gateway.call('iam', { Action: 'GetRole', RoleName: 'absent' }, user);
    const line = (await logLines(gateway)).find(({ eventName }) => eventName === 'GetRole');
    expect(line).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        arn: `arn:aws:iam::${account}:user/alice`,
        accountId: account,
        accessKeyId: user.id,
        userName: 'alice',
      },
      eventSource: 'iam.amazonaws.com',
      eventName: 'GetRole',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      errorCode: 'AccessDenied',
      readOnly: true,
      eventType: 'AwsApiCall',
      recipientAccountId: account,
      httpStatus: 403,
      decisions: [{ action: 'iam:GetRole', outcome: 'implicitDeny' }],
    });
    expect(line?.['eventTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(line?.['eventID']).toMatch(/^[0-9a-f-]{36}$/);
    expect(line?.['requestID']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('T43 shows no control characters of the client', async () => {
    gateway = await startGateway();
    const request = signForm('sts', { Action: 'GetCallerIdentity' }, gateway.root(), Date.now());
    request.headers.push(['user-agent', 'evil\u001b[31m\u0085\u202e"}\n{']);
    await gateway.send(request);
    await logLines(gateway);
    const text = readFileSync(join(gateway.folder, 'events.jsonl'), 'utf8');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('evil');
  });
});

test('T42 no secret that was issued stands in any log, answer to others, or file', async () => {
  gateway = await startGateway({ settings: { store: 'sqlite' } });
  const { call, send, root, folder } = gateway;
  const secrets = new Set([root().secret]);
  const user = await makeUser(gateway, 'alice');
  secrets.add(user.secret);
  await succeed(
    call('iam', {
      Action: 'CreateRole',
      RoleName: 'deploy',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:user/alice` },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  const assume = { Action: 'AssumeRole', RoleArn: `arn:aws:iam::${account}:role/deploy` };
  const assumed = await succeed(call('sts', { ...assume, RoleSessionName: 'session' }, user));
  const session = {
    id: element(assumed, 'AccessKeyId'),
    secret: element(assumed, 'SecretAccessKey'),
    token: element(assumed, 'SessionToken'),
  };
  const own = await succeed(call('sts', { Action: 'GetSessionToken' }, user));
  for (const answer of [assumed, own]) {
    secrets.add(element(answer, 'SecretAccessKey'));
    secrets.add(element(answer, 'SessionToken'));
  }
  const later: string[] = [];
  const plain = { method: 'GET', rawPath: '/a-bucket/key', rawQuery: '', body: Buffer.alloc(0) };
  const request = { ...plain, headers: [['host', '127.0.0.1:4566']] as const };
  const scope = { service: 's3', region: 'us-east-1', now: Date.now() };
  for (const answer of [
    await call('iam', { Action: 'ListUsers' }, session),
    await call('iam', { Action: 'ListAccessKeys', UserName: 'alice' }),
    await call('iam', { Action: 'GetAccountAuthorizationDetails' }),
    await call('sts', { Action: 'GetCallerIdentity' }, { ...session, secret: 'wrong' }),
    await call('sts', { Action: 'GetCallerIdentity' }, { ...session, id: user.id }),
    await send(signInHeader(request, session, scope)),
    await send(signInQuery(request, session, { ...scope, expiresSeconds: 60 })),
  ]) {
    later.push(answer.body);
  }
  await logLines(gateway);
  const files = ['events.jsonl', 'store.sqlite', 'store.sqlite-wal'].map((name) =>
    readFileSync(join(folder, name), 'latin1'),
  );
  expect(secrets.size).toBe(6);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(30);
    for (const text of [...files, ...later, ...gateway.warnings]) {
      expect(text.includes(secret)).toBe(false);
    }
  }
  const credentials = readFileSync(join(folder, 'credentials'), 'utf8');
  expect(credentials.includes(user.secret)).toBe(false);
});

describe('a log that cannot be written', () => {
  const failing = { now: false };
  const withFailingLog = (platform: Platform): Platform =>
    disk(platform, ({ open }) => ({
      open: async (path, flags) => {
        const file = await open(path, flags);
        if (path !== 'events.jsonl') return file;
        return new Proxy(file, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name);
            if (name === 'appendFile' && failing.now) {
              return () => Promise.reject(new Error('ENOSPC: no space left on device'));
            }
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }) as FileHandle;
      },
    }));

  test('fails mutations in AWS’s form, lets reads go on, and recovers', async () => {
    failing.now = false;
    gateway = await startGateway({ platform: withFailingLog });
    failing.now = true;
    const failed = await gateway.call('iam', { Action: 'CreateUser', UserName: 'a' });
    expect({ status: failed.status, code: failed.code }).toEqual({
      status: 500,
      code: 'InternalFailure',
    });
    expect((await gateway.call('sts', { Action: 'GetCallerIdentity' })).status).toBe(200);
    failing.now = false;
    expect((await gateway.call('iam', { Action: 'CreateUser', UserName: 'b' })).status).toBe(200);
    const lines = await logLines(gateway);
    expect(lines.map(({ eventName }) => eventName)).toContain('CreateUser');
    expect(gateway.warnings.join('\n')).toContain('the event log cannot be written');
  });
});
