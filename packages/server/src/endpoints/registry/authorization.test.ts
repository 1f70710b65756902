/** Who may do what in the registry: the same policies, decisions and words as in the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, otherAccount, RegistryWorld, region, sha256 } from './registry.fixture.ts';

let world: RegistryWorld;
let rootPassword: string;
let offset = 0;

beforeAll(async () => {
  world = await RegistryWorld.start({
    platform: (platform) => ({
      ...platform,
      clock: { ...platform.clock, now: () => Date.now() + offset },
    }),
  });
  for (const repositoryName of ['app', 'other']) {
    await world.ecr('CreateRepository', { repositoryName });
  }
  rootPassword = await world.password();
});
afterAll(async () => {
  await world.stop();
});

const arn = (name: string): string => `arn:aws:ecr:${region}:${account}:repository/${name}`;
const tokenStatement = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' };
const pushActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
];
/** The article's inline policy, as far as ECR goes. */
const articleStatements = [
  { Sid: 'ECRAuth', ...tokenStatement },
  {
    Sid: 'ECRPushPullRepoScoped',
    Effect: 'Allow',
    Action: [...pushActions, 'ecr:BatchGetImage', 'ecr:DescribeRepositories', 'ecr:ListImages'],
    Resource: arn('app'),
  },
];

/** The password of a user with those statements. */
async function passwordOf(name: string, statements: readonly object[], owner = account) {
  return await world.password(await world.user(name, statements, owner));
}

const uploads = (name: string): string => `/v2/${name}/blobs/uploads/`;
const denied = (user: string, action: string, name: string): string =>
  `User: arn:aws:iam::${account}:user/${user} is not authorized to perform: ${action} on ` +
  `resource: ${arn(name)} because no identity-based policy allows the ${action} action`;

describe('000-9: the deploy policy of the article', () => {
  let password: string;
  beforeAll(async () => {
    password = await passwordOf('deployer', articleStatements);
  });

  test('pushes to its repository', async () => {
    const { digest } = await world.pushImage('app', 'v1', ['layer'], password);
    const { imageDetails } = await world.ecr('DescribeImages', { repositoryName: 'app' });
    expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['v1'] }]);
  });

  test('is refused in another repository, which names ecr:InitiateLayerUpload', async () => {
    const answer = await world.send('POST', uploads('other'), { password });
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toBe(
      `${JSON.stringify({
        errors: [
          { code: 'DENIED', message: denied('deployer', 'ecr:InitiateLayerUpload', 'other') },
        ],
      })}\n`,
    );
  });

  test('D3: reads the manifest, but not a layer', async () => {
    const got = await world.send('GET', '/v2/app/manifests/v1', { password });
    expect(got.status).toBe(200);
    const path = `/v2/app/blobs/${sha256('layer')}`;
    expect((await world.send('HEAD', path, { password })).status).toBe(200);
    const refused = await world.send('GET', path, { password });
    expect([refused.status, refused.code, refused.message]).toEqual([
      403,
      'DENIED',
      denied('deployer', 'ecr:GetDownloadUrlForLayer', 'app'),
    ]);
    expect(refused.headers['location']).toBeUndefined();
  });

  test('is told under an id why, and so is the event log', async () => {
    const answer = await world.send('POST', uploads('other'), { password });
    const id = answer.headers['x-sekisho-decision-id'] ?? '';
    const log = readFileSync(join(world.gateway.folder, 'events.jsonl'), 'utf8');
    const event = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ requestID }) => requestID === id);
    expect(event).toMatchObject({
      eventSource: 'ecr.amazonaws.com',
      eventName: 'InitiateLayerUpload',
      awsRegion: region,
      errorMessage: denied('deployer', 'ecr:InitiateLayerUpload', 'other'),
      httpStatus: 403,
      userIdentity: { type: 'IAMUser', userName: 'deployer' },
      decisions: [
        { action: 'ecr:InitiateLayerUpload', resource: arn('other'), outcome: 'implicitDeny' },
      ],
    });
  });
});

