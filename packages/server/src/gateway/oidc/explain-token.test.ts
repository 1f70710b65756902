/** D1, D4, N1: explanations of tokens where provider, role or trust policy are not as they should be. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSigningKey } from '../../endpoints/oidc-issuer/signing-key.ts';
import { otherAccount } from '../testing/test-gateway.ts';
import {
  decode,
  GitHubWorld,
  host,
  issuer,
  providerArn,
  roleArn,
  trustPolicy,
} from './oidc.fixture.ts';

let world: GitHubWorld;
beforeAll(async () => {
  world = await GitHubWorld.open();
});
afterAll(() => world.stop());

const codes = async (token: string): Promise<readonly string[]> =>
  (await world.explain(token)).causes.map(({ code }) => code);

const statement = (Condition: object, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition,
        ...more,
      },
    ],
  });
const sub = (operator: string, value: string | readonly string[]): string =>
  statement({ [operator]: { [`${host}:sub`]: value } });

describe('trust policies', () => {
  test('D1: the audience sts.amazon.com is told as a misspelling, and replaced', async () => {
    await world.trust(trustPolicy({ aud: 'sts.amazon.com' }));
    const explained = await world.explain(await world.token());
    expect(explained.causes).toMatchObject([{ code: 'trustAudience' }]);
    expect(explained.causes[0]?.en).toContain('Did you mean sts.amazonaws.com?');
    expect(explained.change).toMatchObject({
      removed: ['sts.amazon.com'],
      added: ['sts.amazonaws.com'],
      strangersRefused: true,
    });
    await world.trust(explained.change?.policyDocument ?? '');
    expect(await codes(await world.token())).toEqual([]);
  });

  test('several causes at once are all told, and changed together', async () => {
    await world.trust(trustPolicy({ aud: 'sts.amazon.com' }));
    const token = await world.token({ subject: 'with-ids', environment: 'prod' });
    expect(await codes(token)).toEqual(['trustAudience', 'subjectWithIds', 'subjectEnvironment']);
    const { change } = await world.explain(token);
    expect(change).toMatchObject({ proven: true, strangersRefused: true });
    expect(change?.added[1]).toMatch(/^repo:octo-org@\d+\/octo-repo@\d+:environment:prod$/);
  });

  test.each<[string, string, object, readonly string[]]>([
    [
      'a star under StringEquals',
      sub('StringEquals', 'repo:octo-org/octo-repo:*'),
      {},
      ['subjectWildcard'],
    ],
    [
      'ids in the pattern only',
      sub('StringEquals', 'repo:octo-org@1/octo-repo@2:ref:refs/heads/main'),
      {},
      ['subjectWithoutIds'],
    ],
    [
      'other ids',
      sub('StringLike', 'repo:octo-org@1/octo-repo@2:*'),
      { subject: 'with-ids' },
      ['subjectOtherIds'],
    ],
    ['another owner', sub('StringLike', 'repo:octo-cat/*'), {}, ['subjectRepository']],
    [
      'case and ids',
      sub('StringLike', 'repo:Octo-Org/octo-repo:*'),
      { subject: 'with-ids' },
      ['subjectWithIds', 'subjectCase'],
    ],
    ['a composed subject', sub('StringLike', 'repository_owner:octo-org:*'), {}, ['subjectOther']],
    ['a tag that has two parts', trustPolicy(), { ref: 'refs/tags/v1.2' }, ['subjectTag']],
    [
      'a claim that gives no key',
      statement({
        StringEquals: {
          [`${host}:event_name`]: 'push',
          [`${host}:sub`]: 'repo:octo-org/octo-repo:ref:refs/heads/main',
        },
      }),
      {},
      ['claimGivesNoKey'],
    ],
    [
      'a claim that the token has not',
      statement({
        StringEquals: { [`${host}:environment`]: 'prod' },
        StringLike: { [`${host}:sub`]: 'repo:octo-org/octo-repo:*' },
      }),
      {},
      ['claimAbsent'],
    ],
    [
      'a claim with another value',
      statement({
        StringEquals: { [`${host}:ref`]: 'refs/heads/main' },
        StringLike: { [`${host}:sub`]: 'repo:octo-org/octo-repo:*' },
      }),
      { ref: 'refs/heads/dev' },
      ['claimDiffers'],
    ],
    [
      'another principal',
      statement(
        { StringLike: { [`${host}:sub`]: 'repo:octo-org/octo-repo:*' } },
        { Principal: { Service: 'ec2.amazonaws.com' } },
      ),
      {},
      ['otherProvider'],
    ],
    [
      'another action',
      statement(
        { StringLike: { [`${host}:sub`]: 'repo:octo-org/octo-repo:*' } },
        { Action: 'sts:TagSession' },
      ),
      {},
      ['otherAction'],
    ],
  ])('%s', async (_name, document, job, expected) => {
    await world.trust(document);
    const token = await world.token(job);
    const explained = await world.explain(token);
    expect(explained.causes.map(({ code }) => code)).toEqual(expected);
    expect((await world.assume(token)).message).toBe(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    if (explained.change === undefined) return;
    expect(explained.change).toMatchObject({ proven: true, strangersRefused: true });
    await world.trust(explained.change.policyDocument);
    expect(await world.assume(token)).toMatchObject({ status: 200 });
  });

  test('of several statements, the one that is about this token', async () => {
    const aboutRepository = (repository: string): object => ({
      Effect: 'Allow',
      Principal: { Federated: providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${host}:aud`]: 'sts.amazon.com',
          [`${host}:sub`]: `repo:${repository}:ref:refs/heads/main`,
        },
      },
    });
    const Principal = { Service: 'ecs-tasks.amazonaws.com' };
    const Statement = [
      { Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity' },
      aboutRepository('octo-org/other'),
      aboutRepository('octo-org/octo-repo'),
    ];
    await world.trust(JSON.stringify({ Version: '2012-10-17', Statement }));
    const token = await world.token({ environment: 'prod' });
    expect(await codes(token)).toEqual(['trustAudience', 'subjectEnvironment']);
    const { change } = await world.explain(token);
    await world.trust(change?.policyDocument ?? '');
    expect(await world.assume(token)).toMatchObject({ status: 200 });
    const others = await world.token({ repository: 'octo-org/other', environment: 'prod' });
    expect(await world.assume(others)).toMatchObject({ status: 403 });
  });

  test('an explicit deny', async () => {
    const { Statement } = JSON.parse(trustPolicy());
    const deny = {
      Effect: 'Deny',
      Principal: { Federated: providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:actor`]: 'mallory' } },
    };
    await world.trust(JSON.stringify({ Version: '2012-10-17', Statement: [...Statement, deny] }));
    expect(await codes(await world.token({ actor: 'mallory' }))).toEqual(['explicitDeny']);
    expect(await codes(await world.token())).toEqual([]);
  });
});

describe('roles and providers', () => {
  test('a role that does not exist, and one of another account', async () => {
    const token = await world.token();
    const absent = await world.explain(token, `${roleArn}x`);
    expect(absent.causes).toMatchObject([{ code: 'noSuchRole' }]);
    const key = world.gateway.root(otherAccount);
    const answer = await world.post('explanations', { token, role: roleArn }, key);
    expect(answer.status).toBe(403);
  });

  test('no provider, and one that is written otherwise', async () => {
    const bare = await GitHubWorld.open({ localIssuers: `${issuer},${issuer}/Octo` });
    try {
      await bare.iam({
        Action: 'CreateOpenIDConnectProvider',
        Url: `${issuer}/octo`,
        'ClientIDList.member.1': 'a',
      });
      const slug = await bare.token({}, { issuer: `${issuer}/Octo` });
      expect((await bare.explain(slug)).causes).toMatchObject([{ code: 'providerSpelling' }]);
      await bare.iam({
        Action: 'DeleteOpenIDConnectProvider',
        OpenIDConnectProviderArn: providerArn,
      });
      const token = await bare.token();
      expect(await bare.assume(token)).toEqual({
        status: 400,
        code: 'InvalidIdentityToken',
        message: `No OpenIDConnect provider found in your account for ${issuer}`,
      });
      expect((await bare.explain(token)).causes).toMatchObject([{ code: 'providerMissing' }]);
    } finally {
      await bare.stop();
    }
  });

  test('T22: tokens that the right key has signed with times that cannot be', async () => {
    await world.trust(trustPolicy());
    const { platform, sealer } = world.gateway.server.runtime;
    const key = await loadSigningKey(platform, sealer);
    const claims = decode((await world.token()).split('.')[1]);
    const now = Number(claims['iat']);
    expect(await codes(key.signToken(claims))).toEqual([]);
    expect(await codes(key.signToken({ ...claims, nbf: now + 900 }))).toEqual(['tooEarly']);
    expect(await codes(key.signToken({ ...claims, iat: now + 900 }))).toEqual(['tooEarly']);
    expect(await codes(key.signToken({ ...claims, exp: undefined }))).toEqual(['invalid']);
    expect(await codes(key.signToken({ ...claims, exp: now + 0.5 }))).toEqual(['invalid']);
    expect(await codes(key.signToken({ ...claims, exp: now - 900 }))).toEqual(['expired']);
    expect(await codes(key.signToken({ ...claims, aud: ['sts.amazonaws.com', 'b'] }))).toEqual([
      'invalid',
    ]);
    expect(await codes(key.signToken({ ...claims, azp: 'b' }))).toEqual(['audience']);
    expect(await codes(key.signToken({ ...claims, sub: '\u001b[2J' }))).toEqual(['subjectOther']);
  });
});
