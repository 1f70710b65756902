/** Services: desired counts, deployments, the circuit breaker, events, deletion. */
import type { Service as EcsService, ServiceDeployment } from '@sekisho/catalog/types/ecs';
import { beforeEach, describe, expect, test } from 'vitest';
import { account, region } from '../../workload.fixture.ts';
import { TaskWorld, taskRole, tasksTrust } from './tasks.fixture.ts';

let world: TaskWorld;

beforeEach(async () => {
  world = await TaskWorld.open();
});

async function create(more: object = {}): Promise<void> {
  await world.call(
    'CreateService',
    await world.fargate({ serviceName: 'web', desiredCount: 1, ...more }),
  );
  await world.idle();
}

async function update(more: object): Promise<void> {
  await world.call('UpdateService', { cluster: 'web', service: 'web', ...more });
  await world.idle();
}

const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

/** Id, status, task definition's revision, rollout state, running and failed tasks. */
async function deployments() {
  const { deployments: all = [] } = await world.service();
  return all.map((each) => [
    each.status,
    each.taskDefinition?.split(':').at(-1),
    each.rolloutState,
    each.runningCount,
  ]);
}

describe('000-13', () => {
  test('a service is brought to desired count 1 and back to 0', async () => {
    await create({ desiredCount: 0 });
    expect(await world.service()).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 0,
      runningCount: 0,
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    });
    await update({ desiredCount: 1 });
    expect(await world.service()).toMatchObject({ desiredCount: 1, runningCount: 1 });
    const [taskArn = ''] = await world.tasks({ serviceName: 'web' });
    const { deployments: [deployment] = [] } = await world.service();
    expect(await world.task(taskArn)).toMatchObject({
      lastStatus: 'RUNNING',
      group: 'service:web',
      startedBy: deployment?.id,
    });
    await update({ desiredCount: 0 });
    expect(await world.service()).toMatchObject({ runningCount: 0, pendingCount: 0 });
    expect(await world.task(taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Scaling activity initiated by (deployment ${deployment?.id})`,
    });
    const { deployments: after = [] } = await world.service();
    expect(after.map(({ id }) => id)).toEqual([deployment?.id]);
    expect(await world.events()).toEqual([
      '(deployment ecs-svc/N) deployment completed.',
      'has reached a steady state.',
      'has started 1 tasks: (task T).',
      'has reached a steady state.',
      'has stopped 1 running tasks: (task T).',
      'has reached a steady state.',
    ]);
  });

  test('whoever may update one service cannot update another', async () => {
    await create({ desiredCount: 0 });
    await create({ desiredCount: 0, serviceName: 'other' });
    const arn = `arn:aws:ecs:${region}:${account}:service/web`;
    const caller = await world.user('deployer', {
      Effect: 'Allow',
      Action: 'ecs:UpdateService',
      Resource: `${arn}/web`,
    });
    const input = { cluster: 'web', desiredCount: 1 };
    const own = await world.answer('UpdateService', { ...input, service: 'web' }, caller);
    expect(own).toBe('success');
    expect(await world.answer('UpdateService', { ...input, service: 'other' }, caller)).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/deployer is not authorized ` +
        `to perform: ecs:UpdateService on resource: ${arn}/other because no identity-based ` +
        'policy allows the ecs:UpdateService action',
    );
    await world.idle();
    expect((await world.service()).runningCount).toBe(1);
    expect((await world.service('other')).runningCount).toBe(0);
  });
});

test('a task that ends is replaced', async () => {
  await create();
  const [first = ''] = await world.tasks();
  world.launcher.exit(first, 0);
  await world.idle();
  await world.pass();
  const [second] = await world.tasks();
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
  expect((await world.service()).runningCount).toBe(1);
});

