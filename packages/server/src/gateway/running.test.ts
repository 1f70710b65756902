/** Start, restart and stop: root keys, one process a folder, requests under way, rival writers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreInUse } from '../store/sqlite.ts';
import { element, succeed } from './testing/matrix-world.ts';
import { converse, wireBytes } from './testing/raw-socket.ts';
import { SocketClient } from './testing/socket-client.ts';
import {
  account,
  otherAccount,
  signForm,
  startGateway,
  type TestGateway,
} from './testing/test-gateway.ts';

let folder: string;
const started: TestGateway[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-running-'));
});

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<TestGateway> {
  const gateway = await startGateway({ folder, settings: { store: 'sqlite', ...settings } });
  started.push(gateway);
  return gateway;
}

async function stop(gateway: TestGateway): Promise<void> {
  started.splice(started.indexOf(gateway), 1);
  await gateway.stop();
}

describe('root keys', () => {
  test('are random, one for each account, and the same after a restart', async () => {
    const first = await start();
    const keys = [first.root(account), first.root(otherAccount)];
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(2);
    for (const { id, secret } of keys) {
      expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(secret).toMatch(/^[A-Za-z0-9+/]{40}$/);
    }
    await stop(first);
    const second = await start();
    expect([second.root(account), second.root(otherAccount)]).toEqual(keys);
    const answer = await second.call(
      'sts',
      { Action: 'GetCallerIdentity' },
      second.root(otherAccount),
    );
    expect(element(answer, 'Account')).toBe(otherAccount);
  });

  test('that are configured count, and the random one no longer', async () => {
    const first = await start();
    const random = first.root();
    await stop(first);
    const key = { id: 'AKIACONFIGUREDEXAMPLE', secret: 'configured-secret-of-the-operator' };
    const second = await start({ accounts: [{ id: account, rootAccessKey: key }] });
    expect(second.root()).toEqual(key);
    expect((await second.call('sts', { Action: 'GetCallerIdentity' }, key)).status).toBe(200);
    const old = await second.call('sts', { Action: 'GetCallerIdentity' }, random);
    expect(old.code).toBe('InvalidClientTokenId');
  });

  test('lie in files that only the owner reads', async () => {
    const { server } = await start();
    for (const path of [server.credentialsFile, join(folder, 'master-key')]) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  test('under a damaged master key the server does not start, and keeps the file', async () => {
    await stop(await start());
    const path = join(folder, 'master-key');
    const good = readFileSync(path);
    for (const damaged of ['', 'short', Buffer.from('x'.repeat(32)).toString('base64')]) {
      writeFileSync(path, damaged);
      await expect(start()).rejects.toThrow(/master key/);
      expect(readFileSync(path, 'utf8')).toBe(damaged);
    }
    writeFileSync(path, good);
    await start();
  });
});

describe('one process a folder', () => {
  test('a second server on the folder is told that it is in use', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(StoreInUse);
    expect((await first.call('sts', { Action: 'GetCallerIdentity' })).status).toBe(200);
  });

  test('the command says so and exits with 2', async () => {
    await start();
    const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
    const main = join(root, 'packages', 'sekisho', 'src', 'main.ts');
    const result = spawnSync(
      process.execPath,
      ['--conditions=source', main, 'up', '--port', '0', '--data-dir', folder],
      { encoding: 'utf8', cwd: folder, timeout: 60_000 },
    );
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/store\.sqlite is in use by another process/);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('stopping', () => {
  test('a request under way is finished, a new one is not taken', async () => {
    const gateway = await start();
    const client = new SocketClient(gateway);
    const bytes = wireBytes(client.form('iam', { Action: 'CreateUser', UserName: 'under-way' }));
    const { port } = gateway.server;
    let stopped: Promise<void> | undefined;
    const conversation = converse(port, (socket) => {
      socket.write(bytes.subarray(0, bytes.length - 10));
      // The server has the head and waits for the body while it is told to stop.
      setTimeout(() => {
        stopped = stop(gateway);
        setTimeout(() => socket.write(bytes.subarray(bytes.length - 10)), 100);
      }, 100);
    });
    const { answers } = await conversation;
    expect(answers[0]?.status).toBe(200);
    await stopped;
    expect((await converse(port, bytes)).answers).toEqual([]);
    const again = await start();
    expect(again.server.runtime.directory.find(account, 'user', 'under-way')).toBeDefined();
  });

  test('idle connections do not hold it up', async () => {
    const gateway = await start();
    const idle = connect(gateway.server.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const before = performance.now();
    await stop(gateway);
    expect(performance.now() - before).toBeLessThan(3000);
    idle.destroy();
  });
});

describe('rival writers', () => {
  test('each of many at once takes effect; the loser runs again', async () => {
    const { call, server } = await start();
    await succeed(call('iam', { Action: 'CreateUser', UserName: 'shared' }));
    const tags = Array.from({ length: 15 }, (_, index) => `key-${index}`);
    const answers = await Promise.all(
      tags.map((tag) =>
        call('iam', {
          Action: 'TagUser',
          UserName: 'shared',
          'Tags.member.1.Key': tag,
          'Tags.member.1.Value': 'v',
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(tags.map(() => 200));
    const stored = server.runtime.directory.find(account, 'user', 'shared')?.record.tags ?? [];
    expect(stored.map(([key]) => key).sort()).toEqual([...tags].sort());
  });

  test('of many that create the same name one wins, the others are told', async () => {
    const { call } = await start();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('iam', { Action: 'CreateUser', UserName: 'same' })),
    );
    const codes = answers.map(({ code }) => code).sort();
    expect(codes).toEqual(['', ...Array.from({ length: 9 }, () => 'EntityAlreadyExists')]);
  });

  test('what is refused while it waits its turn is not done', async () => {
    const { call, server } = await start();
    const key = await userWithPolicy(call);
    // The policy goes while the tags are being written: each tag is decided anew when it runs again.
    const [, ...tagged] = await Promise.all([
      call('iam', { Action: 'DeleteUserPolicy', UserName: 'tagger', PolicyName: 'tag' }),
      ...['a', 'b', 'c', 'd'].map((tag) =>
        call(
          'iam',
          {
            Action: 'TagUser',
            UserName: 'tagger',
            'Tags.member.1.Key': tag,
            'Tags.member.1.Value': 'v',
          },
          key,
        ),
      ),
    ]);
    const stored = server.runtime.directory.find(account, 'user', 'tagger')?.record.tags ?? [];
    expect(stored.length).toBe(tagged.filter(({ status }) => status === 200).length);
    for (const { status, code } of tagged) if (status !== 200) expect(code).toBe('AccessDenied');
  });
});

async function userWithPolicy(call: TestGateway['call']) {
  await succeed(call('iam', { Action: 'CreateUser', UserName: 'tagger' }));
  const made = await succeed(call('iam', { Action: 'CreateAccessKey', UserName: 'tagger' }));
  await succeed(
    call('iam', {
      Action: 'PutUserPolicy',
      UserName: 'tagger',
      PolicyName: 'tag',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'iam:TagUser', Resource: '*' },
      }),
    }),
  );
  return { id: element(made, 'AccessKeyId'), secret: element(made, 'SecretAccessKey') };
}

test('a request signed for another port or name of this machine is still verified', async () => {
  const gateway = await start();
  const request = signForm(
    'sts',
    { Action: 'GetCallerIdentity' },
    gateway.root(),
    Date.now(),
    'localhost:1',
  );
  expect((await gateway.send(request)).status).toBe(200);
});
