/** 000-7: what the article's trust policy says to each job's token; ids of the acceptance table. */
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article, account, filled } from './article-000.harness.ts';

let article: Article;
const sessionArn = `arn:aws:sts::${account}:assumed-role/github-deploy/GitHubActions`;
const corrected = `arn:aws:iam::${account}:role/corrected`;

beforeAll(async () => {
  article = await Article.open();
});
afterAll(async () => {
  await article.sekisho.stop();
});

test('000-7: without the provider', async () => {
  await expect(article.assume(await article.token())).rejects.toMatchObject({
    name: 'InvalidIdentityTokenException',
    message:
      'No OpenIDConnect provider found in your account for ' +
      'https://token.actions.githubusercontent.com',
  });
});

describe('000-7: with provider and role', () => {
  beforeAll(async () => {
    const { iam } = article.root;
    const Url = 'https://token.actions.githubusercontent.com';
    const ClientIDList = ['sts.amazonaws.com'];
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
    for (const [RoleName, file] of [
      ['github-deploy', 'trust-policy-as-written.json'],
      ['corrected', 'trust-policy.json'],
    ] as const) {
      const AssumeRolePolicyDocument = filled(file);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    }
  });

  test.each([
    ['a push to main', {}],
    ['the tag v1.2.3', { ref: 'refs/tags/v1.2.3' }],
    ['the tag v1.2.3.4: * spans dots', { ref: 'refs/tags/v1.2.3.4' }],
  ])('%s gets the session GitHubActions', async (_, job) => {
    const { AssumedRoleUser, Credentials } = await article.assume(await article.token(job));
    expect(AssumedRoleUser?.Arn).toBe(sessionArn);
    const { sts } = article.clients({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(sessionArn);
  });

  const notAuthorized = {
    name: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  };
  const withIds = { subject: 'with-ids', 'owner-id': '285964', 'repo-id': '1339936803' } as const;

  test.each([
    ['the branch dev', { ref: 'refs/heads/dev' }],
    ['the tag v1.2', { ref: 'refs/tags/v1.2' }],
    ['a pull request', { event: 'pull_request' }],
    ['environment: prod on main', { environment: 'prod' }],
    ['another repository', { repo: 'octo-org/other' }],
    ['another organization', { repo: 'octo-orgs/flask-app' }],
    ['the organization in another case', { repo: 'Octo-Org/flask-app' }],
    ['D4 a subject with ids', withIds],
  ])('%s is refused', async (_, job) => {
    await expect(article.assume(await article.token(job))).rejects.toMatchObject(notAuthorized);
  });

  test('D4 the corrected trust policy takes both subjects, of this repository only', async () => {
    const RoleArn = corrected;
    await expect(article.assume(await article.token(), { RoleArn })).resolves.toBeDefined();
    await expect(article.assume(await article.token(withIds), { RoleArn })).resolves.toBeDefined();
    const other = { ...withIds, 'repo-id': '1' };
    await expect(article.assume(await article.token(other), { RoleArn })).rejects.toMatchObject(
      notAuthorized,
    );
  });

  test('an expired token, a wrong audience, a forged signature', async () => {
    await expect(
      article.assume(await article.token({ expiresInSeconds: -900 })),
    ).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: expect.stringMatching(
        /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
      ),
    });
    await expect(article.assume(await article.token({ audience: 'other' }))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
    const [header = '', payload = '', signature = ''] = (await article.token()).split('.');
    const forged = `${header}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`;
    await expect(article.assume(forged)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message:
        "Couldn't retrieve verification key from your identity provider,  please reference " +
        'AssumeRoleWithWebIdentity documentation for requirements',
    });
  });

  test('the claims of a signed token cannot be changed', async () => {
    const [header = '', payload = '', signature = ''] = (
      await article.token({ ref: 'refs/heads/dev' })
    ).split('.');
    const claims = Buffer.from(payload, 'base64url')
      .toString()
      .replaceAll('heads/dev', 'heads/main');
    const changed = `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
    await expect(article.assume(changed)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
  });

  test('longer than the role’s MaxSessionDuration', async () => {
    const token = await article.token();
    await expect(article.assume(token, { DurationSeconds: 3601 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await article.root.iam.send(
      new UpdateRoleCommand({ RoleName: 'github-deploy', MaxSessionDuration: 7200 }),
    );
    await expect(article.assume(token, { DurationSeconds: 7200 })).resolves.toBeDefined();
  });
});
