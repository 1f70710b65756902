/** Hostile requests to ECS: names that mean two things, counts beyond measure, names of prototypes. */
import type { Service, TaskDefinition } from '@sekisho/catalog/types/ecs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRecord } from '../../directory/changes.ts';
import { account, region, root, type TestStatement } from '../workload.fixture.ts';
import { readEcsArn } from './arn.ts';
import { TaskWorld, tasksTrust } from './scheduler/tasks.fixture.ts';

let world: TaskWorld;

beforeEach(async () => {
  world = await TaskWorld.open();
});

const arn = (rest: string): string => `arn:aws:ecs:${region}:${account}:${rest}`;
const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*') =>
  ({ Effect: 'Allow', Action, Resource }) satisfies TestStatement;
const deny = (Action: string, Resource: string) =>
  ({ Effect: 'Deny', Action, Resource }) satisfies TestStatement;

/** A role of that path that ECS tasks may assume. */
async function roleAt(path: string, name: string): Promise<string> {
  const record = {
    name,
    id: `AROA${name.toUpperCase().padEnd(17, 'A').slice(0, 17)}`,
    path,
    createdAt: world.workload.now,
    inlinePolicies: [],
    attachedPolicies: [],
    trustPolicy: tasksTrust(),
    trustPrincipalIds: [],
    maxSessionSeconds: 3600,
    tags: [],
  };
  const { key, value } = createRecord(account, 'role', name, record);
  await world.workload.state.commit([{ key, value }]);
  return `arn:aws:iam::${account}:role${path}${name}`;
}

describe('T27 iam:PassRole of a role with a path', () => {
  test('a role’s name under another path is no role, whatever may be passed there', async () => {
    await roleAt('/', 'admin');
    const dev = `arn:aws:iam::${account}:role/dev/`;
    const intruder = await world.user(
      'intruder',
      allow(['ecs:RunTask', 'ecs:RegisterTaskDefinition', 'ecs:DescribeTasks']),
      allow('iam:PassRole', `${dev}*`),
    );
    const own = { executionRoleArn: undefined, taskRoleArn: `${dev}admin` };
    await world.register('own', 'nginx', own);
    const run = await world.fargate({ taskDefinition: 'own' });
    const answer = await world.answer('RunTask', run, intruder);
    expect(answer).toContain(`ECS was unable to assume the role '${dev}admin'`);
    const override = { taskRoleArn: `${dev}sub/admin` };
    await world.register('bare', 'nginx', { executionRoleArn: undefined, taskRoleArn: undefined });
    const overridden = await world.fargate({ taskDefinition: 'bare', overrides: override });
    expect(await world.answer('RunTask', overridden, intruder)).toContain('unable to assume');
    expect(world.launcher.launches).toEqual([]);
  });

  test('nor does another partition make one; the role itself, in any case, is one', async () => {
    const roleArn = await roleAt('/team/', 'Worker');
    const { assumeRoleAsService } = world.workload.runtime;
    const assume = (name: string) => () =>
      assumeRoleAsService({
        service: 'ecs-tasks.amazonaws.com',
        roleArn: name,
        sessionName: 't',
        sessionSeconds: 900,
        context: [],
        contextKeys: [],
      });
    expect(assume(roleArn)).not.toThrow();
    expect(assume(roleArn.replace('Worker', 'WORKER'))).not.toThrow();
    for (const wrong of [
      roleArn.replace('arn:aws:', 'arn:aws-cn:'),
      roleArn.replace('/team/', '/'),
      roleArn.replace('/team/', '/team/x/'),
      `${roleArn}/`,
      roleArn.replace(':iam::', ':iam:us-east-1:'),
    ]) {
      expect(assume(wrong)).toThrow('is not authorized to perform: sts:AssumeRole');
    }
  });
});

