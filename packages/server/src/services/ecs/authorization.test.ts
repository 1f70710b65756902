/** ECS's authorization alone: each condition key met and unmet, each resource as it is asked about. */
import { loadActions } from '@sekisho/catalog';
import { beforeEach, describe, expect, test } from 'vitest';
import { createIamService } from '../iam/index.ts';
import type { Operation, Service } from '../service.ts';
import {
  account,
  otherAccount,
  region,
  rootOf,
  type TestStatement,
  Workload,
} from '../workload.fixture.ts';
import { authorization } from './authorization.ts';
import { inCluster } from './entities/cluster.ts';
import { createEcsService } from './index.ts';

const arn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const id = '0123456789abcdef0123456789abcdef';

/** The service `ecs`, and `guarded`: its rules before operations that do nothing. */
let workload: Workload;

const tags = [{ key: 'team', value: 'a' }];
const definition = {
  family: 'web',
  taskRoleArn: role('task'),
  executionRoleArn: role('execution'),
  cpu: '256',
  memory: '1 GB',
  tags: [{ key: 'stage', value: 'test' }],
  containerDefinitions: [{ name: 'c', image: 'nginx', memory: 64 }],
};

beforeEach(async () => {
  const service = await createEcsService();
  const nothing: Operation = () => ({});
  const guarded: Service = {
    ...service,
    id: 'guarded',
    operations: new Map([...service.authorization.keys()].map((name) => [name, nothing])),
  };
  workload = await Workload.open(service, guarded, await createIamService());
  await workload.call('ecs:CreateCluster', { clusterName: 'prod', tags });
  await workload.call('ecs:RegisterTaskDefinition', definition);
  await workload.call('ecs:RegisterTaskDefinition', { ...definition, cpu: '512' });
  const place = { partition: 'aws', account, region, runtime: workload.runtime };
  const task = { tags, containers: [{ name: 'only' }] };
  await workload.state.commit([
    inCluster(place, 'task', 'prod').create(id, task),
    inCluster(place, 'service', 'prod').create('web', { tags }),
    inCluster(place, 'container-instance', 'prod').create(id, { tags }),
  ]);
});

let users = 0;

/** What the statements allow of the request: `allowed`, or the refused pair. */
async function ask(
  operation: string,
  input: object,
  ...statements: readonly TestStatement[]
): Promise<string> {
  users += 1;
  const user = await workload.user(`u${users}`, statements);
  const answer = await workload.answer(`guarded:${operation}`, input, user);
  if (answer === 'success') return 'allowed';
  const refused = /to perform: (\S+) on resource: (\S+) because/.exec(answer);
  return refused === null ? answer : `${refused[1]} ${refused[2]}`;
}

const allow = (
  Action: string | string[],
  Resource: string | string[] = '*',
  Condition?: unknown,
): TestStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

