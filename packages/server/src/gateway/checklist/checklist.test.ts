/** Checklists: from an empty account to a complete one by the commands that they print. */
import { CreateServiceCommand } from '@aws-sdk/client-ecs';
import { CreateOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow, executionPolicy } from '../../endpoints/tasks/tasks.fixture.ts';
import { DiagnosisWorld, roleArn } from '../diagnosis/diagnosis.fixture.ts';
import { account } from '../testing/test-gateway.ts';
import type { ChecklistLine } from './checklist.ts';

let world: DiagnosisWorld;

beforeAll(async () => {
  world = await DiagnosisWorld.start();
});

afterAll(async () => {
  await world.stop();
});

interface Answer {
  readonly complete: boolean;
  readonly lines: readonly ChecklistLine[];
}

async function check(name: string, question: object): Promise<Answer> {
  return (await world.post(`checklists/${name}`, question)) as Answer;
}

const missing = ({ lines }: Answer): readonly ChecklistLine[] =>
  lines.filter(({ state }) => state === 'missing');

/** Does what the list says, in its order, until it says no more. How many rounds it took. */
async function complete(name: string, question: object): Promise<number> {
  for (let round = 0; round < 8; round += 1) {
    const answer = await check(name, question);
    if (answer.complete) return round;
    for (const { text, fixes } of missing(answer)) {
      expect(`${text.en} ${fixes.length > 0 ? 'has a fix' : 'has none'}`).toMatch(/has a fix$/);
      for (const fix of fixes) {
        expect(fix.terraform).not.toBe('');
        expect(fix.cloudFormation).not.toBe('');
      }
      await world.fix({ fixes });
    }
  }
  throw new Error(`not complete: ${JSON.stringify(missing(await check(name, question)))}`);
}

describe('000-17 checklist github-ecs', () => {
  const repo = 'acme/shop';

  test('an empty account lacks provider, role and cluster; each line has a fix', async () => {
    const answer = await check('github-ecs', { repo, cluster: 'shop' });
    expect(missing(answer).map(({ text }) => text.en)).toEqual([
      'There is no provider token.actions.githubusercontent.com.',
      'There is no role that trusts token.actions.githubusercontent.com.',
      'There is no cluster shop.',
    ]);
    expect(missing(answer)[1]?.text.ja).toContain('ロールが存在しません');
  });

  test('what is done as it says is complete, and a stranger stays out', async () => {
    const executionRoleArn = await world.world.role('shop-execution', []);
    const taskRoleArn = await world.world.role('shop-task', [], 'ecs.amazonaws.com');
    const family = await world.register({ executionRoleArn, taskRoleArn });
    await world.ecs().send(
      new CreateServiceCommand({
        cluster: 'diagnosis',
        serviceName: 'shop',
        taskDefinition: family,
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: [world.subnet] } },
      }),
    );
    const question = { repo, role: 'shop-deploy', cluster: 'diagnosis', service: 'shop' };
    const rounds = await complete('github-ecs', question);
    expect(rounds).toBeGreaterThan(0);
    const { lines } = await check('github-ecs', question);
    const said = lines.map(({ state, text }) => `${state} ${text.en}`);
    expect(said).toContain("ok Jobs of other owners' repositories do not get it");
    expect(said).toContain(`ok The deployer: iam:PassRole on ${executionRoleArn}`);
    expect(said).toContain(`ok The deployer: iam:PassRole on ${taskRoleArn}`);
    expect(said).toContain('ok The deployer: ecs:DescribeTaskDefinition on *');
    const notes = lines.filter(({ state }) => state === 'note').map(({ text }) => text.en);
    expect(notes.join()).toContain('repo:acme@1234567/shop@7654321:ref:refs/heads/main');
    await world.fix({ fixes: lines.find(({ state }) => state === 'note')?.fixes ?? [] });
    const both = (await check('github-ecs', question)).lines;
    expect(both.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  test('D1 D2 the wrong audience and the ARN in DescribeTaskDefinition are told', async () => {
    const iam = new IAMClient(world.settings());
    const Url = 'https://token.actions.githubusercontent.com';
    const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    await world.iam('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: provider });
    await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazon.com'] }),
    );
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
            StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*/shop:*' },
          },
        },
      ],
    };
    await world.iam('CreateRole', {
      RoleName: 'open-deploy',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    });
    const one = `arn:aws:ecs:us-east-1:${account}:task-definition/*`;
    await world.iam('PutRolePolicy', {
      RoleName: 'open-deploy',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [allow('ecs:DescribeTaskDefinition', one)],
      }),
    });
    const answer = await check('github-ecs', { repo, role: 'open-deploy', cluster: 'diagnosis' });
    const said = missing(answer).map(({ text, code }) => `${code ?? ''} ${text.en}`);
    expect(said[0]).toContain('Its audience is sts.amazon.com, not sts.amazonaws.com');
    expect(said[1]).toContain("Jobs of anybody's repository get it");
    expect(said.find((line) => line.includes('ecs:DescribeTaskDefinition'))).toMatch(
      /^needsWildcardResource /,
    );
  });
});