describe('T35 the ARN that is asked about is the resource’s', () => {
  test('an ARN with parts too many is none, so that no Deny is walked around', async () => {
    const { tasks } = await world.call<{ tasks: { taskArn: string }[] }>(
      'RunTask',
      await world.fargate(),
    );
    await world.idle();
    const taskArn = tasks[0]?.taskArn ?? '';
    const limited = await world.user('limited', allow('ecs:*'), deny('ecs:*', taskArn), {
      ...deny('ecs:*', arn('cluster/web')),
    });
    for (const [operation, input] of [
      ['StopTask', { cluster: 'web', task: `${taskArn}/x` }],
      ['DescribeTasks', { cluster: 'web', tasks: [`${taskArn}/x/y`] }],
      ['TagResource', { resourceArn: `${taskArn}/x`, tags: [{ key: 'a', value: 'b' }] }],
      ['DeleteCluster', { cluster: arn('cluster/web/x') }],
      ['TagResource', { resourceArn: arn('cluster/web/x'), tags: [] }],
    ] as const) {
      expect([operation, await world.answer(operation, input, limited)]).toEqual([
        operation,
        expect.stringContaining('400 InvalidParameterException'),
      ]);
    }
    expect((await world.task(taskArn)).lastStatus).toBe('RUNNING');
    expect((await world.task(taskArn)).tags).toEqual([]);
  });

  test('a revision has one name', async () => {
    const limited = await world.user('limited', allow('ecs:*'), {
      ...deny('ecs:*', arn('task-definition/web:1')),
    });
    for (const name of ['web:1:x', 'web:01', 'web:1/x', 'web:+1', 'WEB:1']) {
      const resourceArn = arn(`task-definition/${name}`);
      const tags = [{ key: 'a', value: 'b' }];
      expect(await world.answer('TagResource', { resourceArn, tags }, limited)).toMatch(/^400 /);
      const run = await world.fargate({ taskDefinition: resourceArn });
      expect(await world.answer('RunTask', run, limited)).toMatch(/^400 /);
    }
    expect(world.launcher.launches).toEqual([]);
  });

  test.each([
    ['cluster/a', 1],
    ['task/a', 1],
    ['task/a/b', 2],
    ['service-deployment/a/b/c', 3],
    ['task-definition/a:1', 1],
    ['cluster/a/b', 0],
    ['task/a/b/c', 0],
    ['service-deployment/a/b', 0],
    ['service-deployment/a/b/c/d', 0],
    ['task-definition/a:1:1', 0],
    ['unknown/a', 0],
    ['constructor/a', 0],
  ])('%s has %i parts', (rest, count) => {
    expect(readEcsArn(arn(rest))?.parts ?? []).toHaveLength(count);
  });
});

describe('T39 counts', () => {
  test('of a service’s tasks end at AWS’s limit', async () => {
    for (const desiredCount of [5001, 10_000, 2_147_483_647]) {
      const input = await world.fargate({ serviceName: 'web', desiredCount });
      expect(await world.answer('CreateService', input)).toMatch(/^400 InvalidParameterException/);
    }
    await world.call('CreateService', await world.fargate({ serviceName: 'web', desiredCount: 0 }));
    const update = { cluster: 'web', service: 'web', desiredCount: 2_147_483_647 };
    expect(await world.answer('UpdateService', update)).toMatch(/^400 InvalidParameterException/);
  });

  test('tasks of a service are started in pieces, and all of them in the end', async () => {
    let most = 0;
    const stop = world.workload.state.onCommit(({ records }) => {
      most = Math.max(most, records.filter(({ key }) => key.includes('/task/')).length);
    });
    const input = await world.fargate({ serviceName: 'web', desiredCount: 120 });
    await world.call('CreateService', input);
    await world.idle();
    stop();
    expect(most).toBe(50);
    expect(await world.service()).toMatchObject({ runningCount: 120, desiredCount: 120 });
  });

  test('deployments that never come to anything do not pile up in the service', async () => {
    world.launcher.behaviours.set('nginx', 'waits');
    await world.call('CreateService', await world.fargate({ serviceName: 'web', desiredCount: 0 }));
    await world.idle();
    const again = { cluster: 'web', service: 'web', desiredCount: 1, forceNewDeployment: true };
    for (let count = 0; count < 40; count += 1) await world.call('UpdateService', again);
    const { deployments = [] }: Service = await world.service();
    expect(deployments.length).toBeLessThanOrEqual(21);
  });
});