describe('each condition key decides', () => {
  const cluster = arn('cluster/prod');
  const service = { cluster: 'prod', serviceName: 'web', taskDefinition: 'web' };
  const network = (assignPublicIp: string) => ({
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp } },
  });
  const run = { cluster: 'prod', taskDefinition: 'web' };
  const strategy = [{ capacityProvider: 'FARGATE' }];
  const volumes = [{ name: 'v', managedEBSVolume: { roleArn: role('ebs') } }];
  const exec = { cluster: 'prod', task: id, command: 'sh', interactive: true };
  const managed = (instanceMetadataTagsPropagation: boolean) => ({
    name: 'own',
    cluster: 'prod',
    managedInstancesProvider: {
      infrastructureRoleArn: role('infrastructure'),
      instanceLaunchTemplate: {
        ec2InstanceProfileArn: 'arn',
        networkConfiguration: {},
        instanceMetadataTagsPropagation,
      },
    },
  });
  const connect = (enabled: boolean, namespace: string) => ({
    ...service,
    serviceConnectConfiguration: { enabled, namespace },
  });
  const storage = (key: string) => ({
    cluster: 'prod',
    configuration: { managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: key } },
  });
  const privileged = (is: boolean) => ({
    family: 'p',
    containerDefinitions: [{ name: 'c', image: 'i', memory: 1, privileged: is }],
  });
  const taskSet = { cluster: 'prod', service: 'web', taskDefinition: 'web' };

  /** Operation, operator, key, value; a request that meets it, one that does not. */
  const pairs: readonly (readonly [string, string, string, unknown, object, object])[] = [
    ['RunTask', 'ArnEquals', 'ecs:cluster', cluster, run, { ...run, cluster: 'dev' }],
    ['ListServices', 'ArnEquals', 'ecs:cluster', cluster, { cluster }, {}],
    ['ListTasks', 'ArnEquals', 'ecs:cluster', cluster, { cluster: 'prod' }, { cluster: 'dev' }],
    ['StopTask', 'ArnEquals', 'ecs:cluster', cluster, { cluster, task: id }, { task: id }],
    [
      'CreateService',
      'ArnEquals',
      'ecs:task-definition',
      arn('task-definition/web:2'),
      service,
      { ...service, taskDefinition: 'web:1' },
    ],
    [
      'UpdateTaskSet',
      'ArnEquals',
      'ecs:service',
      arn('service/prod/web'),
      { cluster: 'prod', service: 'web', taskSet: 't', scale: {} },
      { cluster: 'prod', service: 'api', taskSet: 't', scale: {} },
    ],
    [
      'RunTask',
      'ForAllValues:ArnLike',
      'ecs:capacity-provider',
      arn('capacity-provider/FARGATE'),
      { ...run, capacityProviderStrategy: strategy },
      { ...run, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
    ],
    [
      'CreateCluster',
      'ForAnyValue:ArnLike',
      'ecs:capacity-provider',
      arn('capacity-provider/FARGATE'),
      { capacityProviders: ['FARGATE'] },
      {},
    ],
    [
      'RunTask',
      'StringEquals',
      'ecs:enable-execute-command',
      'true',
      { ...run, enableExecuteCommand: true },
      { ...run, enableExecuteCommand: false },
    ],
    [
      'UpdateService',
      'StringEquals',
      'ecs:enable-execute-command',
      'false',
      { cluster: 'prod', service: 'web', enableExecuteCommand: false },
      { cluster: 'prod', service: 'web', enableExecuteCommand: true },
    ],
    [
      'RegisterTaskDefinition',
      'NumericLessThanEquals',
      'ecs:task-cpu',
      '1024',
      { ...privileged(false), cpu: '1 vCPU' },
      { ...privileged(false), cpu: '2 vCPU' },
    ],
    [
      'RunTask',
      'NumericLessThanEquals',
      'ecs:task-cpu',
      '512',
      run,
      { ...run, overrides: { cpu: '1024' } },
    ],
    [
      'RunTask',
      'NumericLessThanEquals',
      'ecs:task-memory',
      '1024',
      run,
      { ...run, overrides: { memory: '2 GB' } },
    ],
    [
      'RegisterTaskDefinition',
      'ForAllValues:StringEquals',
      'ecs:compute-compatibility',
      ['FARGATE'],
      { ...privileged(false), requiresCompatibilities: ['FARGATE'] },
      { ...privileged(false), requiresCompatibilities: ['EC2', 'FARGATE'] },
    ],
    [
      'RegisterTaskDefinition',
      'StringEquals',
      'ecs:privileged',
      'false',
      privileged(false),
      privileged(true),
    ],
    [
      'StartTask',
      'ArnEquals',
      'ecs:container-instances',
      arn(`container-instance/prod/${id}`),
      { ...run, containerInstances: [id] },
      { ...run, containerInstances: [id, 'other'] },
    ],
    [
      'CreateService',
      'ForAllValues:StringEquals',
      'ecs:subnet',
      ['subnet-1'],
      { ...service, ...network('DISABLED') },
      { ...service, networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } },
    ],
    [
      'CreateService',
      'Bool',
      'ecs:auto-assign-public-ip',
      'false',
      { ...service, ...network('DISABLED') },
      { ...service, ...network('ENABLED') },
    ],
    [
      'ExecuteCommand',
      'StringEquals',
      'ecs:container-name',
      'only',
      exec,
      { ...exec, container: 'other' },
    ],
    [
      'ExecuteCommand',
      'ArnEquals',
      'ecs:task',
      arn(`task/prod/${id}`),
      exec,
      { ...exec, task: 'other' },
    ],
    [
      'PutAccountSetting',
      'StringEquals',
      'ecs:account-setting',
      'containerInsights',
      { name: 'containerInsights', value: 'enabled' },
      { name: 'awsvpcTrunking', value: 'enabled' },
    ],
    [
      'CreateService',
      'Bool',
      'ecs:enable-ecs-managed-tags',
      'true',
      { ...service, enableECSManagedTags: true },
      service,
    ],
    [
      'CreateService',
      'StringEquals',
      'ecs:propagate-tags',
      'SERVICE',
      { ...service, propagateTags: 'SERVICE' },
      { ...service, propagateTags: 'NONE' },
    ],
    [
      'RunTask',
      'StringEquals',
      'ecs:enable-ebs-volumes',
      'true',
      { ...run, volumeConfigurations: volumes },
      run,
    ],
    [
      'CreateService',
      'StringEquals',
      'ecs:enable-vpc-lattice',
      'true',
      {
        ...service,
        vpcLatticeConfigurations: [{ roleArn: 'r', targetGroupArn: 't', portName: 'p' }],
      },
      service,
    ],
    [
      'CreateService',
      'StringEquals',
      'ecs:enable-service-connect',
      'true',
      connect(true, 'n'),
      connect(false, 'n'),
    ],
    [
      'ListServicesByNamespace',
      'ArnLike',
      'ecs:namespace',
      'arn:*:servicediscovery:*:*:namespace/one',
      { namespace: 'one' },
      { namespace: 'two' },
    ],
    [
      'UpdateCluster',
      'StringEquals',
      'ecs:fargate-ephemeral-storage-kms-key',
      'k1',
      storage('k1'),
      storage('k2'),
    ],
    [
      'CreateCapacityProvider',
      'Bool',
      'ecs:instance-metadata-tags-propagation',
      'true',
      managed(true),
      managed(false),
    ],
    [
      'DescribeTasks',
      'StringEquals',
      'ecs:ResourceTag/team',
      'a',
      { cluster: 'prod', tasks: [id] },
      { cluster: 'prod', tasks: ['other'] },
    ],
    [
      'RunTask',
      'StringEquals',
      'aws:ResourceTag/stage',
      'test',
      run,
      { ...run, taskDefinition: 'other' },
    ],
    [
      'DescribeServices',
      'StringEquals',
      'aws:ResourceTag/team',
      'a',
      { cluster: 'prod', services: ['web'] },
      { cluster: 'prod', services: ['web', 'api'] },
    ],
    [
      'UntagResource',
      'ForAllValues:StringEquals',
      'aws:TagKeys',
      ['x'],
      { resourceArn: cluster, tagKeys: ['x'] },
      { resourceArn: cluster, tagKeys: ['x', 'team'] },
    ],
    [
      'CreateTaskSet',
      'StringEquals',
      'aws:RequestTag/a',
      '1',
      { ...taskSet, tags: [{ key: 'a', value: '1' }] },
      { ...taskSet, tags: [{ key: 'a', value: '2' }] },
    ],
  ];

  const others = allow(['iam:*', 'ecs:TagResource', 'ecs:PutClusterCapacityProviders']);

  test.each(pairs)('%s: %s %s', async (operation, operator, key, value, met, unmet) => {
    const statement = allow(`ecs:${operation}`, '*', { [operator]: { [key]: value } });
    expect(await ask(operation, met, statement, others)).toBe('allowed');
    expect(await ask(operation, unmet, statement, others)).toContain(`ecs:${operation} `);
    expect(await ask(operation, unmet, allow(`ecs:${operation}`), others)).toBe('allowed');
  });

  test('ecs:CreateAction is there when a creation sets tags, and in no TagResource', async () => {
    const tagging = allow('ecs:TagResource', '*', {
      StringEquals: { 'ecs:CreateAction': 'CreateCluster' },
    });
    const request = { clusterName: 'n', tags };
    expect(
      await ask('CreateCluster', request, tagging, allow(['ecs:CreateCluster', 'iam:*'])),
    ).toBe('allowed');
    expect(await ask('CreateCluster', request, allow(['ecs:CreateCluster', 'iam:*']))).toBe(
      `ecs:TagResource ${arn('cluster/n')}`,
    );
    expect(await ask('TagResource', { resourceArn: cluster, tags }, tagging)).toBe(
      `ecs:TagResource ${cluster}`,
    );
  });
});