describe('each step of a push', () => {
  test('needs its own action', async () => {
    const { manifest } = await world.pushImage('app', 'steps', ['step'], rootPassword);
    const digest = sha256('new layer');
    for (const missing of pushActions) {
      const name = `without-${missing.slice(4)}`;
      const Action = pushActions.filter((action) => action !== missing);
      const statement = { Effect: 'Allow', Action, Resource: arn('app') };
      const password = await passwordOf(name, [tokenStatement, statement]);
      const begun = await world.send('POST', uploads('app'), { password: rootPassword });
      const location = begun.headers['location'] ?? '';
      const steps = [
        ['ecr:BatchCheckLayerAvailability', 'HEAD', `/v2/app/blobs/${digest}`, ''],
        ['ecr:InitiateLayerUpload', 'POST', uploads('app'), ''],
        ['ecr:UploadLayerPart', 'PATCH', location, 'new'],
        ['ecr:UploadLayerPart', 'PUT', `${location}?digest=${digest}`, ' layer'],
        ['ecr:CompleteLayerUpload', 'PUT', `${location}?digest=${digest}`, ''],
        ['ecr:PutImage', 'PUT', '/v2/app/manifests/again', manifest],
      ] as const;
      for (const [action, method, path, body] of steps) {
        const answer = await world.send(method, path, { password, ...(body && { body }) });
        const isDenied = answer.status === 403;
        expect([missing, action, method, isDenied]).toEqual([
          missing,
          action,
          method,
          action === missing ||
            (missing === 'ecr:CompleteLayerUpload' && method === 'PUT' && body === ' layer'),
        ]);
        if (isDenied && method !== 'HEAD')
          expect(answer.message).toBe(denied(name, missing, 'app'));
      }
    }
  });

  test('of a single POST needs all three of them', async () => {
    const digest = sha256('single');
    const path = `${uploads('app')}?digest=${digest}`;
    for (const missing of pushActions.slice(1, 4)) {
      const name = `single-without-${missing.slice(4)}`;
      const Action = pushActions.filter((action) => action !== missing);
      const statement = { Effect: 'Allow', Action, Resource: arn('app') };
      const password = await passwordOf(name, [tokenStatement, statement]);
      const answer = await world.send('POST', path, { password, body: 'single' });
      expect([answer.status, answer.message]).toEqual([403, denied(name, missing, 'app')]);
    }
  });
});

describe('each way to read', () => {
  const ways = [
    ['ecr:BatchGetImage', 'GET', '/v2/app/manifests/read'],
    ['ecr:BatchGetImage', 'HEAD', '/v2/app/manifests/read'],
    ['ecr:BatchGetImage', 'GET', `/v2/app/referrers/${sha256('x')}`],
    ['ecr:ListImages', 'GET', '/v2/app/tags/list'],
    ['ecr:GetDownloadUrlForLayer', 'GET', `/v2/app/blobs/${sha256('to read')}`],
    ['ecr:BatchCheckLayerAvailability', 'HEAD', `/v2/app/blobs/${sha256('to read')}`],
  ] as const;

  test.each(ways)('%s: %s %s', async (action, method, path) => {
    await world.pushImage('app', 'read', ['to read'], rootPassword);
    const id = `${action.slice(4)}-${method}-${path.split('/')[3]}`;
    const statement = { Effect: 'Allow', Action: action, Resource: arn('app') };
    const may = await passwordOf(`may-${id}`, [tokenStatement, statement]);
    expect((await world.send(method, path, { password: may })).status).toBeLessThan(400);
    const others = ways.map(([other]) => other).filter((other) => other !== action);
    const rest = { ...statement, Action: others };
    const mayNot = await passwordOf(`not-${id}`, [tokenStatement, rest]);
    expect((await world.send(method, path, { password: mayNot })).status).toBe(403);
  });

  test('the catalog needs ecr:DescribeRepositories on all repositories', async () => {
    const statement = { Effect: 'Allow', Action: 'ecr:DescribeRepositories', Resource: arn('app') };
    const some = await passwordOf('some', [tokenStatement, statement]);
    const refused = await world.send('GET', '/v2/_catalog', { password: some });
    expect([refused.status, refused.message]).toEqual([
      403,
      denied('some', 'ecr:DescribeRepositories', '*'),
    ]);
    const every = { ...statement, Resource: arn('*') };
    const all = await passwordOf('all', [tokenStatement, every]);
    expect((await world.send('GET', '/v2/_catalog', { password: all })).status).toBe(200);
  });
});