describe('T39 requests', () => {
  test('that name too much are refused before anything is decided', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => String(index));
    const stranger = await world.user('stranger');
    for (const [operation, input] of [
      ['DescribeTasks', { cluster: 'web', tasks: names }],
      ['DescribeServices', { services: names }],
      ['DescribeClusters', { clusters: names }],
      ['DeleteTaskDefinitions', { taskDefinitions: names }],
      ['StartTask', { taskDefinition: 'web', containerInstances: names }],
    ] as const) {
      expect([operation, await world.answer(operation, input, stranger)]).toEqual([
        operation,
        expect.stringMatching(/^400 InvalidParameterException: .* more than 200 elements/),
      ]);
    }
  });

  test('have overrides of 8192 characters at most, and bodies of 1 MiB', async () => {
    const overrides = (length: number) => ({
      containerOverrides: [{ name: 'web', command: ['x'.repeat(length)] }],
    });
    const run = async (length: number) =>
      await world.answer('RunTask', await world.fargate({ overrides: overrides(length) }));
    const frame = JSON.stringify(overrides(0)).length;
    expect(await run(8192 - frame)).toBe('success');
    expect(await run(8193 - frame)).toBe(
      '400 InvalidParameterException: Container Overrides length must be at most 8192',
    );
    const { model, bodyBytesMax } = world.ecs;
    for (const name of model.operationNames) expect(bodyBytesMax?.get(name)).toBe(1024 * 1024);
  });
});

describe('T29 names of prototypes', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

  test.each(names)('%s is a name as any other', async (name) => {
    expect(await world.answer('DescribeTaskDefinition', { taskDefinition: name })).toMatch(/^400 /);
    expect(await world.answer('RunTask', await world.fargate({ cluster: name }))).toBe(
      '400 ClusterNotFoundException: Cluster not found.',
    );
    const definition = {
      family: name,
      containerDefinitions: [
        {
          name,
          image: 'nginx',
          memory: 64,
          environment: [{ name, value: 'v' }],
          dockerLabels: new Map([[name, 'label']]),
        },
      ],
      tags: [{ key: name, value: 'tag' }],
    };
    const { taskDefinition } = await world.call<{ taskDefinition: TaskDefinition }>(
      'RegisterTaskDefinition',
      definition,
    );
    const [container] = taskDefinition.containerDefinitions ?? [];
    expect(container).toMatchObject({ name, environment: [{ name, value: 'v' }] });
    const labels = container?.dockerLabels ?? {};
    expect([Object.entries(labels), Object.getPrototypeOf(labels)]).toEqual([
      [[name, 'label']],
      Object.prototype,
    ]);
    await world.call('CreateCluster', { clusterName: name, tags: [{ key: name, value: 'v' }] });
    expect(
      await world.call('ListTagsForResource', { resourceArn: arn(`cluster/${name}`) }),
    ).toEqual({ tags: [{ key: name, value: 'v' }] });
    const keyed = await world.user('keyed', {
      ...allow('ecs:DeleteCluster'),
      Condition: { StringEquals: { [`aws:ResourceTag/${name}`]: 'v' } },
    });
    expect(await world.answer('DeleteCluster', { cluster: name }, keyed)).toBe('success');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

test('T35 a service that another request makes meanwhile is not written over', async () => {
  const input = await world.fargate({ serviceName: 'web', desiredCount: 0 });
  const answers = await Promise.all([
    world.answer('CreateService', input, root),
    world.answer('CreateService', { ...input, desiredCount: 1 }, root),
  ]);
  expect(answers.toSorted()).toEqual([
    '400 InvalidParameterException: Creation of service was not idempotent.',
    'success',
  ]);
});
