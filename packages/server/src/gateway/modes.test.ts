/** Audit and any-key: what they change, what they do not, and that every response says so. */
import { afterEach, describe, expect, test } from 'vitest';
import { type SignedRequest, signInHeader, type TestKey } from './testing/client-signature.ts';
import { element, makeUser, succeed } from './testing/matrix-world.ts';
import { account, otherAccount, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway | undefined;

async function start(settings: Readonly<Record<string, unknown>>): Promise<TestGateway> {
  gateway = await startGateway({ settings });
  return gateway;
}

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

const plain = (method: string, rawPath: string): SignedRequest => ({
  method,
  rawPath,
  rawQuery: '',
  headers: [['host', '127.0.0.1:4566']],
  body: Buffer.alloc(0),
});

/** Answers of every kind: AWS's errors, its bare answers, our own paths, refused hosts. */
const kinds: readonly SignedRequest[] = [
  plain('GET', '/_sekisho/health'),
  plain('GET', '/_sekisho/nothing'),
  plain('GET', '/_localstack/health'),
  plain('GET', '/a-bucket/a-key'),
  plain('POST', '/'),
  { ...plain('GET', '/'), headers: [['host', 'evil.example']] },
  { ...plain('GET', '/'), rawQuery: 'Action=Nothing&Version=1' },
];

describe('enforcement audit', () => {
  test('records what it would refuse, and carries it out', async () => {
    const { call, root, send, server } = await start({ enforcement: 'audit' });
    if (gateway === undefined) throw new Error('not started');
    const user = await makeUser(gateway, 'nobody');
    const created = await call('iam', { Action: 'CreateGroup', GroupName: 'made' }, user);
    expect(created.status).toBe(200);
    const id = created.headers.get('x-sekisho-decision-id') ?? '';
    expect(id).not.toBe('');
    expect(server.runtime.directory.find(account, 'group', 'made')).toBeDefined();
    const explained = await send(ownRequest(`/_sekisho/decisions/${id}`, root()));
    expect(explained.status).toBe(200);
    expect(explained.body).toContain('iam:CreateGroup');
    expect(explained.body).toContain('implicitDeny');
  });

  test('still verifies every signature', async () => {
    const { call, root } = await start({ enforcement: 'audit' });
    const wrong: TestKey = { ...root(), secret: 'wrong' };
    expect((await call('iam', { Action: 'ListUsers' }, wrong)).code).toBe('SignatureDoesNotMatch');
  });

  test('says so in every response, and only when it is on', async () => {
    const { send, call } = await start({ enforcement: 'audit' });
    for (const request of kinds) {
      expect((await send(request)).headers.get('x-sekisho-enforcement')).toBe('audit');
    }
    const good = await call('sts', { Action: 'GetCallerIdentity' });
    expect(good.headers.get('x-sekisho-enforcement')).toBe('audit');
    expect(good.headers.has('x-sekisho-authentication')).toBe(false);
    await gateway?.stop();
    const enforcing = await start({});
    for (const request of kinds) {
      expect([...(await enforcing.send(request)).headers.keys()].join(' ')).not.toMatch(
        /x-sekisho-(?:enforcement|authentication)/,
      );
    }
  });
});

describe('authentication any-key', () => {
  const anyKey: TestKey = { id: 'test', secret: 'test' };

  test('takes whoever names a key for root of the first account', async () => {
    const { call } = await start({ authentication: 'any-key' });
    for (const key of [anyKey, { id: 'AKIAWHATEVER', secret: 'x', token: 'y' }]) {
      const answer = await call('sts', { Action: 'GetCallerIdentity' }, key);
      expect(answer.status).toBe(200);
      expect(element(answer, 'Arn')).toBe(`arn:aws:iam::${account}:root`);
    }
    const answer = await call('iam', { Action: 'CreateUser', UserName: 'made' }, anyKey);
    expect(element(answer, 'Arn')).toBe(`arn:aws:iam::${account}:user/made`);
  });

  test('whoever names no key is still nobody', async () => {
    const { send } = await start({ authentication: 'any-key' });
    const query = 'Action=ListUsers&Version=2010-05-08';
    const answer = await send({ ...plain('GET', '/'), rawQuery: query });
    expect(answer.code).toBe('MissingAuthenticationToken');
  });

  test('says so in every response', async () => {
    const { send, call } = await start({ authentication: 'any-key' });
    for (const request of kinds) {
      expect((await send(request)).headers.get('x-sekisho-authentication')).toBe('any-key');
    }
    const good = await call('sts', { Action: 'GetCallerIdentity' }, anyKey);
    expect(good.headers.get('x-sekisho-authentication')).toBe('any-key');
  });

  test('opens reset, by both of its names, and keeps the root keys', async () => {
    const { call, send, root, server } = await start({ authentication: 'any-key' });
    for (const path of ['/_sekisho/reset', '/moto-api/reset']) {
      await succeed(call('iam', { Action: 'CreateUser', UserName: 'gone' }, anyKey));
      const before = root();
      expect((await send(plain('POST', path))).status).toBe(200);
      expect(server.runtime.directory.find(account, 'user', 'gone')).toBeUndefined();
      expect(root()).toEqual(before);
      expect((await send(plain('GET', path))).status).toBe(404);
    }
    const groups = await call('ec2', { Action: 'DescribeVpcs' }, anyKey);
    expect(groups.status).toBe(200);
  });

  test('is not to be had beyond loopback', async () => {
    await expect(start({ authentication: 'any-key', host: '0.0.0.0' })).rejects.toThrow('loopback');
  });

  test('reset from a page in a browser is refused', async () => {
    const { send } = await start({ authentication: 'any-key' });
    const request = plain('POST', '/_sekisho/reset');
    const headers: [string, string][] = [...request.headers, ['origin', 'http://evil.example']];
    expect((await send({ ...request, headers })).status).toBe(403);
  });
});

describe('authentication verify', () => {
  test('reset without a signature does nothing', async () => {
    const { call, send, server } = await start({});
    await succeed(call('iam', { Action: 'CreateUser', UserName: 'kept' }));
    for (const path of ['/_sekisho/reset', '/moto-api/reset']) {
      const answer = await send(plain('POST', path));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(server.runtime.directory.find(account, 'user', 'kept')).toBeDefined();
    }
  });

  test('reset with a signature needs sekisho:Reset in the first account', async () => {
    const { call, root, send, server } = await start({});
    if (gateway === undefined) throw new Error('not started');
    const user = await makeUser(gateway, 'kept');
    const reset = (key: TestKey) => send(ownRequest('/_sekisho/reset', key, 'POST'));
    expect((await reset(user)).status).toBe(403);
    expect((await reset(root(otherAccount))).status).toBe(403);
    expect(server.runtime.directory.find(account, 'user', 'kept')).toBeDefined();
    expect((await reset(root())).status).toBe(200);
    expect(server.runtime.directory.find(account, 'user', 'kept')).toBeUndefined();
    await succeed(call('iam', { Action: 'ListUsers' }));
  });

  test('ready, health and metrics need none', async () => {
    const { send } = await start({});
    const health = await send(plain('GET', '/_sekisho/health'));
    expect(JSON.parse(health.body)).toMatchObject({
      status: 'running',
      enforcement: 'enforce',
      authentication: 'verify',
    });
    expect((await send(plain('GET', '/_sekisho/ready'))).status).toBe(200);
    const metrics = await send(plain('GET', '/_sekisho/metrics'));
    expect(metrics.body).toContain('sekisho_store_revision');
  });
});

function ownRequest(rawPath: string, key: TestKey, method = 'GET'): SignedRequest {
  return signInHeader(
    {
      method,
      rawPath,
      rawQuery: '',
      headers: [['host', '127.0.0.1:4566']],
      body: Buffer.alloc(0),
    },
    key,
    { service: 'sekisho', region: 'us-east-1', now: Date.now() },
  );
}

describe('explanations', () => {
  test('need a signature and sekisho:ExplainDecision; the other account finds none', async () => {
    const { call, send, root } = await start({});
    if (gateway === undefined) throw new Error('not started');
    const user = await makeUser(gateway, 'asking');
    const refused = await call('iam', { Action: 'GetRole', RoleName: 'absent' }, user);
    expect(refused.code).toBe('AccessDenied');
    const path = `/_sekisho/decisions/${refused.headers.get('x-sekisho-decision-id')}`;
    expect((await send(plain('GET', path))).status).toBe(403);
    const own = await send(ownRequest(path, user));
    expect(own.status).toBe(403);
    expect(own.body).toContain('sekisho:ExplainDecision');
    await succeed(
      call('iam', {
        Action: 'PutUserPolicy',
        UserName: 'asking',
        PolicyName: 'explain',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'sekisho:ExplainDecision', Resource: '*' },
        }),
      }),
    );
    for (const [key, id] of [
      [user, path],
      [root(), path],
      [user, '/_sekisho/decisions/last'],
    ] as const) {
      const explained = await send(ownRequest(id, key));
      expect(explained.status).toBe(200);
      expect(JSON.parse(explained.body)).toMatchObject({
        operation: 'GetRole',
        decisions: [{ action: 'iam:GetRole', outcome: 'implicitDeny' }],
      });
    }
    for (const id of [path, '/_sekisho/decisions/last']) {
      const foreign = await send(ownRequest(id, root(otherAccount)));
      expect(foreign.status).toBe(404);
      expect(foreign.body).toContain('NoSuchEntity');
    }
    const absent = await send(ownRequest('/_sekisho/decisions/absent', root(otherAccount)));
    expect(absent.status).toBe(404);
  });
});