describe('RunTask and StartTask', () => {
  const starting = allow(['ecs:RunTask', 'ecs:StartTask']);
  const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };

  test('print the task definition as the caller gave it', async () => {
    const ownArn = arn('task-definition/web:1');
    expect(await ask('RunTask', { taskDefinition: 'web' })).toBe(
      `ecs:RunTask ${arn('task-definition/web')}`,
    );
    expect(await ask('RunTask', { taskDefinition: 'web:2' })).toBe(
      `ecs:RunTask ${arn('task-definition/web:2')}`,
    );
    expect(await ask('RunTask', { taskDefinition: ownArn })).toBe(`ecs:RunTask ${ownArn}`);
  });

  test('pass the roles in the task definition and those in the overrides', async () => {
    const request = { taskDefinition: 'web' };
    const task = allow('iam:PassRole', role('task'), toTasks);
    const execution = allow('iam:PassRole', role('execution'), toTasks);
    expect(await ask('RunTask', request, starting)).toBe(`iam:PassRole ${role('task')}`);
    expect(await ask('RunTask', request, starting, task)).toBe(`iam:PassRole ${role('execution')}`);
    expect(await ask('RunTask', request, starting, task, execution)).toBe('allowed');
    const overriding = { ...request, overrides: { taskRoleArn: role('admin') } };
    expect(await ask('RunTask', overriding, starting, task, execution)).toBe(
      `iam:PassRole ${role('admin')}`,
    );
    const start = { ...overriding, containerInstances: [id] };
    expect(await ask('StartTask', start, starting, task, execution)).toBe(
      `iam:PassRole ${role('admin')}`,
    );
  });

  test('tag tasks that do not exist yet, with propagated tags as well', async () => {
    const request = { cluster: 'prod', taskDefinition: 'web' };
    const passing = allow('iam:PassRole');
    const refused = `ecs:TagResource ${arn('task/prod/*')}`;
    expect(await ask('RunTask', { ...request, tags }, starting, passing)).toBe(refused);
    const propagating = { ...request, propagateTags: 'TASK_DEFINITION' };
    expect(await ask('RunTask', propagating, starting, passing)).toBe(refused);
    const tagging = allow('ecs:TagResource', arn('task/prod/*'), {
      StringEquals: { 'ecs:CreateAction': 'RunTask', 'aws:RequestTag/stage': 'test' },
    });
    expect(await ask('RunTask', propagating, starting, passing, tagging)).toBe('allowed');
  });
});

