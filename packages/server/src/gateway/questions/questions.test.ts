/** Tests of the questions: their answers are those of the live requests, refusals are clear. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInHeader, type TestKey } from '../testing/client-signature.ts';
import {
  type Answer,
  account,
  otherAccount,
  startGateway,
  type TestGateway,
} from '../testing/test-gateway.ts';
import { notes } from './notes.ts';

let gateway: TestGateway;
let alice: TestKey;
const bucket = 'questions-bucket';
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (AWS: string) =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });

async function s3(method: string, path: string, body = '', key = gateway.root(), query = '') {
  const headers: [string, string][] = [['host', '127.0.0.1:4566']];
  const request = { method, rawPath: path, rawQuery: query, headers, body: Buffer.from(body) };
  const scope = { service: 's3', region: 'us-east-1', now: Date.now() };
  return await gateway.send(signInHeader(request, key, scope));
}

async function post(name: string, body: string, key = gateway.root()): Promise<Answer> {
  const request = {
    method: 'POST',
    rawPath: `/_sekisho/questions/${name}`,
    rawQuery: '',
    headers: [['host', '127.0.0.1:4566']] as [string, string][],
    body: Buffer.from(body),
  };
  const scope = { service: 'sekisho', region: 'us-east-1', now: Date.now() };
  return await gateway.send(signInHeader(request, key, scope));
}

async function ask(name: string, question: object, key = gateway.root()) {
  const { status, body } = await post(name, JSON.stringify(question), key);
  if (status !== 200) throw new Error(body);
  return JSON.parse(body);
}

const can = async (principal: string, action: string, resource: string, context?: object) =>
  await ask('can', { principal, action, resource, ...(context && { context }) });

async function iam(Action: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const answer = await gateway.call('iam', { Action, ...parameters });
  expect(`${Action} ${answer.status} ${answer.code}`).toBe(`${Action} 200 `);
  return answer;
}

beforeAll(async () => {
  gateway = await startGateway();
  await iam('CreateUser', { UserName: 'alice', Path: '/team/' });
  await iam('CreateUser', { UserName: 'bob' });
  await iam('CreateRole', {
    RoleName: 'trusting',
    AssumeRolePolicyDocument: trust(arn('user/team/alice')),
  });
  await iam('CreateRole', { RoleName: 'delegating', AssumeRolePolicyDocument: trust(account) });
  await iam('CreateRole', {
    RoleName: 'worker',
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  });
  const own = { UserName: 'alice', PolicyName: 'own' };
  const document = policy(
    {
      Sid: 'Read',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/public/*`,
    },
    { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'ec2:StopInstances',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:ResourceTag/team': 'a' } },
    },
    {
      Effect: 'Allow',
      Action: 'iam:GetUser',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    },
    {
      Effect: 'Allow',
      Action: 'sekisho:AskQuestion',
      Resource: 'arn:aws:sekisho:*:*:question/can',
    },
    { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
    { Effect: 'Deny', Action: 'sqs:*', Resource: 'arn:aws:sqs:*:*:private' },
  );
  await iam('PutUserPolicy', { ...own, PolicyDocument: document });
  const { body } = await iam('CreateAccessKey', { UserName: 'alice' });
  const value = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(body)?.[1] ?? '';
  alice = { id: value('AccessKeyId'), secret: value('SecretAccessKey') };
  expect((await s3('PUT', `/${bucket}`)).status).toBe(200);
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: arn('user/bob') },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  expect(
    (await s3('PUT', `/${bucket}`, policy(statement), gateway.root(), 'policy=')).status,
  ).toBeLessThan(300);
});
afterAll(() => gateway.stop());

describe('can', () => {
  test('answers as the request is answered: an object', async () => {
    for (const key of ['public/a', 'private/a']) {
      const { allowed } = await can('user/alice', 's3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
      const put = await s3('PUT', `/${bucket}/${key}`, 'text');
      const live = await s3('GET', `/${bucket}/${key}`, '', alice);
      expect([key, put.status, allowed, live.status]).toEqual([
        key,
        200,
        key === 'public/a',
        allowed ? 200 : 403,
      ]);
    }
  });

  test('looks at the bucket policy', async () => {
    const answer = await can('user/bob', 's3:GetObject', `arn:aws:s3:::${bucket}/private/a`);
    expect(answer).toMatchObject({
      allowed: true,
      reason: { policyType: 'resource-based policy', policy: `bucket policy of ${bucket}` },
    });
  });

  test('asks in the region of the resource, and of IAM in us-east-1', async () => {
    const topic = `arn:aws:sns:eu-west-1:${account}:topic`;
    const region = async (action: string, resource: string) =>
      (await can('user/alice', action, resource)).context['aws:RequestedRegion'];
    expect(await region('sns:Publish', topic)).toBe('eu-west-1');
    expect(await region('iam:GetUser', arn('user/bob'))).toBe('us-east-1');
  });

  test('tells the truth about sts:AssumeRole, as the request does', async () => {
    for (const [role, allowed] of [
      ['trusting', true],
      ['delegating', false],
      ['worker', false],
    ] as const) {
      const answer = await can('user/alice', 'sts:AssumeRole', arn(`role/${role}`));
      const live = await gateway.call(
        'sts',
        { Action: 'AssumeRole', RoleArn: arn(`role/${role}`), RoleSessionName: 'live' },
        alice,
      );
      expect([role, answer.allowed, live.status === 200]).toEqual([role, allowed, allowed]);
    }
    const service = await can('ec2.amazonaws.com', 'sts:AssumeRole', arn('role/worker'));
    expect(service.allowed).toBe(true);
    const root = await can('root', 'sts:AssumeRole', arn('role/trusting'));
    expect(root).toMatchObject({ allowed: false, notes: { en: [notes.rootAssumesNoRole().en] } });
    const absent = await can('user/alice', 'sts:AssumeRole', arn('role/none'));
    expect(absent.notes.ja).toEqual([notes.noSuchRole().ja]);
  });

  test('explains a denial in both languages, with a change that was executed', async () => {
    const answer = await can('user/alice', 's3:PutObject', `arn:aws:s3:::${bucket}/public/a`);
    expect(answer).toMatchObject({
      principal: arn('user/team/alice'),
      outcome: 'implicitDeny',
      proven: true,
      refusals: [{ policyType: 'identity-based policy', nearest: [{ sid: 'Read' }] }],
      changes: [{ change: 'addStatement' }],
    });
    expect(answer.explanation.en[0]).toMatch(/^Denied:/);
    expect(answer.explanation.ja[0]).toMatch(/^拒否:/);
  });

  test('uses the given context before its own', async () => {
    const own = await can('user/alice', 'iam:GetUser', arn('user/bob'));
    expect(own.allowed).toBe(true);
    const context = { 'AWS:RequestedRegion': 'eu-west-1' };
    expect((await can('user/alice', 'iam:GetUser', arn('user/bob'), context)).allowed).toBe(false);
    const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
    const tagged = { 'ec2:ResourceTag/team': 'a' };
    const untold = await can('user/alice', 'ec2:StopInstances', instance);
    expect(untold.allowed).toBe(false);
    expect(untold.notes.en).toEqual([notes.missingKeys(['ec2:ResourceTag/team']).en]);
    expect((await can('user/alice', 'ec2:StopInstances', instance, tagged)).allowed).toBe(true);
  });

  test('says that an action takes no resource, or another kind of resource', async () => {
    const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
    const described = await can('user/alice', 'ec2:DescribeInstances', instance);
    expect(described).toMatchObject({ allowed: true, resource: '*' });
    expect(described.notes.en[0]).toContain('takes no resource');
    const listed = await can('user/alice', 's3:listbucket', `arn:aws:s3:::${bucket}/a`);
    expect(listed.notes.en.join()).toContain('s3:ListBucket works on another kind of resource');
  });

  test('knows what needs no permission', async () => {
    expect((await can('user/bob', 'sts:GetCallerIdentity', '*')).allowed).toBe(true);
  });
});

describe('who-can', () => {
  const who = async (action: string, resource: string) => {
    const { able } = await ask('who-can', { action, resource });
    return able.map((one: Record<string, string>) => [
      one['principal']?.replace(`arn:aws:iam::${account}:`, ''),
      one['when'],
      one['policyType'],
    ]);
  };

  test('lists users, roles, root and the services that a trust policy names', async () => {
    expect(await who('s3:GetObject', `arn:aws:s3:::${bucket}/public/a`)).toEqual([
      ['root', 'always', 'identity-based policy'],
      ['user/team/alice', 'always', 'identity-based policy'],
      ['user/bob', 'always', 'resource-based policy'],
    ]);
    expect(await who('sts:AssumeRole', arn('role/worker'))).toEqual([
      ['ec2.amazonaws.com', 'always', 'role trust policy'],
    ]);
    expect(await who('sts:AssumeRole', arn('role/trusting'))).toEqual([
      ['user/team/alice', 'always', 'role trust policy'],
    ]);
  });

  test('tells conditions that are fulfilled now from those that are not', async () => {
    expect(await who('iam:GetUser', arn('user/bob'))).toContainEqual([
      'user/team/alice',
      'now',
      'identity-based policy',
    ]);
    const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
    expect(await who('ec2:StopInstances', instance)).toContainEqual([
      'user/team/alice',
      'conditions',
      'identity-based policy',
    ]);
  });
});

describe('can-what', () => {
  const reaches = async (principal: string, service: string) => {
    const { services } = await ask('can-what', { principal, service });
    const actions: readonly Record<string, unknown>[] = services[0]?.actions ?? [];
    return new Map(actions.map((one) => [one['action'], one]));
  };

  test('tells of each action on what it is allowed', async () => {
    const ec2 = await reaches('user/alice', 'ec2');
    expect(ec2.get('ec2:DescribeInstances')).toMatchObject({ reach: 'all' });
    expect(ec2.get('ec2:StopInstances')).toMatchObject({
      reach: 'conditions',
      conditionKeys: ['ec2:ResourceTag/team'],
    });
    expect(ec2.get('ec2:RunInstances')).toMatchObject({ reach: 'none' });
    const objects = await reaches('user/alice', 's3');
    expect(objects.get('s3:GetObject')).toMatchObject({
      reach: 'some',
      example: `arn:aws:s3:::${bucket}/public/example`,
    });
    expect((await reaches('user/alice', 'sqs')).get('sqs:SendMessage')).toMatchObject({
      reach: 'some',
    });
  });

  test('counts what bucket and trust policies give', async () => {
    expect((await reaches('user/bob', 's3')).get('s3:GetObject')).toMatchObject({
      reach: 'some',
      example: `arn:aws:s3:::${bucket}/example`,
    });
    expect((await reaches('user/alice', 'sts')).get('sts:AssumeRole')).toMatchObject({
      reach: 'some',
      example: arn('role/trusting'),
    });
  });

  test('sums up the services of which something is allowed', async () => {
    const { services } = await ask('can-what', { principal: 'user/alice' });
    const names = services.map((one: { service: string }) => one.service);
    expect(names).toEqual(expect.arrayContaining(['ec2', 'iam', 's3', 'sqs', 'sts']));
    expect(names).not.toContain('lambda');
  });
});

test('the simulator is asked for on what AWS asks for', async () => {
  const simulated = {
    'ActionNames.member.1': 's3:GetObject',
    'PolicyInputList.member.1': policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
  };
  const refused = async (Action: string, more: Readonly<Record<string, string>>) => {
    const { status, body } = await gateway.call('iam', { Action, ...more }, alice);
    return `${status} ${/perform: (.*?) because/.exec(body)?.[1]}`;
  };
  expect(await refused('SimulateCustomPolicy', simulated)).toBe(
    '403 iam:SimulateCustomPolicy on resource: *',
  );
  const source = { PolicySourceArn: arn('user/bob') };
  expect(await refused('SimulatePrincipalPolicy', { ...simulated, ...source })).toBe(
    `403 iam:SimulatePrincipalPolicy on resource: ${arn('user/bob')}`,
  );
  expect(await refused('GetContextKeysForPrincipalPolicy', source)).toBe(
    `403 iam:GetContextKeysForPrincipalPolicy on resource: ${arn('user/bob')}`,
  );
  const { status, body } = await gateway.call('iam', {
    Action: 'SimulateCustomPolicy',
    ...simulated,
  });
  expect(status).toBe(200);
  expect(body).toContain('<EvalDecision>allowed</EvalDecision>');
  expect(body).toMatch(/<StartPosition>\s*<Line>1</);
});

describe('what is refused', () => {
  const refusal = async (name: string, body: string, key?: TestKey) => {
    const answer = await post(name, body, key);
    return `${answer.status} ${JSON.parse(answer.body).message}`;
  };
  const good = { principal: 'user/alice', action: 's3:GetObject', resource: '*' };
  const changed = (more: object) => JSON.stringify({ ...good, ...more });

  test.each([
    ['no JSON', '{', /^400 The body is not JSON/],
    ['equal keys', '{"action":"a","action":"b"}', /^400 The body is not JSON/],
    ['no object', '[]', /^400 The body must be a JSON object/],
    ['a member too few', '{"principal":"user/alice"}', /^400 The member "action" is missing/],
    ['an unknown member', changed({ who: 'x' }), /^400 There is no member "who"; known: principal/],
    ['a member of another kind', changed({ action: 1 }), /^400 "action" must be a text/],
    ['an unknown user', changed({ principal: 'user/none' }), /^400 There is no user none/],
    ['a group', changed({ principal: arn('group/g') }), /^400 .* is no principal/],
    ['an unknown action', changed({ action: 's3:GetObjct' }), /^400 .* Is it s3:GetObject\?/],
    ['an unknown service', changed({ action: 'nope:Get' }), /^400 There is no service "nope"/],
    ['no action', changed({ action: 'read' }), /^400 .* is no action/],
    ['no resource', changed({ resource: 'bucket' }), /^400 .* is no resource/],
    ['no condition key', changed({ context: { a: 'b' } }), /^400 .* is not a condition key/],
    ['no value', changed({ context: { 'aws:a': null } }), /^400 The value of aws:a must be/],
    [
      'a principal of another account',
      changed({ principal: `arn:aws:iam::${otherAccount}:root` }),
      /^403 Principals of account/,
    ],
  ])('%s', async (_name, body, message) => {
    expect(await refusal('can', body)).toMatch(message);
  });

  test('a body beyond 64 KiB', async () => {
    expect(await refusal('can', ' '.repeat(65_537))).toMatch(/^413/);
  });

  test('a caller without sekisho:AskQuestion, question by question', async () => {
    expect(await refusal('who-can', changed({}), alice)).toMatch(
      /^403 User: .* is not authorized to perform: sekisho:AskQuestion on resource: arn:aws:sekisho:us-east-1:\d{12}:question\/who-can/,
    );
    expect((await post('can', changed({}), alice)).status).toBe(200);
  });

  test('a request that is not signed, and a question that there is not', async () => {
    const request = {
      method: 'POST',
      rawPath: '/_sekisho/questions/can',
      rawQuery: '',
      headers: [['host', '127.0.0.1:4566']] as [string, string][],
      body: Buffer.from(changed({})),
    };
    expect((await gateway.send(request)).status).toBe(403);
    expect((await post('why', '{}')).status).toBe(404);
  });

  test("the text of a policy that is another account's", async () => {
    const other = gateway.root(otherAccount);
    const resource = `arn:aws:s3:::${bucket}/private/a`;
    const question = { principal: 'root', action: 's3:GetObject', resource };
    const answer = await ask('can', question, other);
    expect(answer.allowed).toBe(false);
    expect(JSON.stringify(answer)).not.toContain('user/bob');
    expect(answer.notes.en.join()).toContain(`belongs to account ${account}`);
  });
});
