/** The issuer on the wire: discovery, keys, GitHub's token request, and who may have tokens made. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfiguration } from '../configuration.ts';
import { account, otherAccount, startGateway } from '../testing/test-gateway.ts';
import { decode, GitHubWorld, host, issuer, issuerPath } from './oidc.fixture.ts';

let world: GitHubWorld;
beforeAll(async () => {
  world = await GitHubWorld.open();
});
afterAll(() => world.stop());

const job = { repository: 'octo-org/octo-repo' };

describe('documents', () => {
  test('discovery has what STS insists on, and points to the keys', async () => {
    const { status, body } = await world.get(`${issuerPath}/.well-known/openid-configuration`);
    expect(status).toBe(200);
    const document = JSON.parse(body);
    expect(document).toMatchObject({
      issuer,
      jwks_uri: `${world.gateway.server.endpoint}${issuerPath}/.well-known/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    const claims = Object.keys(decode((await world.token({ environment: 'e' })).split('.')[1]));
    expect(document.claims_supported).toEqual(expect.arrayContaining(claims));
  });

  test('the key is public, and the one that signs', async () => {
    const { body } = await world.get(`${issuerPath}/.well-known/jwks`);
    const [key, ...others] = JSON.parse(body).keys;
    expect(others).toEqual([]);
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const token = await world.token();
    expect(decode(token.split('.')[0])).toEqual({ typ: 'JWT', alg: 'RS256', kid: key.kid });
  });

  test('other paths, methods, hosts and origins', async () => {
    expect((await world.get(`${issuerPath}/.well-known/keys`)).status).toBe(404);
    expect((await world.get('/_sekisho/oidc/gitlab.com/.well-known/jwks')).status).toBe(404);
    const jwks = `${issuerPath}/.well-known/jwks`;
    expect((await world.get(jwks, '', undefined, 'POST')).status).toBe(405);
    const request = { method: 'GET', rawPath: jwks, rawQuery: '', body: Buffer.alloc(0) };
    const rebound = {
      ...request,
      headers: [['host', 'evil.example']] satisfies [string, string][],
    };
    expect((await world.gateway.send(rebound)).status).toBe(421);
    const page: [string, string][] = [
      ['host', '127.0.0.1:4566'],
      ['origin', 'https://evil.example'],
    ];
    expect((await world.gateway.send({ ...request, headers: page })).status).toBe(403);
  });
});

describe("GitHub's token request", () => {
  const ask = async (query: string, authorization?: string) => {
    const { status, body } = await world.get(`${issuerPath}/token`, query, authorization);
    return { status, ...JSON.parse(body) };
  };

  test('GET URL&audience=A with the bearer token', async () => {
    const opened = JSON.parse((await world.post('token-requests', { job })).body);
    const url = new URL(`${opened.url}&audience=sts.amazonaws.com`);
    expect(url.pathname).toBe(`${issuerPath}/token`);
    for (const scheme of ['Bearer', 'bearer']) {
      const { status, value, count } = await ask(url.search.slice(1), `${scheme} ${opened.token}`);
      expect({ status, count }).toEqual({ status: 200, count: value.length });
      const claims = decode(value.split('.')[1]);
      expect(claims).toMatchObject({ iss: issuer, aud: 'sts.amazonaws.com' });
      expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300);
      expect(await world.assume(value)).toMatchObject({ status: 200 });
    }
    const { value } = await ask('api-version=2.0', `Bearer ${opened.token}`);
    expect(decode(value.split('.')[1])['aud']).toBe('https://github.com/octo-org');
  });

  test('nothing without the token, with another, or with two audiences', async () => {
    const { token } = JSON.parse((await world.post('token-requests', { job })).body);
    const query = 'api-version=2.0&audience=sts.amazonaws.com';
    for (const bad of [undefined, '', 'Bearer', 'Bearer x', `Basic ${token}`, `Bearer ${token}x`]) {
      expect((await ask(query, bad)).status).toBe(401);
    }
    expect((await ask(`${query}&audience=b`, `Bearer ${token}`)).status).toBe(400);
    expect((await ask('audience=', `Bearer ${token}`)).status).toBe(400);
    expect((await ask('audience=a%0Ab', `Bearer ${token}`)).status).toBe(400);
  });
});

describe('who may have tokens made', () => {
  test('only signed requests', async () => {
    const answer = await world.gateway.send({
      method: 'POST',
      rawPath: '/_sekisho/oidc/tokens',
      rawQuery: '',
      headers: [['host', '127.0.0.1:4566']],
      body: Buffer.from(JSON.stringify({ job })),
    });
    expect(answer.status).toBe(403);
  });

  test('principals of the first account, with the permission on that repository', async () => {
    const foreign = await world.post('tokens', { job }, world.gateway.root(otherAccount));
    expect(foreign.status).toBe(403);
    await world.iam({ Action: 'CreateUser', UserName: 'u' });
    const { body } = await world.iam({ Action: 'CreateAccessKey', UserName: 'u' });
    const key = {
      id: /<AccessKeyId>([^<]*)</.exec(body)?.[1] ?? '',
      secret: /<SecretAccessKey>([^<]*)</.exec(body)?.[1] ?? '',
    };
    const refused = await world.post('tokens', { job }, key);
    expect(refused.status).toBe(403);
    const resource = `arn:aws:sekisho:us-east-1:${account}:oidc-issuer/${host}/octo-org/octo-repo`;
    expect(JSON.parse(refused.body).message).toBe(
      `User: arn:aws:iam::${account}:user/u is not authorized to perform: ` +
        `sekisho:IssueWebIdentityToken on resource: ${resource} because no identity-based ` +
        'policy allows the sekisho:IssueWebIdentityToken action',
    );
    await world.iam({
      Action: 'PutUserPolicy',
      UserName: 'u',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sekisho:IssueWebIdentityToken', Resource: resource },
        ],
      }),
    });
    expect((await world.post('tokens', { job }, key)).status).toBe(200);
    expect((await world.post('token-requests', { job }, key)).status).toBe(200);
    const other = { job: { repository: 'octo-org/other' } };
    expect((await world.post('tokens', other, key)).status).toBe(403);
    expect((await world.post('explanations', { token: 'x', role: 'y' }, key)).status).toBe(400);
  });

  test.each([
    [{}, 'The member "job" is missing'],
    [{ job, sub: 'x' }, 'There is no member "sub"'],
    [{ job, issuer: 'https://gitlab.com' }, 'stands in for https://token.actions'],
    [{ job, audience: '' }, '"audience"'],
    [{ job, expiresInSeconds: 3601 }, 'from -86400 to 3600'],
    [{ job, expiresInSeconds: 1.5 }, 'a whole number'],
    [[], 'must be a JSON object'],
  ])('%j is refused', async (body, words) => {
    const answer = await world.post('tokens', body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).message).toContain(words);
  });
});

describe('the key', () => {
  test('stays the same in one data folder, sealed and for its owner only', async () => {
    const token = await world.token();
    const second = await startGateway({
      folder: world.gateway.folder,
      settings: { localIssuers: issuer },
    });
    try {
      const keys = second.server.runtime.localIssuerKeys?.keysOf(issuer);
      expect(keys?.map(({ keyId }) => keyId)).toEqual([decode(token.split('.')[0])['kid']]);
    } finally {
      await second.stop();
    }
    const file = join(world.gateway.folder, 'oidc-issuer-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64').toString('latin1')).not.toContain(
      'KEY',
    );
  });
});

test('without localIssuers no token is made, and none of that issuer is taken', async () => {
  const token = await world.token();
  const plain = await startGateway({
    platform: (platform) => ({
      ...platform,
      network: { ...platform.network, get: () => Promise.reject(new Error('no network')) },
    }),
  });
  try {
    const off = Object.assign(Object.create(GitHubWorld.prototype), { gateway: plain });
    const answer = await off.post('tokens', { job });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'NoLocalIssuer' });
    expect((await off.get(`${issuerPath}/.well-known/jwks`)).status).toBe(404);
    await off.iam({
      Action: 'CreateOpenIDConnectProvider',
      Url: issuer,
      'ClientIDList.member.1': 'sts.amazonaws.com',
    });
    expect(await off.assume(token)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    expect((await off.explain(token)).causes).toMatchObject([{ code: 'unknownKey' }]);
  } finally {
    await plain.stop();
  }
});

test('localIssuers are issuers of GitHub, and none by default', () => {
  const read = (issuers?: string): readonly string[] =>
    readConfiguration({ environment: { SEKISHO_LOCAL_ISSUERS: issuers }, flags: new Map() })
      .localIssuers;
  expect(readConfiguration({ environment: {}, flags: new Map() }).localIssuers).toEqual([]);
  for (const known of [
    issuer,
    `${issuer}/octo`,
    'https://token.actions.octo.ghe.com',
    'https://github.example.com/_services/token',
  ]) {
    expect(read(known)).toEqual([known]);
  }
  for (const other of [
    'https://accounts.google.com',
    `${issuer}/`,
    issuer.replace('https', 'http'),
    'https://token.actions.githubusercontent.com.evil.example',
  ]) {
    expect(() => read(other)).toThrow('issuers of GitHub');
  }
});