describe('what is asked about', () => {
  test('D2: DescribeTaskDefinition is granted by Resource "*" only', async () => {
    const request = { taskDefinition: 'web' };
    const scoped = allow('ecs:DescribeTaskDefinition', arn('task-definition/web:*'));
    expect(await ask('DescribeTaskDefinition', request, scoped)).toBe(
      'ecs:DescribeTaskDefinition *',
    );
    expect(await ask('DescribeTaskDefinition', request, allow('ecs:DescribeTaskDefinition'))).toBe(
      'allowed',
    );
  });

  test('000-11: the article’s describing statement, for cluster and service, not for the definition', async () => {
    const describing = allow(
      ['ecs:DescribeClusters', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition'],
      [arn('cluster/prod'), arn('service/prod/web'), arn('task-definition/web:*')],
    );
    expect(await ask('DescribeClusters', { clusters: ['prod'] }, describing)).toBe('allowed');
    expect(await ask('DescribeServices', { cluster: 'prod', services: ['web'] }, describing)).toBe(
      'allowed',
    );
    expect(await ask('DescribeTaskDefinition', { taskDefinition: 'web' }, describing)).toBe(
      'ecs:DescribeTaskDefinition *',
    );
    expect(await ask('DescribeClusters', { clusters: ['dev'] }, describing)).toBe(
      `ecs:DescribeClusters ${arn('cluster/dev')}`,
    );
  });

  test('tasks and services of the old ARN form are asked about in their cluster', async () => {
    const deny: TestStatement = {
      Effect: 'Deny',
      Action: 'ecs:*',
      Resource: arn('task/prod/*'),
    };
    const request = { cluster: 'prod', task: arn(`task/${id}`) };
    const user = await workload.user('old', [allow('ecs:*'), deny]);
    expect(await workload.answer('guarded:StopTask', request, user)).toContain(
      `on resource: ${arn(`task/${id}`)} with an explicit deny`,
    );
  });

  test('another account’s root is refused what is named by its ARN', async () => {
    const other = rootOf(otherAccount);
    for (const [operation, input] of [
      ['DescribeClusters', { clusters: [arn('cluster/prod')] }],
      ['StopTask', { cluster: arn('cluster/prod'), task: arn(`task/prod/${id}`) }],
      ['RunTask', { taskDefinition: arn('task-definition/web:1') }],
      ['TagResource', { resourceArn: arn('service/prod/web'), tags }],
    ] as const) {
      expect(await workload.answer(`guarded:${operation}`, input, other)).toContain(
        'AccessDeniedException',
      );
    }
    expect(await workload.call('ecs:ListClusters', {}, other)).toMatchObject({ clusterArns: [] });
  });

  test('nothing is granted by naming nothing', async () => {
    for (const [operation, input] of [
      ['DescribeServices', { services: [] }],
      ['DescribeTasks', { tasks: [] }],
      ['DescribeContainerInstances', { containerInstances: [] }],
      ['DeleteTaskDefinitions', { taskDefinitions: [] }],
      ['PutAttributes', { attributes: [] }],
      ['StartTask', { taskDefinition: 'web', containerInstances: [] }],
    ] as const) {
      expect(await ask(operation, input)).toContain(`ecs:${operation} `);
    }
  });

  test('services pass the roles of the task definition that the request names', async () => {
    const services = ['ecs:CreateService', 'ecs:UpdateService', 'iam:CreateServiceLinkedRole'];
    const allowed = allow(services);
    const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    const task = allow('iam:PassRole', role('task'), toTasks);
    const execution = allow('iam:PassRole', role('execution'), toTasks);
    const existing = { cluster: 'prod', service: 'web' };
    expect(await ask('UpdateService', { ...existing, desiredCount: 1 }, allowed)).toBe('allowed');
    expect(await ask('UpdateService', { ...existing, forceNewDeployment: true }, allowed)).toBe(
      'allowed',
    );
    for (const [operation, request] of [
      ['UpdateService', { ...existing, taskDefinition: 'web' }],
      ['CreateService', { cluster: 'prod', serviceName: 'web', taskDefinition: 'web' }],
    ] as const) {
      expect(await ask(operation, request, allowed)).toBe(`iam:PassRole ${role('task')}`);
      expect(await ask(operation, request, allowed, task)).toBe(
        `iam:PassRole ${role('execution')}`,
      );
      expect(await ask(operation, request, allowed, task, execution)).toBe('allowed');
    }
  });

  test('CreateService passes its own role too, to ECS itself', async () => {
    const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    const create = allow(['ecs:CreateService', 'iam:CreateServiceLinkedRole']);
    const passing = allow('iam:PassRole', '*', toTasks);
    const service = { cluster: 'prod', serviceName: 'web', taskDefinition: 'web' };
    expect(await ask('CreateService', { ...service, role: 'elb' }, create, passing)).toBe(
      `iam:PassRole ${role('elb')}`,
    );
  });

  test('service deployments are asked about with their service', async () => {
    const serviceDeploymentArn = arn('service-deployment/prod/web/d1');
    const request = { serviceDeploymentArn };
    const onService = allow('ecs:StopServiceDeployment', arn('service/prod/web'));
    const onDeployment = allow('ecs:StopServiceDeployment', serviceDeploymentArn);
    expect(await ask('StopServiceDeployment', request, onService)).toBe(
      `ecs:StopServiceDeployment ${serviceDeploymentArn}`,
    );
    expect(await ask('StopServiceDeployment', request, onService, onDeployment)).toBe('allowed');
  });

  test('every operation in IAM’s reference of ECS has a rule, but daemons and express services', async () => {
    const actions = await loadActions('ecs');
    const { model } = await createEcsService();
    const unruled = model.operationNames.filter(
      (name) => actions.action(name) !== undefined && !(name in authorization),
    );
    expect(unruled.filter((name) => !/Daemon|ExpressGateway/.test(name))).toEqual([]);
  });
});
