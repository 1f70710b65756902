/** Tasks on container instances: resources, ports, constraints, failures, daemons. */
import type { RunTaskResponse, Task } from '@sekisho/catalog/types/ecs';
import { beforeEach, describe, expect, test } from 'vitest';
import { TaskWorld } from './tasks.fixture.ts';

let world: TaskWorld;

beforeEach(async () => {
  world = await TaskWorld.open();
  const more = { networkMode: 'bridge', requiresCompatibilities: ['EC2'], cpu: undefined };
  await world.register('host', 'nginx', {
    ...more,
    memory: undefined,
    containerDefinitions: [
      { name: 'web', image: 'nginx', memory: 512, cpu: 256, portMappings: [{ containerPort: 80 }] },
    ],
  });
  await world.register('port', 'nginx', {
    ...more,
    memory: undefined,
    containerDefinitions: [
      {
        name: 'web',
        image: 'nginx',
        memory: 64,
        portMappings: [{ containerPort: 80, hostPort: 8080 }],
      },
    ],
  });
});

/** What an agent of the version reports, as far as these task definitions need it. */
const capabilities = [
  'com.amazonaws.ecs.capability.docker-remote-api.1.18',
  'com.amazonaws.ecs.capability.task-iam-role',
].map((name) => ({ name }));

async function instance(
  memory = 1024,
  attributes: readonly object[] = [],
  agentVersion = '1.90.0',
): Promise<string> {
  const { containerInstance } = await world.call<{
    containerInstance: { containerInstanceArn: string };
  }>('RegisterContainerInstance', {
    cluster: 'web',
    attributes: [...capabilities, ...attributes],
    versionInfo: { agentVersion },
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memory },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22'] },
      { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
    ],
  });
  await world.idle();
  return containerInstance.containerInstanceArn;
}

async function run(taskDefinition: string, more: object = {}): Promise<RunTaskResponse> {
  const input = { cluster: 'web', taskDefinition, launchType: 'EC2', ...more };
  return await world.call<RunTaskResponse>('RunTask', input);
}