test('000-15: a role that is not trusted: an event and no task, until the trust is right', async () => {
  await world.role('app', tasksTrust(undefined, 'ec2.amazonaws.com'));
  await create();
  const error =
    `failed to launch a task with (error ECS was unable to assume the role '${taskRole}' that ` +
    'was provided for this task. Please verify that the role being passed has the proper trust ' +
    'relationship and permissions and that your IAM user has permissions to pass this role.).';
  expect(await world.events()).toEqual([error]);
  expect(await world.tasks()).toEqual([]);
  expect((await world.service()).deployments).toMatchObject([
    { rolloutState: 'IN_PROGRESS', failedTasks: 1 },
  ]);
  await world.pass();
  await world.pass();
  expect((await world.events()).at(-1)).toBe(
    'is unable to consistently start tasks successfully. For more information, see the ' +
      'Troubleshooting section of the Amazon ECS Developer Guide.',
  );
  await world.role('app');
  await world.pass();
  expect(await world.service()).toMatchObject({
    runningCount: 1,
    deployments: [{ rolloutState: 'COMPLETED', failedTasks: 0 }],
  });
});

describe('a deployment', () => {
  test('starts the new tasks before it stops the old ones', async () => {
    await create({ desiredCount: 2 });
    const { deployments: [old] = [] } = await world.service();
    await world.register('web', 'slow');
    world.launcher.behaviours.set('slow', 'waits');
    await update({ taskDefinition: 'web' });
    expect(await deployments()).toEqual([
      ['PRIMARY', '2', 'IN_PROGRESS', 0],
      ['ACTIVE', '1', 'COMPLETED', 2],
    ]);
    expect((await world.service()).pendingCount).toBe(2);
    const starting = world.launcher.launches.slice(2).map(({ taskArn }) => taskArn);
    for (const arn of starting) world.launcher.tell(arn, 'RUNNING');
    await world.idle();
    expect(await deployments()).toEqual([['PRIMARY', '2', 'COMPLETED', 2]]);
    const { deployments: [now] = [] } = await world.service();
    expect(now?.id).not.toBe(old?.id);
    expect(now?.rolloutStateReason).toBe(`ECS deployment ${now?.id} completed.`);
    expect((await world.events()).slice(-4)).toEqual([
      'has started 2 tasks: (task T) (task T).',
      'has stopped 2 running tasks: (task T) (task T).',
      '(deployment ecs-svc/N) deployment completed.',
      'has reached a steady state.',
    ]);
  });

  test('stays within minimumHealthyPercent and maximumPercent', async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 100 };
    await create({ desiredCount: 4, deploymentConfiguration });
    await world.register('web', 'slow');
    world.launcher.behaviours.set('slow', 'waits');
    await update({ taskDefinition: 'web' });
    expect(await world.service()).toMatchObject({ runningCount: 2, pendingCount: 2 });
  });

  test('says so when the percentages leave no room', async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 51, maximumPercent: 100 };
    await create({ deploymentConfiguration });
    await update({ forceNewDeployment: true });
    expect((await world.events()).at(-1)).toBe(
      'was unable to stop or start tasks during a deployment because of the service deployment ' +
        'configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    );
  });

  test('is begun by what tasks are made from, and by force, not by the count', async () => {
    await create();
    const id = async () => (await world.service()).deployments?.[0]?.id;
    const first = await id();
    await update({ desiredCount: 2 });
    await update({ taskDefinition: 'web' });
    expect(await id()).toBe(first);
    await update({ forceNewDeployment: true });
    const second = await id();
    expect(second).not.toBe(first);
    await update({ enableExecuteCommand: true });
    expect(await id()).not.toBe(second);
    expect((await world.service()).runningCount).toBe(2);
  });
});