describe('checklist ecs-task', () => {
  test('tells the lines of a good task, and needs a task definition that exists', async () => {
    const executionRoleArn = await world.world.role('good', [executionPolicy]);
    const family = await world.register({ executionRoleArn });
    const answer = await check('ecs-task', { taskDefinition: family, cluster: 'diagnosis' });
    expect(answer.complete).toBe(true);
    expect(answer.lines.map(({ text }) => text.en)).toEqual([
      `The task definition names an execution role: ${executionRoleArn}`,
      'The task definition names no task role: the application has no AWS credentials.',
      `The service: sts:AssumeRole on ${executionRoleArn}`,
      'The task execution role: ecr:GetAuthorizationToken on *',
      `The task execution role: ecr:BatchGetImage on arn:aws:ecr:us-east-1:${account}:repository/app`,
      `The task execution role: ecr:GetDownloadUrlForLayer on arn:aws:ecr:us-east-1:${account}:repository/app`,
    ]);
    await expect(check('ecs-task', { taskDefinition: 'nowhere' })).rejects.toThrow(
      'There is no task definition nowhere.',
    );
  });

  test('what is done as it says makes the task run, deployer included', async () => {
    const executionRoleArn = await world.world.role('bare', [], 'ec2.amazonaws.com');
    const key = await world.user('runner', [allow('sts:GetCallerIdentity')]);
    const container = {
      secrets: [{ name: 'S', valueFrom: '/bare/secret' }],
      logConfiguration: {
        logDriver: 'awslogs' as const,
        options: {
          'awslogs-group': '/bare',
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'p',
        },
      },
    };
    const family = await world.register({ executionRoleArn, container });
    const question = {
      taskDefinition: family,
      cluster: 'diagnosis',
      subnet: world.subnet,
      principal: 'user/runner',
    };
    await complete('ecs-task', question);
    const outcome = await world.run(family, { key });
    expect([outcome.lastStatus, outcome.findings]).toEqual(['RUNNING', []]);
  });
});

describe('checklist ec2-profile', () => {
  test('profile, role, trust and the launcher’s PassRole, each with its fix', async () => {
    await world.user('launcher', [allow('ec2:*')]);
    await world.world.role('web', [], 'ecs-tasks.amazonaws.com');
    const question = { profile: 'web-profile', role: 'web', principal: 'user/launcher' };
    const before = missing(await check('ec2-profile', question)).map(({ code }) => code);
    expect(before).toEqual([undefined, undefined, 'trustMissing', 'passRoleMissing']);
    await complete('ec2-profile', question);
    const { lines } = await check('ec2-profile', question);
    expect(lines.map(({ text }) => text.en)).toEqual([
      'The role web exists',
      'The instance profile web-profile exists',
      'The profile has the role web',
      `${roleArn('web')} trusts ec2.amazonaws.com`,
      `The deployer: iam:PassRole on ${roleArn('web')}`,
    ]);
  });
});

test('checklists need sekisho:RunChecklist, diagnoses sekisho:ExplainTask', async () => {
  const key = await world.user('nobody', [allow('ecs:*')]);
  await expect(world.post('checklists/ecs-task', {}, key)).rejects.toThrow(
    /^403 .*sekisho:RunChecklist on resource: arn:aws:sekisho:us-east-1:\d{12}:checklist\/ecs-task/s,
  );
  await expect(world.get(`tasks/${'0'.repeat(32)}/diagnosis`, key)).rejects.toThrow(
    /^403 .*sekisho:ExplainTask on resource: arn:aws:sekisho:us-east-1:\d{12}:task\/0{32}/s,
  );
  const other = world.world.gateway.root('210987654321');
  await expect(world.get(`tasks/${'0'.repeat(32)}/diagnosis`, other)).rejects.toThrow(/^404 /);
});
