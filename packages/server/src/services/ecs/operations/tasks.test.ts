/** Tasks that a caller runs and stops, with what is checked before one is accepted. */
import type { RunTaskResponse, Task } from '@sekisho/catalog/types/ecs';
import { beforeEach, describe, expect, test } from 'vitest';
import { account, region } from '../../workload.fixture.ts';
import { executionRole, TaskWorld, taskRole, tasksTrust } from '../scheduler/tasks.fixture.ts';

let world: TaskWorld;

beforeEach(async () => {
  world = await TaskWorld.open();
});

async function run(more: object = {}): Promise<Task> {
  const answer = await world.call<RunTaskResponse>('RunTask', await world.fargate(more));
  const [task] = answer.tasks ?? [];
  if (task === undefined) throw new Error(JSON.stringify(answer.failures));
  return task;
}

const arnStart = `arn:aws:ecs:${region}:${account}:`;

describe('RunTask', () => {
  test('answers with a task that is PROVISIONING and becomes RUNNING', async () => {
    const task = await run({ startedBy: 'test' });
    expect(task).toMatchObject({
      clusterArn: `${arnStart}cluster/web`,
      taskDefinitionArn: `${arnStart}task-definition/web:1`,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      group: 'family:web',
      startedBy: 'test',
      cpu: '256',
      memory: '512',
      version: 1,
      attachments: [{ type: 'ElasticNetworkInterface', status: 'PRECREATED' }],
      containers: [{ name: 'web', image: 'nginx', lastStatus: 'PENDING' }],
    });
    expect(task.taskArn).toMatch(/:task\/web\/[0-9a-f]{32}$/);
    await world.idle();
    const running = await world.task(task.taskArn ?? '');
    expect(running).toMatchObject({
      lastStatus: 'RUNNING',
      connectivity: 'CONNECTED',
      attachments: [{ status: 'ATTACHED' }],
      containers: [{ lastStatus: 'RUNNING', networkInterfaces: [{}] }],
    });
    const { pullStartedAt, startedAt, createdAt } = running;
    expect([pullStartedAt, startedAt, createdAt].every((at) => at instanceof Date)).toBe(true);
    const names = running.attachments?.[0]?.details?.map(({ name }) => name);
    expect(names).toEqual([
      'subnetId',
      'networkInterfaceId',
      'macAddress',
      'privateDnsName',
      'privateIPv4Address',
    ]);
  });

  test('says how the task runs', async () => {
    const { taskArn = '' } = await run();
    await world.idle();
    expect((await world.task(taskArn)).attributes).toContainEqual({
      name: 'sekisho.launched-by',
      value: 'declared',
    });
  });

  test('hands the launcher roles, overrides and container ARNs', async () => {
    const task = await run({
      overrides: { containerOverrides: [{ name: 'web', command: ['x'] }] },
    });
    expect(world.launcher.launches).toMatchObject([
      {
        taskArn: task.taskArn,
        executionRoleArn: executionRole,
        taskRoleArn: taskRole,
        overrides: { containerOverrides: [{ name: 'web', command: ['x'] }] },
        group: 'family:web',
      },
    ]);
    const [launch] = world.launcher.launches;
    expect(launch?.containerArns.get('web')).toBe(task.containers?.[0]?.containerArn);
    expect(launch?.taskId).toBe(task.taskArn?.split('/').at(-1));
  });

  test('000-15: a role that does not trust ecs-tasks.amazonaws.com starts no task', async () => {
    for (const [name, arn] of [
      ['ecsTaskExecutionRole', executionRole],
      ['app', taskRole],
    ] as const) {
      await world.role(name, tasksTrust(undefined, 'ec2.amazonaws.com'));
      expect(await world.answer('RunTask', await world.fargate())).toBe(
        `400 ClientException: ECS was unable to assume the role '${arn}' that was provided for ` +
          'this task. Please verify that the role being passed has the proper trust relationship ' +
          'and permissions and that your IAM user has permissions to pass this role.',
      );
      await world.role(name);
    }
    expect(world.launcher.launches).toEqual([]);
    expect(await world.tasks()).toEqual([]);
    expect(await world.answer('RunTask', await world.fargate())).toBe('success');
  });

  test('the trust policy sees the account and an ARN of the task', async () => {
    const condition = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `${arnStart}*` },
    };
    await world.role('app', tasksTrust(condition));
    await run();
    await world.role('app', tasksTrust({ StringEquals: { 'aws:SourceAccount': '210987654321' } }));
    expect(await world.answer('RunTask', await world.fargate())).toContain(`'${taskRole}'`);
  });

  test('a role of another account cannot be passed', async () => {
    const foreign = 'arn:aws:iam::210987654321:role/app';
    const overrides = { taskRoleArn: foreign };
    const answer = await world.answer('RunTask', await world.fargate({ overrides }));
    expect(answer).toContain(
      `is not authorized to perform: iam:PassRole on resource: ${foreign} because`,
    );
    expect(world.launcher.launches).toEqual([]);
  });

  test('004-10: each task has its own execution role, and PassRole is asked for it', async () => {
    const other = `arn:aws:iam::${account}:role/other`;
    await world.role('other');
    const caller = await world.user(
      'deployer',
      { Effect: 'Allow', Action: 'ecs:*', Resource: '*' },
      { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: [executionRole, taskRole] },
    );
    expect(await world.answer('RunTask', await world.fargate(), caller)).toBe('success');
    const override = await world.fargate({ overrides: { executionRoleArn: other } });
    expect(await world.answer('RunTask', override, caller)).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/deployer is not authorized ` +
        `to perform: iam:PassRole on resource: ${other} because no identity-based policy allows ` +
        'the iam:PassRole action',
    );
    await world.register('other', 'nginx', { executionRoleArn: other });
    const inDefinition = await world.fargate({ taskDefinition: 'other' });
    expect(await world.answer('RunTask', inDefinition, caller)).toContain('iam:PassRole');
    await world.idle();
    expect(world.launcher.launches.map((launch) => launch.executionRoleArn)).toEqual([
      executionRole,
    ]);
  });

  test('checks the network against what EC2 has', async () => {
    const unknown = 'subnet-0123456789abcdef0';
    const awsvpc = (subnets: readonly string[], more = {}) => ({
      networkConfiguration: { awsvpcConfiguration: { subnets, ...more } },
    });
    const answer = async (more: object) =>
      await world.answer('RunTask', { ...(await world.fargate()), ...more });
    expect(await answer({ networkConfiguration: undefined })).toBe(
      '400 InvalidParameterException: Network Configuration must be provided when networkMode ' +
        "'awsvpc' is specified.",
    );
    expect(await answer(awsvpc([]))).toBe(
      '400 InvalidParameterException: subnets can not be empty.',
    );
    expect(await answer(awsvpc([unknown]))).toBe(
      `400 InvalidParameterException: Error retrieving subnet information for [${unknown}]: The ` +
        `subnet ID '${unknown}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
    );
    expect(await answer(awsvpc([await world.subnet()], { securityGroups: ['sg-1'] }))).toContain(
      '(ErrorCode: InvalidGroup.NotFound)',
    );
  });

  test('two tasks have two addresses, and a stopped one gives its own back', async () => {
    const ip = (task: Task) =>
      task.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
    const { tasks = [] } = await world.call<RunTaskResponse>(
      'RunTask',
      await world.fargate({ count: 2 }),
    );
    await world.idle();
    const [one, other] = await Promise.all(tasks.map(({ taskArn = '' }) => world.task(taskArn)));
    expect(ip(one ?? {})).toMatch(/\.4$/);
    expect(ip(other ?? {})).toMatch(/\.5$/);
    await world.call('StopTask', { cluster: 'web', task: one?.taskArn });
    await world.idle();
    const next = await run();
    await world.idle();
    expect(ip(await world.task(next.taskArn ?? ''))).toBe(ip(one ?? {}));
  });

  test('refuses what contradicts itself', async () => {
    const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
    const both = await world.fargate({ capacityProviderStrategy: strategy });
    expect(await world.answer('RunTask', both)).toBe(
      '400 InvalidParameterException: Specify either Launch Type or Capacity Provider Strategy, ' +
        'but not both.',
    );
    const spread = [{ type: 'spread', field: 'host' }];
    expect(await world.answer('RunTask', await world.fargate({ placementStrategy: spread }))).toBe(
      '400 InvalidParameterException: Placement strategies are not supported with FARGATE launch ' +
        'type.',
    );
    const distinct = [{ type: 'distinctInstance' }];
    const constrained = { ...(await world.fargate({ placementConstraints: distinct })) };
    const refused =
      '400 InvalidParameterException: Placement constraints are not supported with FARGATE ' +
      'launch type.';
    expect(await world.answer('RunTask', constrained)).toBe(refused);
    const service = { ...constrained, serviceName: 'web', desiredCount: 0 };
    expect(await world.answer('CreateService', service)).toBe(refused);
    const long = await world.fargate({ startedBy: 'a'.repeat(129) });
    expect(await world.answer('RunTask', long)).toBe(
      '400 InvalidParameterException: startedBy longer than 128.',
    );
    const unicode = await world.fargate({ startedBy: 'é' });
    expect(await world.answer('RunTask', unicode)).toContain('startedBy contains invalid');
    const override = { containerOverrides: [{ name: 'nobody' }] };
    expect(await world.answer('RunTask', await world.fargate({ overrides: override }))).toBe(
      '400 InvalidParameterException: Override for container named nobody is not a container in ' +
        'the TaskDefinition.',
    );
    expect(await world.answer('RunTask', await world.fargate({ cluster: 'none' }))).toBe(
      '400 ClusterNotFoundException: Cluster not found.',
    );
    expect(await world.answer('RunTask', await world.fargate({ taskDefinition: 'none' }))).toBe(
      '400 ClientException: TaskDefinition not found.',
    );
    const onInstances = await world.fargate({ launchType: 'EC2' });
    expect(await world.answer('RunTask', onInstances)).toBe(
      '400 InvalidParameterException: No Container Instances were found in your cluster.',
    );
  });

  test('a repeated client token starts nothing twice', async () => {
    const once = await run({ clientToken: 'token' });
    const twice = await run({ clientToken: 'token' });
    expect(twice.taskArn).toBe(once.taskArn);
    expect(world.launcher.launches.length).toBe(1);
    const other = await world.fargate({ clientToken: 'token', count: 2 });
    expect(await world.answer('RunTask', other)).toMatch(/^400 ConflictException: /);
  });

  test('tags come from the request, the task definition and ECS itself', async () => {
    await world.register('tagged', 'nginx', { tags: [{ key: 'team', value: 'a' }] });
    const task = await run({
      taskDefinition: 'tagged',
      propagateTags: 'TASK_DEFINITION',
      enableECSManagedTags: true,
      tags: [{ key: 'env', value: 'test' }],
    });
    expect(task.tags).toEqual([
      { key: 'team', value: 'a' },
      { key: 'env', value: 'test' },
      { key: 'aws:ecs:clusterName', value: 'web' },
    ]);
  });
});