describe('the circuit breaker', () => {
  beforeEach(() => {
    world.launcher.behaviours.set('broken', 'fails');
  });

  async function failThreeTimes(): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt += 1) await world.pass();
  }

  test('fails the deployment after three tasks that did not start', async () => {
    await world.register('web', 'broken');
    await create(breaker(false));
    await failThreeTimes();
    await failThreeTimes();
    expect(world.launcher.launches.length).toBe(3);
    expect((await world.service()).deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        failedTasks: 3,
      },
    ]);
    expect((await world.events()).at(-1)).toBe(
      '(deployment ecs-svc/N) deployment failed: tasks failed to start.',
    );
    expect(await world.events()).toContain(
      'was unable to place a task. Reason: CannotPullContainerError: not found.',
    );
  });

  test('rolls back to the last deployment that was complete', async () => {
    await create(breaker(true));
    const [running] = await world.tasks();
    const { deployments: [complete] = [] } = await world.service();
    await world.register('web', 'broken');
    await update({ taskDefinition: 'web' });
    await failThreeTimes();
    expect(await deployments()).toEqual([['PRIMARY', '1', 'COMPLETED', 1]]);
    expect((await world.service()).deployments?.[0]?.id).toBe(complete?.id);
    expect(await world.tasks()).toEqual([running]);
    const messages = (await world.events()).slice(-4);
    expect(messages).toEqual([
      '(deployment ecs-svc/N) deployment failed: tasks failed to start.',
      'rolling back to deployment ecs-svc/N.',
      '(deployment ecs-svc/N) deployment completed.',
      'has reached a steady state.',
    ]);
    const { serviceDeployments } = await world.call<{ serviceDeployments: ServiceDeployment[] }>(
      'ListServiceDeployments',
      { cluster: 'web', service: 'web' },
    );
    const states = serviceDeployments.map(({ status }) => status);
    expect([...states].sort()).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('without it, tasks are tried again and again with pauses', async () => {
    await world.register('web', 'broken');
    await create();
    expect(world.launcher.launches.length).toBe(1);
    await world.pass(0);
    expect(world.launcher.launches.length).toBe(1);
    for (let attempt = 0; attempt < 5; attempt += 1) await world.pass();
    expect(world.launcher.launches.length).toBeGreaterThanOrEqual(5);
    world.launcher.behaviours.delete('broken');
    await world.pass();
    expect((await world.service()).runningCount).toBe(1);
  });
});