describe('conditions', () => {
  test.each([
    ['Bool', 'aws:SecureTransport', 'true', 403],
    ['Bool', 'aws:SecureTransport', 'false', 200],
    ['IpAddress', 'aws:SourceIp', '127.0.0.0/8', 200],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', 403],
    ['StringEquals', 'aws:RequestedRegion', region, 200],
    ['StringEquals', 'aws:RequestedRegion', 'us-west-2', 403],
    ['StringEquals', 'aws:ResourceTag/team', 'a', 200],
    ['StringEquals', 'ecr:ResourceTag/team', 'a', 200],
    ['StringEquals', 'ecr:ResourceTag/team', 'b', 403],
    ['StringEquals', 'aws:ResourceAccount', account, 200],
  ] as const)('%s %s %s: %i', async (operator, key, value, status) => {
    const tags = [{ Key: 'team', Value: 'a' }];
    await world.ecr('TagResource', { resourceArn: arn('app'), tags });
    const Condition = { [operator]: { [key]: value } };
    const statement = {
      Effect: 'Allow',
      Action: 'ecr:ListImages',
      Resource: arn('app'),
      Condition,
    };
    const name = `c-${key.replaceAll(/[:/]/g, '-')}-${value.replaceAll(/[./]/g, '-')}`;
    const password = await passwordOf(name, [tokenStatement, statement]);
    const answer = await world.send('GET', '/v2/app/tags/list', { password });
    expect(answer.status).toBe(status);
  });
});

describe('the policy of the repository', () => {
  const host = { Host: `${account}.dkr.ecr.${region}.amazonaws.com` };
  const policy = (Effect: string, Principal: unknown, Action: unknown): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 's', Effect, Principal, Action }] });

  test('lets another account in, whose own policy must allow it as well', async () => {
    const statement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
    const password = await passwordOf('stranger', [statement], otherAccount);
    const get = () => world.send('GET', '/v2/app/tags/list', { password, headers: host });
    const refused = await get();
    expect([refused.status, refused.message]).toEqual([
      403,
      `User: arn:aws:iam::${otherAccount}:user/stranger is not authorized to perform: ` +
        `ecr:ListImages on resource: ${arn('app')} because no resource-based policy allows the ` +
        'ecr:ListImages action',
    ]);
    const policyText = policy('Allow', { AWS: otherAccount }, 'ecr:ListImages');
    await world.ecr('SetRepositoryPolicy', { repositoryName: 'app', policyText });
    expect((await get()).status).toBe(200);
    const weak = await passwordOf('weak', [tokenStatement], otherAccount);
    const answer = await world.send('GET', '/v2/app/tags/list', { password: weak, headers: host });
    expect(answer.status).toBe(403);
  });

  test('without the registry in the request, the registry is the caller’s own', async () => {
    const statement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
    const password = await passwordOf('at-home', [statement], otherAccount);
    const answer = await world.send('GET', '/v2/app/tags/list', { password });
    expect([answer.status, answer.message]).toEqual([
      404,
      `The repository with name 'app' does not exist in the registry with id '${otherAccount}'`,
    ]);
  });

  test('grants within the account by itself, and denies over everything', async () => {
    const password = await passwordOf('granted', [tokenStatement]);
    const Principal = { AWS: `arn:aws:iam::${account}:user/granted` };
    const put = (policyText: string) =>
      world.ecr('SetRepositoryPolicy', { repositoryName: 'other', policyText });
    await put(policy('Allow', Principal, ['ecr:ListImages']));
    const list = (token: string) => world.send('GET', '/v2/other/tags/list', { password: token });
    expect((await list(password)).status).toBe(200);
    await put(policy('Deny', '*', ['ecr:ListImages']));
    const refused = await list(rootPassword);
    expect(refused.message).toContain('with an explicit deny in a resource-based policy');
    await world.ecr('DeleteRepositoryPolicy', { repositoryName: 'other' });
  });
});

