/** 000-7, T17 to T24: tokens against article 000's trust policy: AWS's answer, and the cause. */
import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, encode, GitHubWorld, hmacSigned, issuer, resigned } from './oidc.fixture.ts';

let world: GitHubWorld;
let good: string;

beforeAll(async () => {
  world = await GitHubWorld.open();
  good = await world.token();
});
afterAll(() => world.stop());

const notAuthorized = {
  status: 403,
  code: 'AccessDenied',
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
};
const noKey = {
  status: 400,
  code: 'InvalidIdentityToken',
  message:
    "Couldn't retrieve verification key from your identity provider,  please reference " +
    'AssumeRoleWithWebIdentity documentation for requirements',
};

interface Variant {
  readonly name: string;
  readonly token: () => string | Promise<string>;
  /** Absent: a session. */
  readonly refused?: {
    readonly status: number;
    readonly code: string;
    readonly message: string | RegExp;
  };
  readonly causes: readonly string[];
  readonly sentence?: string;
  /** What the smallest change adds to the trust policy; absent: there is none. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

const main = 'repo:octo-org/octo-repo:ref:refs/heads/main';

const variants: readonly Variant[] = [
  { name: 'main', token: () => world.token(), causes: [] },
  { name: 'tag', token: () => world.token({ ref: 'refs/tags/v1.2.3' }), causes: [] },
  {
    name: 'other branch',
    token: () => world.token({ ref: 'refs/heads/dev' }),
    refused: notAuthorized,
    causes: ['subjectBranch'],
    added: ['repo:octo-org/octo-repo:ref:refs/heads/dev'],
  },
  {
    name: 'pull request',
    token: () => world.token({ event: 'pull_request', ref: 'refs/pull/15/merge' }),
    refused: notAuthorized,
    causes: ['subjectPullRequest'],
    added: ['repo:octo-org/octo-repo:pull_request'],
  },
  {
    name: 'environment',
    token: () => world.token({ environment: 'prod' }),
    refused: notAuthorized,
    causes: ['subjectEnvironment'],
    sentence: 'The job has `environment:`, so the subject ends in environment:prod',
    added: ['repo:octo-org/octo-repo:environment:prod'],
  },
  {
    name: 'other repository',
    token: () => world.token({ repository: 'octo-org/other' }),
    refused: notAuthorized,
    causes: ['subjectRepository'],
    added: ['repo:octo-org/other:ref:refs/heads/main'],
  },
  {
    name: 'other case',
    token: () => world.token({ repository: 'Octo-Org/octo-repo' }),
    refused: notAuthorized,
    causes: ['subjectCase'],
    removed: [main],
    added: ['repo:Octo-Org/octo-repo:ref:refs/heads/main'],
  },
  {
    name: 'subject with ids',
    token: () => world.token({ subject: 'with-ids', ownerId: '1', repositoryId: '2' }),
    refused: notAuthorized,
    causes: ['subjectWithIds'],
    sentence: 'after 15 July 2026, so the subject carries ids',
    added: ['repo:octo-org@1/octo-repo@2:ref:refs/heads/main'],
  },
  {
    name: 'wrong audience',
    token: () => world.token({}, { audience: 'https://github.com/octo-org' }),
    refused: {
      status: 400,
      code: 'InvalidIdentityToken',
      message:
        'The web identity token provided could not be validated. ' +
        'See the AssumeRoleWithWebIdentity documentation for requirements.',
    },
    causes: ['audience'],
    sentence: 'meant for https://github.com/octo-org, the provider takes sts.amazonaws.com',
  },
  {
    name: 'expired',
    token: () => world.token({}, { expiresInSeconds: -900 }),
    refused: {
      status: 400,
      code: 'ExpiredTokenException',
      message:
        /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
    },
    causes: ['expired'],
    sentence: 'The token expired 90',
  },
  {
    name: 'forged',
    token: () => resigned(good, {}),
    refused: noKey,
    causes: ['forged'],
  },
  {
    name: 'unknown key',
    token: () => resigned(good, { header: { kid: 'unknown' } }),
    refused: noKey,
    causes: ['unknownKey'],
  },
];

describe('000-7: twelve tokens and the trust policy of article 000', () => {
  test.each(variants)('$name', async ({ token: make, refused, causes, sentence, ...change }) => {
    const token = await make();
    const answer = await world.assume(token);
    if (refused === undefined) expect(answer).toEqual({ status: 200, code: '', message: '' });
    else {
      const { message, ...rest } = refused;
      expect(answer).toMatchObject(rest);
      if (typeof message === 'string') expect(answer.message).toBe(message);
      else expect(answer.message).toMatch(message);
    }
    const explained = await world.explain(token);
    expect(explained.allowed).toBe(refused === undefined);
    expect(explained.causes.map(({ code }) => code)).toEqual(causes);
    // The explanation names the answer of the wire.
    if (refused !== undefined) expect(explained.error).toMatchObject({ code: refused.code });
    for (const cause of explained.causes) {
      expect(cause.en).toContain(sentence ?? '');
      expect(cause.ja).toMatch(/[ぁ-ん]/);
      expect(cause.advice?.ja ?? 'の').toMatch(/[ぁ-ん]/);
    }
    expect(explained.change?.added).toEqual(change.added);
    if (change.removed !== undefined) expect(explained.change?.removed).toEqual(change.removed);
  });

  test.each(variants.filter(({ added }) => added !== undefined))(
    '$name: the change that is told lets the token in, and no stranger',
    async ({ token: make, added }) => {
      const token = await make();
      const { change } = await world.explain(token);
      expect(change).toMatchObject({ proven: true, strangersRefused: true, added });
      const before = await world.iam({ Action: 'GetRole', RoleName: 'github-deploy' });
      await world.trust(change?.policyDocument ?? '');
      expect(await world.assume(token)).toMatchObject({ status: 200 });
      const strangers = await world.token({ repository: 'evil/octo-repo' });
      expect(await world.assume(strangers)).toEqual(notAuthorized);
      const document = /<AssumeRolePolicyDocument>([^<]*)</.exec(before.body)?.[1] ?? '';
      await world.trust(decodeURIComponent(document));
      expect(await world.assume(token)).toEqual(notAuthorized);
    },
  );

  test('the position where claim and pattern part', async () => {
    const explained = await world.explain(await world.token({ environment: 'prod' }));
    const sub = explained.comparisons.find(({ key }) => key.endsWith(':sub'));
    expect(sub?.patterns).toEqual([
      { value: main, matched: false, character: 'repo:octo-org/octo-repo:'.length + 1 },
      {
        value: 'repo:octo-org/octo-repo:ref:refs/tags/v*.*.*',
        matched: false,
        character: 'repo:octo-org/octo-repo:'.length + 1,
      },
    ]);
  });
});

const tampered: readonly (readonly [name: string, make: () => string])[] = [
  ['alg none without a signature', () => `${withHeader({ alg: 'none' })}.`],
  ['alg none with the old signature', () => `${withHeader({ alg: 'none' })}.${part(2)}`],
  ['alg NONE', () => `${withHeader({ alg: 'NONE' })}.`],
  ['no alg', () => `${withHeader({ alg: undefined })}.${part(2)}`],
  [
    'HS256 with the public key as PEM',
    () => hmacSigned(good, publicKey().export({ type: 'spki', format: 'pem' })),
  ],
  [
    'HS256 with the public key as DER',
    () => hmacSigned(good, publicKey().export({ type: 'spki', format: 'der' })),
  ],
  ['HS256 with the JWK', () => hmacSigned(good, JSON.stringify(jwks.keys[0]))],
  ['HS256 with an empty secret', () => hmacSigned(good, '')],
  ['a key in the header (jwk)', () => resigned(good, { header: { jwk: strangerJwk() } })],
  [
    'an address of keys in the header (jku)',
    () => resigned(good, { header: { jku: 'https://evil.example/jwks' } }),
  ],
  [
    'a certificate in the header (x5u)',
    () => resigned(good, { header: { x5u: 'https://evil.example/c', x5c: ['MII'] } }),
  ],
  ['kid as a path', () => resigned(good, { header: { kid: '../../../../dev/null' } })],
  ['kid as SQL', () => resigned(good, { header: { kid: "' OR '1'='1" } })],
  ['no kid', () => resigned(good, { header: { kid: undefined } })],
  ['crit', () => resigned(good, { header: { crit: ['exp'] } })],
  ['RS512 over the RS256 signature', () => `${withHeader({ alg: 'RS512' })}.${part(2)}`],
  ['ES256 with an RSA key', () => `${withHeader({ alg: 'ES256' })}.${encode('x'.repeat(64))}`],
  ['another subject', () => withClaims({ sub: 'repo:octo-org/octo-repo:ref:refs/tags/v1.2.3' })],
  ['a later end', () => withClaims({ exp: 4_000_000_000 })],
  [
    'another issuer',
    () => resigned(good, { claims: { iss: 'https://token.actions.evil.example' } }),
  ],
  ['an issuer with a slash', () => resigned(good, { claims: { iss: `${issuer}/` } })],
  [
    'an issuer over http',
    () => resigned(good, { claims: { iss: issuer.replace('https', 'http') } }),
  ],
  ['an issuer in capitals', () => resigned(good, { claims: { iss: issuer.toUpperCase() } })],
  ['padding in the signature', () => `${good}=`],
  [
    'a blank in the payload',
    () => `${part(0)}.${part(1).slice(0, 8)} ${part(1).slice(8)}.${part(2)}`,
  ],
  [
    'standard base64',
    () => `${part(0)}.${part(1)}.${part(2).replaceAll('-', '+').replaceAll('_', '/')}=`,
  ],
  ['a character too many', () => `${good}A`],
  ['spare bits in the last character', () => good.slice(0, -1) + spare(good.slice(-1))],
  ['a cut signature', () => good.slice(0, -10)],
  ['an empty signature', () => `${part(0)}.${part(1)}.`],
  ['four parts', () => `${good}.${part(2)}`],
  ['two parts', () => `${part(0)}.${part(1)}`],
  [
    'JSON serialization',
    () => JSON.stringify({ protected: part(0), payload: part(1), signature: part(2) }),
  ],
  ['an empty payload', () => `${part(0)}..${part(2)}`],
  ['a zero byte at the end', () => `${good}\0`],
];

let jwks: { keys: Record<string, string>[] };
const part = (index: number): string => good.split('.')[index] ?? '';
const withHeader = (header: object): string =>
  `${encode({ ...decode(part(0)), ...header })}.${part(1)}`;
const withClaims = (claims: object): string =>
  `${part(0)}.${encode({ ...decode(part(1)), ...claims })}.${part(2)}`;
const publicKey = () => createPublicKey({ key: jwks.keys[0] ?? {}, format: 'jwk' });
const strangerJwk = () => ({ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'x' });
/** 256 bytes leave four unused bits in the last character. */
const spare = (last: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet.charAt(alphabet.indexOf(last) | 1);
};

describe('T17 to T22: tampered tokens', () => {
  beforeAll(async () => {
    const answer = await world.get(`/_sekisho/oidc/${issuer.slice(8)}/.well-known/jwks`);
    jwks = JSON.parse(answer.body);
  });

  test('the token that they are made of is taken', async () => {
    expect(await world.assume(good)).toMatchObject({ status: 200 });
    // As the AWS CLI sends a token file.
    expect(await world.assume(`${good}\n`)).toMatchObject({ status: 200 });
  });

  test.each(tampered)('%s', async (_name, make) => {
    const token = make();
    const { status, code } = await world.assume(token);
    expect(code).toMatch(/^(?:InvalidIdentityToken|ValidationError)$/);
    expect(status).toBe(400);
    if (/^[^\s\p{C}]+$/u.test(token)) {
      const explained = await world.explain(token);
      expect(explained).toMatchObject({ allowed: false, token: { verified: false } });
      expect(explained.change).toBeUndefined();
    }
  });

  test('none of another server, which has another key', async () => {
    const other = await GitHubWorld.open();
    try {
      const token = await other.token();
      expect(await other.assume(token)).toMatchObject({ status: 200 });
      expect(await world.assume(token)).toEqual(noKey);
    } finally {
      await other.stop();
    }
  });
});