describe('DeleteService', () => {
  test('refuses while it is scaled above 0, unless it is forced', async () => {
    await create();
    const named = { cluster: 'web', service: 'web' };
    expect(await world.answer('DeleteService', named)).toBe(
      '400 InvalidParameterException: The service cannot be stopped while it is scaled above 0.',
    );
    const { service } = await world.call<{ service: object }>('DeleteService', {
      ...named,
      force: true,
    });
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    await world.idle();
    expect(await world.service()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect(await world.tasks()).toEqual([]);
    expect(await world.call('ListServices', { cluster: 'web' })).toMatchObject({ serviceArns: [] });
    expect(await world.answer('UpdateService', { ...named, desiredCount: 1 })).toBe(
      '400 ServiceNotActiveException: Service was not ACTIVE.',
    );
    await create();
    expect((await world.service()).runningCount).toBe(1);
  });

  test('while its tasks end it is DRAINING and cannot be made anew', async () => {
    await create();
    world.launcher.stop = () => {};
    await world.call('DeleteService', { cluster: 'web', service: 'web', force: true });
    await world.idle();
    const again = await world.fargate({ serviceName: 'web', desiredCount: 1 });
    expect(await world.answer('CreateService', again)).toBe(
      '400 InvalidParameterException: Unable to Start a service that is still Draining.',
    );
  });
});

test('CreateService is idempotent for the same request only', async () => {
  const input = await world.fargate({ serviceName: 'web', desiredCount: 0 });
  expect(await world.answer('CreateService', input)).toBe('success');
  expect(await world.answer('CreateService', input)).toBe('success');
  expect(await world.answer('CreateService', { ...input, desiredCount: 1 })).toBe(
    '400 InvalidParameterException: Creation of service was not idempotent.',
  );
});

test('protected tasks are left alone until their protection ends', async () => {
  await create({ desiredCount: 2 });
  const tasks = await world.tasks();
  await world.call('UpdateTaskProtection', {
    cluster: 'web',
    tasks,
    protectionEnabled: true,
    expiresInMinutes: 1,
  });
  await update({ desiredCount: 0 });
  expect((await world.service()).runningCount).toBe(2);
  await world.call('UpdateTaskProtection', {
    cluster: 'web',
    tasks: tasks.slice(0, 1),
    protectionEnabled: false,
  });
  await world.idle();
  expect((await world.service()).runningCount).toBe(1);
});

test('what this server does not do is refused, not forgotten', async () => {
  const loadBalancers = [{ targetGroupArn: 'arn:x', containerName: 'web', containerPort: 80 }];
  const input = await world.fargate({ serviceName: 'web', desiredCount: 0 });
  expect(await world.answer('CreateService', { ...input, loadBalancers })).toBe(
    '400 InvalidParameterException: The target group with targetGroupArn arn:x does not exist.',
  );
  const deploymentController = { type: 'CODE_DEPLOY' };
  expect(await world.answer('CreateService', { ...input, deploymentController })).toContain(
    'UnsupportedFeatureException',
  );
});

test('a service needs the service-linked role, which is made in the caller’s name', async () => {
  const { directory, state } = world.workload.runtime;
  const role = () => directory.find(account, 'role', 'AWSServiceRoleForECS');
  await state.commit([{ key: role()?.key ?? '', value: undefined }]);
  const Action = ['ecs:*', 'ec2:*', 'iam:PassRole'];
  const statement = { Effect: 'Allow', Action, Resource: '*' } as const;
  const input = await world.fargate({ serviceName: 'web', desiredCount: 0 });
  const poor = await world.user('poor', statement);
  expect(await world.answer('CreateService', input, poor)).toBe(
    '400 InvalidParameterException: Unable to assume the service linked role. Please verify that ' +
      'the ECS service linked role exists.',
  );
  const rich = await world.user('rich', statement, {
    Effect: 'Allow',
    Action: 'iam:CreateServiceLinkedRole',
    Resource: '*',
  });
  expect(await world.answer('CreateService', input, rich)).toBe('success');
  expect(role()?.record.path).toBe('/aws-service-role/ecs.amazonaws.com/');
});

test('§4.4: the deploy action’s calls: one PRIMARY of a stable id, COMPLETED in the end', async () => {
  await create();
  const taskDefinition = await world.register('web', 'nginx:2');
  const { service } = await world.call<{ service: EcsService }>('UpdateService', {
    cluster: 'web',
    service: 'web',
    taskDefinition,
    forceNewDeployment: false,
    volumeConfigurations: [],
  });
  const [primary] = service.deployments ?? [];
  expect(primary).toMatchObject({ status: 'PRIMARY', taskDefinition, rolloutState: 'IN_PROGRESS' });
  await world.idle();
  const { deployments: after = [], ...stable } = await world.service();
  expect(stable).toMatchObject({ status: 'ACTIVE', runningCount: 1, desiredCount: 1 });
  expect(after).toMatchObject([{ id: primary?.id, status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
});

test('StopServiceDeployment rolls a deployment back that is in progress', async () => {
  await create();
  await world.register('web', 'slow');
  world.launcher.behaviours.set('slow', 'waits');
  await update({ taskDefinition: 'web' });
  const { currentServiceDeployment: serviceDeploymentArn } = await world.service();
  await world.call('StopServiceDeployment', { serviceDeploymentArn });
  await world.idle();
  expect(await deployments()).toEqual([['PRIMARY', '1', 'COMPLETED', 1]]);
  const described = await world.call<{ serviceDeployments: ServiceDeployment[] }>(
    'DescribeServiceDeployments',
    { serviceDeploymentArns: [serviceDeploymentArn] },
  );
  expect(described.serviceDeployments).toMatchObject([
    { status: 'ROLLBACK_SUCCESSFUL', deploymentCircuitBreaker: { status: 'DISABLED' } },
  ]);
  const target = described.serviceDeployments[0]?.targetServiceRevision?.arn;
  expect(
    await world.call('DescribeServiceRevisions', { serviceRevisionArns: [target] }),
  ).toMatchObject({ serviceRevisions: [{ containerImages: [{ image: 'slow' }] }], failures: [] });
});
