/** Task definitions: what is refused, what is filled in, revisions, lists, roles that are passed. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, region, type TestStatement, Workload } from '../workload.fixture.ts';
import { createEcsService } from './index.ts';

const arn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const image = `${account}.dkr.ecr.${region}.amazonaws.com/web:1`;

const fargate = {
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: role('execution'),
  containerDefinitions: [{ name: 'web', image }],
};
const logConfiguration = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/ecs/web', 'awslogs-region': region, 'awslogs-stream-prefix': 'p' },
};
const ec2 = { family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx', memory: 512 }] };
const [webContainer] = ec2.containerDefinitions;

let workload: Workload;

beforeEach(async () => {
  workload = await Workload.open(await createEcsService());
});

const register = async (input: object) =>
  (await workload.call('ecs:RegisterTaskDefinition', input))['taskDefinition'];
const answer = async (input: object) => await workload.answer('ecs:RegisterTaskDefinition', input);
const withContainer = (more: object, base: object = ec2) => ({
  ...base,
  containerDefinitions: [{ ...webContainer, ...more }],
});
const withoutRole = ({ executionRoleArn: _, ...input }: typeof fargate) => input;

describe('ClientException', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'Fargate in another network mode',
      { ...fargate, networkMode: 'bridge' },
      'Fargate only supports network mode ‘awsvpc’.',
    ],
    [
      'Fargate without cpu',
      { ...fargate, cpu: undefined },
      "Fargate requires that 'cpu' be defined at the task level.",
    ],
    [
      'Fargate without memory',
      { ...fargate, memory: undefined },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    [
      'a size that Fargate has not',
      { ...fargate, cpu: '4 vCPU', memory: '4 GB' },
      'No Fargate configuration exists for given values: 4096 CPU, 4096 memory',
    ],
    [
      'too little cpu for EC2',
      { ...ec2, cpu: '64' },
      "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of " +
        'the Amazon ECS Developer Guide.',
    ],
    [
      '000-3: an ECR image without execution role',
      withoutRole(fargate),
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      'awslogs without execution role',
      withContainer({ logConfiguration }, withoutRole(fargate)),
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'secrets without execution role',
      withContainer({ secrets: [{ name: 'A', valueFrom: 'a' }] }),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'registry credentials without execution role',
      withContainer({ repositoryCredentials: { credentialsParameter: 'a' } }),
      'When you are specifying container repositoryCredentials, you must also specify a value ' +
        "for 'executionRoleArn'.",
    ],
    [
      'awslogs without options',
      withContainer({ logConfiguration: { logDriver: 'awslogs' } }),
      'Log driver awslogs requires options: awslogs-region, awslogs-group',
    ],
    [
      'options that awslogs has not',
      withContainer({
        logConfiguration: {
          ...logConfiguration,
          options: { ...logConfiguration.options, log_key: 'log' },
        },
      }),
      'Log driver awslogs disallows options: log_key',
    ],
    [
      'a log driver that nobody has',
      withContainer({ logConfiguration: { logDriver: 'carrier-pigeon' } }),
      'carrier-pigeon is not a valid log driver. Must be one of [awslogs,fluentd,gelf,json-file,' +
        'journald,splunk,syslog,awsfirelens]',
    ],
    [
      'a log driver that Fargate has not',
      withContainer({ logConfiguration: { logDriver: 'syslog' } }, fargate),
      'syslog is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]',
    ],
    [
      'a container without memory',
      withContainer({ memory: undefined }),
      "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must " +
        'be specified.',
    ],
    [
      'a container without name',
      withContainer({ name: '' }),
      'Container.name should not be null or empty.',
    ],
    [
      'a container without image',
      withContainer({ image: undefined }),
      'Container.image should not be null or empty.',
    ],
    [
      'no essential container',
      withContainer({ essential: false }),
      'A task definition must have at least one essential container.',
    ],
    [
      'EFS with IAM without task role',
      {
        ...ec2,
        volumes: [
          {
            name: 'v',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-1',
              authorizationConfig: { iam: 'ENABLED' },
            },
          },
        ],
      },
      'EFS IAM authorization requires a task role.',
    ],
    [
      'the host’s process ids on Fargate',
      { ...fargate, pidMode: 'host' },
      "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value " +
        "for pidMode is 'task'.",
    ],
    [
      'a role that is no ARN',
      { ...fargate, taskRoleArn: 'arn:aws:iam::1:role/x' },
      'Role is not valid',
    ],
    [
      'a secret named as a variable',
      withContainer(
        {
          environment: [{ name: 'A', value: '1' }],
          secrets: [{ name: 'A', valueFrom: 'a' }],
        },
        fargate,
      ),
      'The secret name must be unique and not shared with any new or existing environment ' +
        "variables set on the container, such as 'A'.",
    ],
    [
      'a volume that is not there',
      withContainer({ mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }] }),
      "Unknown volume 'v'.",
    ],
    [
      'a health check whose command no engine knows',
      withContainer({ healthCheck: { command: ['curl'] } }),
      'The command must begin with CMD or CMD-SHELL.',
    ],
    [
      'a health check without pause',
      withContainer({ healthCheck: { command: ['CMD', 'true'], interval: 4 } }),
      "'interval' must be between 5 and 300.",
    ],
    [
      'more than 64 KiB',
      withContainer({ environment: [{ name: 'A', value: 'x'.repeat(66_000) }] }),
      "Max allowed length is '65536' bytes.",
    ],
  ];

  test.each(cases)('%s', async (_name, input, text) => {
    const refused = await answer(input);
    expect(refused).toMatch(/^400 ClientException: /);
    expect(refused).toContain(text);
  });

  test('but roles that do not exist are accepted: it shows at launch', async () => {
    expect(await answer({ ...fargate, taskRoleArn: role('nobody') })).toBe('success');
  });

  test('sizes are read in each notation', async () => {
    for (const [cpu, memory] of [
      ['.25 vCPU', '0.5GB'],
      ['0.25 vcpu', '1 GB'],
      ['256', '2048'],
    ]) {
      expect(await register({ ...fargate, cpu, memory })).toMatchObject({ cpu: '256' });
    }
    expect(await answer({ ...fargate, cpu: '8192', memory: '61440' })).toBe('success');
    expect(await answer({ ...fargate, cpu: '8192', memory: '17408' })).toContain('No Fargate');
  });
});

describe('a task definition', () => {
  test('has ECS’s defaults, required attributes, compatibilities and its registrar', async () => {
    const input = {
      ...withContainer({ image, logConfiguration }, fargate),
      taskRoleArn: role('t'),
    };
    const defined = await register(input);
    expect(defined).toMatchObject({
      taskDefinitionArn: arn('task-definition/web:1'),
      revision: 1,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredBy: `arn:aws:iam::${account}:root`,
      volumes: [],
      placementConstraints: [],
      containerDefinitions: [
        { cpu: 0, essential: true, environment: [], mountPoints: [], volumesFrom: [] },
      ],
    });
    const { requiresAttributes } = defined as { requiresAttributes: { name: string }[] };
    expect(requiresAttributes.map(({ name }) => name).sort()).toEqual([
      'com.amazonaws.ecs.capability.docker-remote-api.1.18',
      'com.amazonaws.ecs.capability.docker-remote-api.1.19',
      'com.amazonaws.ecs.capability.ecr-auth',
      'com.amazonaws.ecs.capability.logging-driver.awslogs',
      'com.amazonaws.ecs.capability.task-iam-role',
      'ecs.capability.execution-role-awslogs',
      'ecs.capability.execution-role-ecr-pull',
      'ecs.capability.task-cpu-mem-limit',
      'ecs.capability.task-eni',
    ]);
    expect(await register(ec2)).toMatchObject({
      revision: 2,
      compatibilities: ['EXTERNAL', 'EC2'],
    });
  });

  test('has the health check with its defaults, as clients compare it', async () => {
    const health = async (healthCheck: object) => {
      const { containerDefinitions } = (await register(withContainer({ healthCheck }))) as {
        containerDefinitions: { healthCheck: object }[];
      };
      return containerDefinitions[0]?.healthCheck;
    };
    const command = ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'];
    const defaults = { command, interval: 30, timeout: 5, retries: 3 };
    expect(await health({ command })).toEqual(defaults);
    expect(await health({ command, retries: 5 })).toEqual({ ...defaults, retries: 5 });
  });

  test('is described by family, by revision and by ARN, with tags when asked', async () => {
    await register({ ...ec2, tags: [{ key: 'a', value: '1' }] });
    await register(ec2);
    const describe = async (taskDefinition: string, include: string[] = []) =>
      await workload.call('ecs:DescribeTaskDefinition', { taskDefinition, include });
    expect(await describe('web')).toMatchObject({ taskDefinition: { revision: 2 }, tags: [] });
    expect(await describe('web:1', ['TAGS'])).toMatchObject({
      taskDefinition: { revision: 1 },
      tags: [{ key: 'a', value: '1' }],
    });
    expect(await describe(arn('task-definition/web:1'))).toMatchObject({
      taskDefinition: { revision: 1 },
    });
    expect(await workload.answer('ecs:DescribeTaskDefinition', { taskDefinition: 'none' })).toBe(
      '400 ClientException: Unable to describe task definition.',
    );
  });

  test('is deregistered, deleted, and its revision is never used again', async () => {
    await register(ec2);
    const deregister = { taskDefinition: 'web:1' };
    const erase = async () =>
      await workload.call('ecs:DeleteTaskDefinitions', { taskDefinitions: ['web:1', 'no:1'] });
    expect(await erase()).toMatchObject({ taskDefinitions: [], failures: [{}, {}] });
    expect(await workload.call('ecs:DeregisterTaskDefinition', deregister)).toMatchObject({
      taskDefinition: { status: 'INACTIVE' },
    });
    expect(await erase()).toMatchObject({
      taskDefinitions: [{ status: 'DELETE_IN_PROGRESS' }],
      failures: [{ arn: arn('task-definition/no:1') }],
    });
    workload.now += 3_600_000;
    expect(await register(ec2)).toMatchObject({ revision: 2 });
    expect(await workload.answer('ecs:DescribeTaskDefinition', deregister)).toContain('Unable');
  });

  test('is listed by family, status and order, page by page', async () => {
    for (const family of ['b', 'a', 'a', 'ab']) await register({ ...ec2, family });
    await workload.call('ecs:DeregisterTaskDefinition', { taskDefinition: 'b:1' });
    const list = async (input: object = {}) =>
      await workload.call('ecs:ListTaskDefinitions', input);
    const names = ['a:1', 'a:2', 'ab:1'].map((name) => arn(`task-definition/${name}`));
    expect((await list())['taskDefinitionArns']).toEqual(names);
    expect((await list({ sort: 'DESC' }))['taskDefinitionArns']).toEqual([...names].reverse());
    expect((await list({ familyPrefix: 'a' }))['taskDefinitionArns']).toEqual(names.slice(0, 2));
    expect((await list({ status: 'INACTIVE' }))['taskDefinitionArns']).toHaveLength(1);
    const { nextToken } = await list({ sort: 'DESC', maxResults: 2 });
    expect(await list({ sort: 'DESC', maxResults: 2, nextToken })).toMatchObject({
      taskDefinitionArns: [names[0]],
    });
    const families = async (input: object) =>
      (await workload.call('ecs:ListTaskDefinitionFamilies', input))['families'];
    expect(await families({})).toEqual(['a', 'ab', 'b']);
    expect(await families({ familyPrefix: 'a' })).toEqual(['a', 'ab']);
    expect(await families({ status: 'ACTIVE' })).toEqual(['a', 'ab']);
    expect(await families({ status: 'INACTIVE' })).toEqual(['b']);
  });
});

describe('000-12 a new revision with both roles', () => {
  const allow = (Action: string, Resource: string, Condition?: unknown): TestStatement => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const registering = allow('ecs:RegisterTaskDefinition', '*');
  const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
  const input = { ...fargate, taskRoleArn: role('task') };

  test('passes each of them to ecs-tasks.amazonaws.com', async () => {
    const user = await workload.user('deployer', [
      registering,
      allow('iam:PassRole', role('execution'), toTasks),
      allow('iam:PassRole', role('task'), toTasks),
    ]);
    const ask = async (asked: object) =>
      await workload.answer('ecs:RegisterTaskDefinition', asked, user);
    expect(await ask(input)).toBe('success');
    expect(await ask({ ...input, taskRoleArn: role('third') })).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/deployer is not authorized ` +
        `to perform: iam:PassRole on resource: ${role('third')} because no identity-based ` +
        'policy allows the iam:PassRole action',
    );
    expect(await ask({ ...input, tags: [{ key: 'a', value: '1' }] })).toContain(
      `ecs:TagResource on resource: ${arn('task-definition/web:*')}`,
    );
  });

  test('passing to EC2 alone does not do', async () => {
    const toEc2 = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };
    const user = await workload.user('deployer', [registering, allow('iam:PassRole', '*', toEc2)]);
    expect(await workload.answer('ecs:RegisterTaskDefinition', input, user)).toContain(
      `iam:PassRole on resource: ${role('task')}`,
    );
  });

  test('001-11: nginx of 512 MiB with a task role, and a caller without PassRole', async () => {
    const asked = { ...ec2, taskRoleArn: role('task') };
    const user = await workload.user('terraform', [registering]);
    expect(await workload.answer('ecs:RegisterTaskDefinition', asked, user)).toContain(
      `not authorized to perform: iam:PassRole on resource: ${role('task')}`,
    );
    const passing = await workload.user('passing', [registering, allow('iam:PassRole', '*')]);
    expect(await workload.answer('ecs:RegisterTaskDefinition', asked, passing)).toBe('success');
  });
});
