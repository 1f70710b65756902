/** Tests of web identity verification: every threat of tokens, keys and issuers has its test. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { Directory } from '../../directory/directory.ts';
import { recordKey } from '../../directory/records.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import { OidcWebIdentities } from './oidc-web-identities.ts';

const account = '123456789012';
const host = 'token.actions.githubusercontent.com';
const issuer = `https://${host}`;
const now = 1_800_000_000_000;
const seconds = now / 1000;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

function jwk(key: KeyObject, kid: string, more: object = {}): object {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig', ...more };
}

const keys = [jwk(rsa.publicKey, 'rsa', { alg: 'RS256' }), jwk(ec.publicKey, 'ec')];

const goodClaims = {
  iss: issuer,
  sub: 'repo:o/r:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
  iat: seconds,
  exp: seconds + 300,
};

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function rs256(claims: unknown, header: object = {}, key: KeyObject = rsa.privateKey): string {
  const signed = `${encode({ alg: 'RS256', kid: 'rsa', ...header })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function es256(claims: unknown, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): string {
  const signed = `${encode({ alg: 'ES256', kid: 'ec' })}.${encode(claims)}`;
  const how = { key: ec.privateKey, dsaEncoding };
  return `${signed}.${sign('sha256', Buffer.from(signed), how).toString('base64url')}`;
}

let pages: Map<string, string | (() => string)>;
let asked: { readonly url: string; readonly loopback: boolean }[];
let monotonic: number;
let directory: Directory;
let identities: OidcWebIdentities;

async function open(loopbackIssuers: readonly string[] = []): Promise<void> {
  const state = await State.open(new MemoryStore());
  for (const url of [host, '127.0.0.1:9999', 'gitlab.example']) {
    const value = {
      url,
      clientIds: ['sts.amazonaws.com', 'other'],
      thumbprints: [],
      createdAt: 0,
      tags: [],
    };
    await state.commit([{ key: recordKey(account, 'oidc-provider', url), value }]);
  }
  directory = new Directory(state);
  const clock = { now: () => now, monotonic: () => monotonic, after: () => () => {} };
  const network = {
    get: async (url: string, limits: { readonly loopback: boolean }) => {
      asked.push({ url, loopback: limits.loopback });
      const page = pages.get(url);
      if (page === undefined) throw new Error('unreachable');
      const body = Buffer.from(typeof page === 'string' ? page : page());
      return { status: 200, body };
    },
  };
  identities = new OidcWebIdentities({
    directory,
    partition: 'aws',
    platform: { clock, network },
    loopbackIssuers,
  });
}

function publish(base: string, published: readonly object[] = keys): void {
  const discovery = { issuer: base, jwks_uri: `${base}/keys` };
  pages.set(`${base}/.well-known/openid-configuration`, JSON.stringify(discovery));
  pages.set(`${base}/keys`, JSON.stringify({ keys: published }));
}

beforeEach(async () => {
  pages = new Map();
  asked = [];
  monotonic = 0;
  publish(issuer);
  await open();
});

const verify = (token: string) => identities.verify(token, account, now);

async function refusal(token: string): Promise<string> {
  return await verify(token).then(
    () => 'accepted',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

const notJwt =
  'InvalidIdentityToken: The ID Token provided is not a valid JWT. ' +
  '(You may see this error if you sent an Access Token)';
const noKey =
  "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  " +
  'please reference AssumeRoleWithWebIdentity documentation for requirements';
const notValidated =
  'InvalidIdentityToken: The web identity token provided could not be validated. ' +
  'See the AssumeRoleWithWebIdentity documentation for requirements.';

describe('tokens that prove an identity', () => {
  test('RS256 and ES256, with the keys that policies may see', async () => {
    const claims = { ...goodClaims, ref: 'refs/heads/main', event_name: 'push', amr: ['a', 'b'] };
    for (const token of [rs256(claims), es256(claims)]) {
      const identity = await verify(token);
      expect(identity).toMatchObject({
        account,
        provider: `arn:aws:iam::${account}:oidc-provider/${host}`,
        subject: goodClaims.sub,
        audience: 'sts.amazonaws.com',
        tags: [],
      });
      expect(Object.fromEntries(identity.trustKeys)).toEqual({
        [`${host}:aud`]: 'sts.amazonaws.com',
        [`${host}:sub`]: goodClaims.sub,
        [`${host}:amr`]: ['a', 'b'],
        [`${host}:ref`]: 'refs/heads/main',
      });
      expect(identity.sessionKeys.map(([key]) => key)).toEqual([
        `${host}:aud`,
        `${host}:sub`,
        `${host}:amr`,
      ]);
    }
  });

  test('T21 azp stands for aud, which becomes oaud', async () => {
    const identity = await verify(rs256({ ...goodClaims, aud: ['x', 'y'], azp: 'other' }));
    expect(identity.audience).toBe('other');
    const trust = new Map(identity.trustKeys);
    expect(trust.get(`${host}:aud`)).toBe('other');
    expect(trust.get(`${host}:azp`)).toBe('other');
    expect(trust.get(`${host}:oaud`)).toEqual(['x', 'y']);
  });

  test('odd claims that AWS accepts', async () => {
    expect((await verify(rs256({ ...goodClaims, sub: '' }))).subject).toBe('');
    expect((await verify(rs256({ ...goodClaims, sub: 42 }))).subject).toBe('42');
    const times = { iat: `${seconds}`, exp: `${seconds + 1}` };
    expect(await refusal(rs256({ ...goodClaims, ...times }))).toBe('accepted');
    const twice = JSON.stringify(goodClaims).replace('{', '{"sub":"first",');
    expect((await verify(rs256(twice))).subject).toBe(goodClaims.sub);
  });

  test('session tags, nested and flat, and the source identity', async () => {
    const nested = {
      principal_tags: { Project: ['p'], Team: ['t'] },
      transitive_tag_keys: ['Team'],
    };
    const first = await verify(
      rs256({
        ...goodClaims,
        'https://aws.amazon.com/tags': nested,
        'https://aws.amazon.com/source_identity': 'alice',
      }),
    );
    expect(first).toMatchObject({
      tags: [
        ['Project', 'p'],
        ['Team', 't'],
      ],
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'alice',
    });
    const flat = { 'https://aws.amazon.com/tags/principal_tags/Project': 'p' };
    expect((await verify(rs256({ ...goodClaims, ...flat }))).tags).toEqual([['Project', 'p']]);
  });
});

describe('tokens that prove nothing', () => {
  test('T17 alg none, shared secrets and keys of another kind', async () => {
    const unsigned = `${encode({ alg: 'none', kid: 'rsa' })}.${encode(goodClaims)}.`;
    expect(await refusal(unsigned)).toBe(noKey);
    const signed = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode(goodClaims)}`;
    const secret = rsa.publicKey.export({ format: 'pem', type: 'spki' });
    const mac = createHmac('sha256', secret).update(signed).digest('base64url');
    expect(await refusal(`${signed}.${mac}`)).toBe(noKey);
    expect(await refusal(rs256(goodClaims, { kid: 'ec' }))).toBe(noKey);
    const wider = { alg: 'RS512' };
    expect(await refusal(rs256(goodClaims, wider))).toBe(noKey);
    expect(await refusal(es256(goodClaims, 'der'))).toBe(noKey);
  });

  test('T18 a key that the token brings along is not looked at', async () => {
    const own = { jwk: stranger.publicKey.export({ format: 'jwk' }), jku: 'https://evil/keys' };
    expect(await refusal(rs256(goodClaims, own, stranger.privateKey))).toBe(noKey);
    expect(asked.some(({ url }) => url.includes('evil'))).toBe(false);
    for (const kid of ['', '../rsa', "' or 1=1", 'RSA']) {
      expect(await refusal(rs256(goodClaims, { kid }))).toBe(noKey);
    }
  });

  test('T18 keys with one id are told apart by trying, sixteen at most', async () => {
    publish(issuer, [jwk(stranger.publicKey, 'rsa'), ...keys]);
    expect(await refusal(rs256(goodClaims))).toBe('accepted');
    await open();
    publish(issuer, [...Array(16).fill(jwk(stranger.publicKey, 'rsa')), ...keys]);
    expect(await refusal(rs256(goodClaims))).toBe(noKey);
  });

  test('T19 base64 that is not exactly base64url', async () => {
    const token = rs256(goodClaims);
    const [header = '', payload = '', signature = ''] = token.split('.');
    for (const bad of [
      `${token}=`,
      `${token} `,
      `${header}.${payload}.${signature}.x`,
      `${header}.${payload}`,
      `${header} .${payload}.${signature}`,
      `${header}.${payload}+.${signature}`,
      `${header}.${encode('[]')}.${signature}`,
      `${header}.${encode('{"a":1,}')}.${signature}`,
      `${header}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`,
      'x',
      '..',
    ]) {
      expect(await refusal(bad)).toBe(notJwt);
    }
    expect(await refusal(rs256(goodClaims, { crit: ['exp'] }))).toBe(notJwt);
  });

  test('a changed token', async () => {
    const [header, , signature] = rs256(goodClaims).split('.');
    const changed = encode({ ...goodClaims, sub: 'repo:o/r:ref:refs/heads/other' });
    expect(await refusal(`${header}.${changed}.${signature}`)).toBe(noKey);
  });

  test('T21 issuers are compared exactly', async () => {
    for (const iss of [
      `${issuer}/`,
      issuer.toUpperCase(),
      `${issuer}:443`,
      `https://user@${host}`,
      `http://${host}`,
      `${issuer}/x`,
      host,
      'https://unknown.example',
    ]) {
      expect(await refusal(rs256({ ...goodClaims, iss }))).toBe(
        `InvalidIdentityToken: No OpenIDConnect provider found in your account for ${iss}`,
      );
    }
    const elsewhere = identities.verify(rs256(goodClaims), '210987654321', now);
    await expect(elsewhere).rejects.toThrow(`No OpenIDConnect provider found in your account`);
    expect(asked).toEqual([]);
  });

  test('T21 audiences', async () => {
    const of = (claims: object) => refusal(rs256({ ...goodClaims, ...claims }));
    expect(await of({ aud: 'nobody' })).toBe(notValidated);
    expect(await of({ aud: '' })).toBe(notValidated);
    expect(await of({ aud: 'STS.amazonaws.com' })).toBe(notValidated);
    expect(await of({ azp: '' })).toBe(notValidated);
    expect(await of({ azp: 'nobody' })).toBe(notValidated);
    expect(await of({ aud: [] })).toBe(
      'InvalidIdentityToken: Claim is not allowed to be empty: aud',
    );
    expect(await of({ aud: ['sts.amazonaws.com', 'other'] })).toBe(
      'InvalidIdentityToken: Token audience contains more than one audience while authorized ' +
        'party is not present',
    );
  });

  test('required claims', async () => {
    for (const name of ['iss', 'sub', 'aud', 'iat', 'exp']) {
      const token = rs256({ ...goodClaims, [name]: undefined });
      expect(await refusal(token)).toBe(`InvalidIdentityToken: Missing a required claim: ${name}`);
    }
    expect(await refusal(rs256({ ...goodClaims, sub: null }))).toBe(
      'InternalFailure: Unknown error validating third-party token',
    );
  });

  test('T22 times', async () => {
    const of = (claims: object) => refusal(rs256({ ...goodClaims, ...claims }));
    for (const bad of [null, 1.5, 'soon', '1e9', [], true, 1e300]) {
      for (const name of ['iat', 'exp', 'nbf']) {
        expect(await of({ [name]: bad })).toBe(
          'InvalidIdentityToken: Invalid timestamp in token claims.',
        );
      }
    }
    expect(await of({ exp: seconds - 299 })).toBe('accepted');
    expect(await of({ exp: seconds - 300 })).toBe(
      `ExpiredTokenException: Token expired: current date/time ${seconds - 300} must be before ` +
        `the expiration date/time ${seconds - 300}`,
    );
    expect(await of({ nbf: seconds + 300 })).toBe('accepted');
    expect(await of({ nbf: seconds + 301 })).toBe(
      `InvalidIdentityToken: Token not yet valid: current date/time ${seconds + 300} must be ` +
        `after or equal to the not-before date/time ${seconds + 301}`,
    );
    expect(await of({ iat: seconds + 277 })).toBe('accepted');
    expect(await of({ iat: seconds + 3600 })).toBe(
      `InvalidIdentityToken: Token issued in the future: ${seconds + 3600}`,
    );
    expect(await of({ iat: seconds - 100_000 })).toBe(
      `ExpiredTokenException: Token too old: ${seconds - 100_000}`,
    );
  });

  test('tags that are no lists', async () => {
    const tags = { principal_tags: { Project: 'p' } };
    expect(await refusal(rs256({ ...goodClaims, 'https://aws.amazon.com/tags': tags }))).toBe(
      'InvalidIdentityToken: principal_tags passed in claim is not in correct format.',
    );
  });
});

describe('T20 asking issuers', () => {
  test('keys are cached and asked once for many, twice a minute at most', async () => {
    const token = rs256(goodClaims);
    await Promise.all([verify(token), verify(token), verify(token)]);
    expect(asked).toHaveLength(2);
    expect(await refusal(rs256(goodClaims, { kid: 'new' }))).toBe(noKey);
    expect(asked).toHaveLength(2);
    publish(issuer, [...keys, jwk(rsa.publicKey, 'new')]);
    monotonic += 30_000;
    expect(await refusal(rs256(goodClaims, { kid: 'new' }))).toBe('accepted');
    expect(asked).toHaveLength(4);
  });

  test('old keys serve while the issuer is away, but not for ever', async () => {
    await verify(rs256(goodClaims));
    pages.clear();
    monotonic += 3_600_000;
    expect(await refusal(rs256(goodClaims))).toBe('accepted');
    monotonic += 86_400_000;
    expect(await refusal(rs256(goodClaims))).toBe(noKey);
  });

  test('a discovery document of another issuer, keys over http, and what is no JSON', async () => {
    const discovery = `${issuer}/.well-known/openid-configuration`;
    for (const page of [
      JSON.stringify({ issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` }),
      JSON.stringify({ issuer, jwks_uri: `http://${host}/keys` }),
      JSON.stringify({ issuer }),
      '<html>',
      '[]',
    ]) {
      pages.set(discovery, page);
      await open();
      expect(await refusal(rs256(goodClaims))).toBe(noKey);
    }
    expect(asked.every(({ loopback }) => !loopback)).toBe(true);
  });

  test('http is only for loopback issuers that the operator lists', async () => {
    const local = 'http://127.0.0.1:9999';
    publish(local);
    const token = rs256({ ...goodClaims, iss: local });
    expect(await refusal(token)).toContain('No OpenIDConnect provider found');
    await open([local]);
    const identity = await verify(token);
    expect(identity.provider).toBe(`arn:aws:iam::${account}:oidc-provider/127.0.0.1:9999`);
    expect(asked.every(({ loopback }) => loopback)).toBe(true);
  });

  test('claims give keys only where the provider is known for them', async () => {
    const other = 'https://gitlab.example';
    publish(other);
    const claims = { ...goodClaims, iss: other, ref: 'main', project_id: 1, email: 'a@b' };
    const { trustKeys } = await verify(rs256(claims));
    expect(trustKeys.map(([key]) => key)).toEqual([
      'gitlab.example:aud',
      'gitlab.example:sub',
      'gitlab.example:email',
    ]);
  });

  test('small and foreign keys are left out', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    publish(issuer, [
      jwk(small.publicKey, 'rsa'),
      { kty: 'oct', kid: 'rsa', k: 'AAAA' },
      { kty: 'RSA', kid: 'rsa', n: 'A==', e: 'AQAB' },
      jwk(rsa.publicKey, 'rsa', { use: 'enc' }),
    ]);
    expect(await refusal(rs256(goodClaims, {}, small.privateKey))).toBe(noKey);
    expect(await refusal(rs256(goodClaims))).toBe(noKey);
  });
});