describe('the end of a task', () => {
  test('StopTask: the reason given, UserInitiated, SIGTERM by its launcher', async () => {
    const { taskArn = '' } = await run();
    await world.idle();
    const { task } = await world.call<{ task: Task }>('StopTask', {
      cluster: 'web',
      task: taskArn,
      reason: 'enough',
    });
    expect(task).toMatchObject({
      desiredStatus: 'STOPPED',
      lastStatus: 'RUNNING',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
    });
    await world.idle();
    expect(world.launcher.stopped).toEqual([taskArn]);
    expect(await world.task(taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      attachments: [{ status: 'DELETED' }],
      containers: [{ lastStatus: 'STOPPED' }],
    });
    expect(await world.tasks()).toEqual([]);
    expect(await world.tasks({ desiredStatus: 'STOPPED' })).toEqual([taskArn]);
  });

  test('an essential container that ends leaves its exit code', async () => {
    const { taskArn = '' } = await run();
    await world.idle();
    world.launcher.exit(taskArn, 3);
    await world.idle();
    expect(await world.task(taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    });
  });

  test('reports that come late or twice change nothing', async () => {
    const { taskArn = '' } = await run();
    await world.idle();
    world.launcher.tell(taskArn, 'PENDING');
    await world.idle();
    expect((await world.task(taskArn)).lastStatus).toBe('RUNNING');
    world.launcher.exit(taskArn, 0);
    world.launcher.tell(taskArn, 'RUNNING');
    await world.idle();
    expect((await world.task(taskArn)).lastStatus).toBe('STOPPED');
  });

  test('it is described for an hour, then MISSING', async () => {
    const { taskArn = '' } = await run();
    await world.idle();
    world.launcher.exit(taskArn, 0);
    await world.idle();
    world.workload.now += 3_599_000;
    expect((await world.task(taskArn)).lastStatus).toBe('STOPPED');
    world.workload.now += 1_000;
    const named = { cluster: 'web', tasks: [taskArn, 'ab'] };
    expect(await world.call('DescribeTasks', named)).toEqual({
      tasks: [],
      failures: [
        { arn: taskArn, reason: 'MISSING' },
        { arn: `${arnStart}task/web/ab`, reason: 'MISSING' },
      ],
    });
  });
});