describe('RunTask', () => {
  test('places what fits, and tells of each instance why the rest does not', async () => {
    const arn = await instance(1024);
    const { tasks = [], failures } = await run('host', { count: 3 });
    expect(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([arn, arn]);
    expect(tasks[0]).toMatchObject({ launchType: 'EC2', attachments: [] });
    expect(failures).toEqual([{ arn, reason: 'RESOURCE:MEMORY' }]);
  });

  test('a stopped task gives its memory back', async () => {
    await instance(512);
    const { tasks: [task] = [] } = await run('host');
    expect((await run('host')).tasks).toEqual([]);
    await world.idle();
    await world.call('StopTask', { cluster: 'web', task: task?.taskArn });
    await world.idle();
    expect((await run('host')).tasks?.length).toBe(1);
  });

  test('host ports are taken once', async () => {
    const arn = await instance();
    expect((await run('port')).tasks?.length).toBe(1);
    expect((await run('port')).failures).toEqual([{ arn, reason: 'RESOURCE:PORTS' }]);
  });

  test('spreads over instances, and keeps to constraints', async () => {
    const red = await instance(2048, [{ name: 'colour', value: 'red' }]);
    const blue = await instance(1024, [{ name: 'colour', value: 'blue' }]);
    const arns = (tasks: readonly Task[] = []) =>
      tasks.map(({ containerInstanceArn }) => containerInstanceArn).sort();
    expect(arns((await run('host', { count: 2 })).tasks)).toEqual([red, blue].sort());
    const placementConstraints = [{ type: 'memberOf', expression: 'attribute:colour == red' }];
    expect(arns((await run('host', { placementConstraints })).tasks)).toEqual([red]);
    const distinct = [{ type: 'distinctInstance' }];
    const { tasks, failures = [] } = await run('port', {
      placementConstraints: distinct,
      count: 3,
    });
    expect(tasks?.length).toBe(2);
    expect(failures.length).toBe(2);
  });
});

test('StartTask starts on the instance that is named, or says why not', async () => {
  const arn = await instance(512);
  const input = { cluster: 'web', taskDefinition: 'host', containerInstances: [arn] };
  const first = await world.call<RunTaskResponse>('StartTask', input);
  expect(first.tasks?.[0]?.containerInstanceArn).toBe(arn);
  expect(await world.call('StartTask', input)).toEqual({
    tasks: [],
    failures: [{ arn, reason: 'RESOURCE:MEMORY' }],
  });
  const missing = await world.call<RunTaskResponse>('StartTask', {
    ...input,
    containerInstances: ['0'.repeat(32)],
  });
  expect(missing.failures).toMatchObject([{ reason: 'MISSING' }]);
});

test('a service waits for an instance, says so, and starts when one comes', async () => {
  const service = { cluster: 'web', serviceName: 'web', taskDefinition: 'host', launchType: 'EC2' };
  await world.call('CreateService', { ...service, desiredCount: 1 });
  await world.idle();
  expect(await world.events()).toEqual([
    'was unable to place a task because no container instance met all of its requirements. ' +
      'Reason: No Container Instances were found in your cluster. For more information, see the ' +
      'Troubleshooting section of the Amazon ECS Developer Guide.',
  ]);
  await instance();
  expect((await world.service()).runningCount).toBe(1);
});

test('tasks of a service leave an instance that is DRAINING', async () => {
  const first = await instance();
  const service = { cluster: 'web', serviceName: 'web', taskDefinition: 'host', launchType: 'EC2' };
  await world.call('CreateService', { ...service, desiredCount: 1 });
  await world.idle();
  const status = { cluster: 'web', containerInstances: [first], status: 'DRAINING' };
  await world.call('UpdateContainerInstancesState', status);
  await world.idle();
  const [waiting = ''] = await world.tasks();
  expect((await world.task(waiting)).containerInstanceArn).toBe(first);
  const second = await instance();
  const moved = await world.tasks();
  expect(moved.length).toBe(1);
  expect((await world.task(moved[0] ?? '')).containerInstanceArn).toBe(second);
});

test('a daemon runs once on each instance', async () => {
  await instance();
  await world.call('CreateService', {
    cluster: 'web',
    serviceName: 'web',
    taskDefinition: 'host',
    schedulingStrategy: 'DAEMON',
  });
  await world.idle();
  expect(await world.service()).toMatchObject({ desiredCount: 1, runningCount: 1 });
  await instance();
  expect(await world.service()).toMatchObject({ desiredCount: 2, runningCount: 2 });
});

test('capacity providers: base first, then by weight', async () => {
  await world.call('PutClusterCapacityProviders', {
    cluster: 'web',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ],
  });
  const input = await world.fargate({ launchType: undefined, count: 5 });
  const { tasks = [] } = await world.call<RunTaskResponse>('RunTask', input);
  const names = tasks.map(({ capacityProviderName }) => capacityProviderName);
  expect(names.filter((name) => name === 'FARGATE').length).toBe(2);
  expect(names[0]).toBe('FARGATE');
  expect(tasks.every(({ launchType }) => launchType === 'FARGATE')).toBe(true);
});

describe('004-9 an agent before 1.16.0', () => {
  const version = '1.15.2';

  test('is passed over by RunTask where the task needs an execution role', async () => {
    const old = await instance(1024, [], version);
    expect((await run('host')).failures).toEqual([{ arn: old, reason: 'ATTRIBUTE' }]);
    const fit = await instance();
    const { tasks = [] } = await run('host');
    expect(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([fit]);
  });

  test('is refused by StartTask', async () => {
    const arn = await instance(1024, [], version);
    const input = { cluster: 'web', taskDefinition: 'host', containerInstances: [arn] };
    expect(await world.call('StartTask', input)).toMatchObject({
      tasks: [],
      failures: [{ arn, reason: 'ATTRIBUTE' }],
    });
  });
});