describe('the password', () => {
  test('of another scheme, name, or making is refused', async () => {
    const { send } = world;
    const basic = (text: string) =>
      send.call(world, 'GET', '/v2/', {
        headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` },
      });
    for (const text of [
      `aws:${rootPassword}`,
      'AWS:',
      'AWS:garbage',
      rootPassword,
      `AWS:${rootPassword}x`,
      `AWS:${rootPassword.slice(0, -3)}AAA`,
    ]) {
      const answer = await basic(text);
      expect([answer.status, answer.code, answer.message]).toEqual([
        400,
        'DENIED',
        'Your Authorization Token is invalid.',
      ]);
    }
    expect((await basic(`AWS:${rootPassword}`)).status).toBe(200);
    const unpadded = Buffer.from(`AWS:${rootPassword}`).toString('base64').replace(/=*$/, '!');
    const headers = { Authorization: `Basic ${unpadded}` };
    expect((await world.send('GET', '/v2/', { headers })).status).toBe(401);
  });

  test('holds for twelve hours', async () => {
    offset = 12 * 3_600_000 - 60_000;
    expect((await world.send('GET', '/v2/', { password: rootPassword })).status).toBe(200);
    offset = 12 * 3_600_000 + 60_000;
    const answer = await world.send('GET', '/v2/', { password: rootPassword });
    offset = 0;
    expect([answer.status, answer.code, answer.message]).toEqual([
      403,
      'DENIED',
      'Your authorization token has expired. Reauthenticate and try again.',
    ]);
  });

  test('holds in its own region only', async () => {
    const headers = { Host: `${account}.dkr.ecr.eu-west-1.amazonaws.com` };
    const answer = await world.send('GET', '/v2/', { password: rootPassword, headers });
    expect([answer.status, answer.message]).toEqual([403, 'Your Authorization Token is invalid.']);
    const path = `/v2/${account}.dkr.ecr.eu-west-1.amazonaws.com/app/tags/list`;
    expect((await world.send('GET', path, { password: rootPassword })).status).toBe(403);
  });

  test('ends with its user’s key', async () => {
    const key = await world.user('leaver', articleStatements);
    const password = await world.password(key);
    const get = () => world.send('GET', '/v2/app/tags/list', { password });
    expect((await get()).status).toBe(200);
    await world.gateway.call('iam', {
      Action: 'UpdateAccessKey',
      UserName: 'leaver',
      AccessKeyId: key.id,
      Status: 'Inactive',
    });
    expect((await get()).message).toBe('Your Authorization Token is invalid.');
  });

  test('is worth what its owner may do now, not when it was issued', async () => {
    const password = await passwordOf('changing', articleStatements);
    const get = () => world.send('GET', '/v2/app/tags/list', { password });
    expect((await get()).status).toBe(200);
    await world.putUserPolicy('changing', [tokenStatement]);
    expect((await get()).status).toBe(403);
  });
});

test('a role’s password ends with the role, and carries its session', async () => {
  const key = await world.user('assumer', [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
  ]);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  };
  const { call } = world.gateway;
  await call('iam', {
    Action: 'CreateRole',
    RoleName: 'deploy',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  const document = { Version: '2012-10-17', Statement: articleStatements };
  const named = { RoleName: 'deploy', PolicyName: 'p' };
  const PolicyDocument = JSON.stringify(document);
  await call('iam', { Action: 'PutRolePolicy', ...named, PolicyDocument });
  const assumed = await call(
    'sts',
    {
      Action: 'AssumeRole',
      RoleArn: `arn:aws:iam::${account}:role/deploy`,
      RoleSessionName: 'GitHubActions',
    },
    key,
  );
  const text = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(assumed.body)?.[1] ?? '';
  const password = await world.password({
    id: text('AccessKeyId'),
    secret: text('SecretAccessKey'),
    token: text('SessionToken'),
  });
  await world.pushImage('app', 'by-role', ['of role'], password);
  const refused = await world.send('POST', uploads('other'), { password });
  expect(refused.message).toContain(
    `User: arn:aws:sts::${account}:assumed-role/deploy/GitHubActions is not authorized`,
  );
  await call('iam', { Action: 'DeleteRolePolicy', ...named });
  await call('iam', { Action: 'DeleteRole', RoleName: 'deploy' });
  const gone = await world.send('GET', '/v2/', { password });
  expect([gone.status, gone.code]).toEqual([403, 'DENIED']);
});

test('a push makes its repository where a template says so and ecr:CreateRepository allows', async () => {
  await world.ecr('CreateRepositoryCreationTemplate', {
    prefix: 'made',
    appliedFor: ['CREATE_ON_PUSH'],
    imageTagMutability: 'IMMUTABLE',
  });
  const statement = { Effect: 'Allow', Action: pushActions, Resource: arn('made/*') };
  const may = { ...statement, Action: 'ecr:CreateRepository' };
  const without = await passwordOf('pusher', [tokenStatement, statement]);
  const refused = await world.send('POST', uploads('made/app'), { password: without });
  expect(refused.message).toBe(denied('pusher', 'ecr:CreateRepository', 'made/app'));
  const password = await passwordOf('maker', [tokenStatement, statement, may]);
  const begun = await Promise.all(
    [1, 2, 3].map(() => world.send('POST', uploads('made/app'), { password })),
  );
  expect(begun.map(({ status }) => status)).toEqual([202, 202, 202]);
  await world.pushImage('made/app', 'v1', ['l'], password);
  const input = { repositoryNames: ['made/app'] };
  const { repositories } = await world.ecr('DescribeRepositories', input);
  expect(repositories).toMatchObject([{ imageTagMutability: 'IMMUTABLE' }]);
  const absent = await world.send('POST', uploads('unmade/app'), { password: rootPassword });
  expect(absent.code).toBe('NAME_UNKNOWN');
});

test('a layer is mounted only from where its bytes might be downloaded', async () => {
  await world.ecr('PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' });
  const digest = await world.pushLayer('other', 'mountable', rootPassword);
  const path = `${uploads('app')}?mount=${digest}&from=other`;
  const push = articleStatements[1] as object;
  const without = await passwordOf('no-source', [tokenStatement, push]);
  expect((await world.send('POST', path, { password: without })).status).toBe(202);
  const read = { Effect: 'Allow', Action: 'ecr:GetDownloadUrlForLayer', Resource: arn('other') };
  const password = await passwordOf('with-source', [tokenStatement, push, read]);
  expect((await world.send('POST', path, { password })).status).toBe(201);
});

test('in audit mode what is refused is done, and recorded', async () => {
  const audit = await RegistryWorld.start({ settings: { enforcement: 'audit' } });
  try {
    await audit.ecr('CreateRepository', { repositoryName: 'app' });
    const password = await audit.password(await audit.user('nobody', []));
    const answer = await audit.send('POST', uploads('app'), { password });
    expect(answer.status).toBe(202);
    expect(answer.headers['x-sekisho-decision-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['x-sekisho-enforcement']).toBe('audit');
  } finally {
    await audit.stop();
  }
});