test('ExecuteCommand fails honestly', async () => {
  const { taskArn = '' } = await run();
  await world.idle();
  const input = { cluster: 'web', task: taskArn, command: 'sh', interactive: true };
  expect(await world.answer('ExecuteCommand', input)).toContain(
    '400 InvalidParameterException: The execute command failed because execute command was not',
  );
  const enabled = await run({ enableExecuteCommand: true });
  await world.idle();
  expect(await world.answer('ExecuteCommand', { ...input, task: enabled.taskArn })).toBe(
    '400 TargetNotConnectedException: The execute command failed due to an internal error. Try ' +
      'again later.',
  );
});

test('000-13: who may only update services can neither run nor stop a task', async () => {
  const caller = await world.user('deployer', {
    Effect: 'Allow',
    Action: ['ecs:UpdateService', 'ecs:DescribeServices'],
    Resource: `${arnStart}service/web/web`,
  });
  const { taskArn } = await run();
  expect(await world.answer('RunTask', await world.fargate(), caller)).toBe(
    `400 AccessDeniedException: User: arn:aws:iam::${account}:user/deployer is not authorized to ` +
      `perform: ecs:RunTask on resource: ${arnStart}task-definition/web because no ` +
      'identity-based policy allows the ecs:RunTask action',
  );
  expect(await world.answer('StopTask', { cluster: 'web', task: taskArn }, caller)).toBe(
    `400 AccessDeniedException: User: arn:aws:iam::${account}:user/deployer is not authorized to ` +
      `perform: ecs:StopTask on resource: ${taskArn} because no identity-based policy allows the ` +
      'ecs:StopTask action',
  );
});
