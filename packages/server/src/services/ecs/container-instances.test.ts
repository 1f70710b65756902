/** Container instances: registration, attributes, draining, queries, the agent's own calls. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { InstanceRecord } from '../ec2/entities.ts';
import { signIdentityDocument } from '../ec2/identity-document.ts';
import { createIamService } from '../iam/index.ts';
import type { Service } from '../service.ts';
import { account, region, root, type TestStatement, Workload } from '../workload.fixture.ts';
import { missingAttributes } from './container-instance-attributes.ts';
import type { StoredTaskDefinition } from './entities/task-definition.ts';
import { createEcsService } from './index.ts';

const arn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;
const instanceId = 'i-0123456789abcdef0';

let workload: Workload;

beforeEach(async () => {
  const service = await createEcsService();
  // What is not served here is answered emptily, so that its authorization can be asked about.
  const guarded: Service = {
    ...service,
    id: 'guarded',
    operations: new Map([...service.authorization.keys()].map((name) => [name, () => ({})])),
  };
  workload = await Workload.open(service, guarded, await createIamService());
  Object.assign(workload.runtime, { endpoint: () => 'http://127.0.0.1:4566' });
  await workload.call('ecs:CreateCluster', { clusterName: 'web' });
  const instance: Partial<InstanceRecord> = {
    id: instanceId,
    target: 'running',
    targetSince: 0,
    availabilityZone: `${region}a`,
    imageId: 'ami-1',
    instanceType: 't3.micro',
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
  };
  await workload.state.commit([
    {
      key: `ec2/${account}/${region}/instance/${instanceId}`,
      value: JSON.parse(JSON.stringify(instance)),
    },
  ]);
});

const call = async (name: string, input: object = {}) =>
  await workload.call(`ecs:${name}`, { cluster: 'web', ...input });

function identity(more: object = {}) {
  const instanceIdentityDocument = JSON.stringify({
    accountId: account,
    region,
    instanceId,
    ...more,
  });
  const { sealer } = workload.runtime;
  return {
    instanceIdentityDocument,
    instanceIdentityDocumentSignature: signIdentityDocument(instanceIdentityDocument, sealer),
  };
}

const registration = {
  versionInfo: { agentVersion: '1.90.0', dockerVersion: 'DockerVersion: 25.0.8' },
  totalResources: [
    { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 3000 },
    { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22'] },
  ],
  attributes: [{ name: 'colour', value: 'red' }, { name: 'ecs.capability.task-eni' }],
};

async function register(more: object = {}): Promise<string> {
  const answer = await call('RegisterContainerInstance', { ...registration, ...more });
  const { containerInstance } = answer as { containerInstance: { containerInstanceArn: string } };
  return containerInstance.containerInstanceArn;
}

describe('registration', () => {
  test('of an EC2 instance that its identity document proves', async () => {
    const containerInstance = await register(identity());
    expect(containerInstance).toMatch(
      new RegExp(`^${arn('container-instance/web/')}[0-9a-f]{32}$`),
    );
    const described = await call('DescribeContainerInstances', {
      containerInstances: [containerInstance, 'none'],
    });
    expect(described).toMatchObject({
      containerInstances: [
        {
          ec2InstanceId: instanceId,
          status: 'ACTIVE',
          agentConnected: true,
          runningTasksCount: 0,
          attributes: expect.arrayContaining([
            { name: 'colour', value: 'red' },
            { name: 'ecs.instance-type', value: 't3.micro' },
          ]),
        },
      ],
      failures: [{ arn: arn('container-instance/web/none'), reason: 'MISSING' }],
    });
  });

  test.each<[string, () => object]>([
    ['a forged signature', () => ({ ...identity(), instanceIdentityDocumentSignature: 'AAAA' })],
    [
      'a changed document',
      () => ({
        ...identity(),
        instanceIdentityDocument: identity({ a: 1 }).instanceIdentityDocument,
      }),
    ],
    ['no signature', () => ({ instanceIdentityDocument: identity().instanceIdentityDocument })],
    ['another account’s document', () => identity({ accountId: '210987654321' })],
    ['an instance that is not there', () => identity({ instanceId: 'i-0' })],
  ])('is refused for %s', async (_name, input) => {
    const asked = { cluster: 'web', ...registration, ...input() };
    expect(await workload.answer('ecs:RegisterContainerInstance', asked)).toBe(
      '400 ClientException: The identity document and identity document signature were not valid',
    );
  });

  test('in a cluster that is not there, in the words that the agent waits for', async () => {
    expect(await workload.answer('ecs:RegisterContainerInstance', { cluster: 'none' })).toBe(
      '400 ClientException: Cluster not found.',
    );
  });

  test('again keeps the ARN; a deregistered one is inactive for ever', async () => {
    const containerInstanceArn = await register();
    expect(await register({ containerInstanceArn })).toBe(containerInstanceArn);
    await call('DeregisterContainerInstance', { containerInstance: containerInstanceArn });
    const again = { cluster: 'web', ...registration, containerInstanceArn };
    expect(await workload.answer('ecs:RegisterContainerInstance', again)).toMatch(
      /^400 ClientException: Container instance [0-9a-f]{32} is inactive\.$/,
    );
    expect(await call('ListContainerInstances')).toMatchObject({ containerInstanceArns: [] });
  });

  test('a cluster with container instances stays', async () => {
    await register();
    expect(await workload.answer('ecs:DeleteCluster', { cluster: 'web' })).toMatch(
      /^400 ClusterContainsContainerInstancesException: /,
    );
  });
});

describe('container instances', () => {
  test('are drained and activated', async () => {
    const containerInstances = [await register()];
    const update = async (status: string) =>
      await call('UpdateContainerInstancesState', { containerInstances, status });
    expect(await update('DRAINING')).toMatchObject({
      containerInstances: [{ status: 'DRAINING' }],
    });
    expect(await call('ListContainerInstances', { status: 'ACTIVE' })).toMatchObject({
      containerInstanceArns: [],
    });
    expect(await update('ACTIVE')).toMatchObject({ containerInstances: [{ status: 'ACTIVE' }] });
  });

  test('have attributes that are put, listed and deleted', async () => {
    const targetId = await register();
    const attributes = [{ name: 'stack', value: 'prod', targetId }];
    await call('PutAttributes', { attributes });
    const list = async () =>
      (await call('ListAttributes', { targetType: 'container-instance', attributeName: 'stack' }))[
        'attributes'
      ];
    expect(await list()).toEqual([
      { name: 'stack', value: 'prod', targetType: 'container-instance', targetId },
    ]);
    await call('DeleteAttributes', { attributes: [{ name: 'stack', targetId }] });
    expect(await list()).toEqual([]);
  });

  test.each([
    ['attribute:colour == red', true],
    ['attribute:colour != red', false],
    ['attribute:colour in [blue, red]', true],
    ['attribute:colour !in [blue, red]', false],
    ['attribute:size exists', false],
    ['attribute:size !exists and agentConnected == true', true],
    ['not (attribute:colour =~ r*) || runningTasksCount > 0', false],
    ['attribute:colour =~ r.*d', true],
    ['ec2InstanceId == "i-0123456789abcdef0"', true],
    ['registeredAt >= 2026-01-02T00:00:00Z', true],
    ['agentVersion < 1.0.0', false],
  ])('are listed by the query %s', async (filter, isFound) => {
    const containerInstance = await register(identity());
    expect(await call('ListContainerInstances', { filter })).toMatchObject({
      containerInstanceArns: isFound ? [containerInstance] : [],
    });
  });

  test.each(['attribute:colour ==', '(a == b', 'a == "b', 'nothing == 1', 'a b', '!'])(
    'the query %s is refused',
    async (filter) => {
      await register();
      expect(await workload.answer('ecs:ListContainerInstances', { cluster: 'web', filter })).toBe(
        '400 InvalidParameterException: Invalid filter expression.',
      );
    },
  );

  test('have no newer agent', async () => {
    const asked = { cluster: 'web', containerInstance: await register() };
    expect(await workload.answer('ecs:UpdateContainerAgent', asked)).toContain(
      'NoUpdateAvailableException',
    );
  });

  test('tags are set, read and taken away', async () => {
    const resourceArn = await register({ tags: [{ key: 'a', value: '1' }] });
    await workload.call('ecs:TagResource', { resourceArn, tags: [{ key: 'b', value: '2' }] });
    await workload.call('ecs:UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await workload.call('ecs:ListTagsForResource', { resourceArn })).toEqual({
      tags: [{ key: 'b', value: '2' }],
    });
    const reserved = { resourceArn, tags: [{ key: 'AWS:x', value: '' }] };
    expect(await workload.answer('ecs:TagResource', reserved)).toContain('reserved');
  });
});

describe('001-12 the agent with the actions of AmazonEC2ContainerServiceforEC2Role', () => {
  const actions = [
    'ec2:DescribeTags',
    'ecs:CreateCluster',
    'ecs:DeregisterContainerInstance',
    'ecs:DiscoverPollEndpoint',
    'ecs:Poll',
    'ecs:RegisterContainerInstance',
    'ecs:StartTelemetrySession',
    'ecs:UpdateContainerInstancesState',
    'ecs:Submit*',
  ];
  const creating = ['CreateCluster', 'RegisterContainerInstance'];
  const policy = (without?: string): readonly TestStatement[] => [
    { Effect: 'Allow', Action: actions.filter((action) => action !== without), Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'ecs:TagResource',
      Resource: '*',
      Condition: { StringEquals: { 'ecs:CreateAction': creating } },
    },
    {
      Effect: 'Allow',
      Action: 'ecs:ListTagsForResource',
      Resource: ['arn:aws:ecs:*:*:task/*/*', 'arn:aws:ecs:*:*:container-instance/*/*'],
    },
  ];

  test('registers, discovers, polls, reports, drains and deregisters', async () => {
    const agent = await workload.session('ecsInstanceRole', policy());
    const ask = async (name: string, input: object) =>
      await workload.call(name, { cluster: 'web', ...input }, agent);
    const tags = [{ key: 'a', value: '1' }];
    const registered = await ask('ecs:RegisterContainerInstance', {
      ...registration,
      ...identity(),
      tags,
    });
    expect(registered).toMatchObject({ containerInstance: { status: 'ACTIVE', tags } });
    const [containerInstance = ''] = (await call('ListContainerInstances'))[
      'containerInstanceArns'
    ] as string[];
    expect(await ask('ecs:DiscoverPollEndpoint', { containerInstance })).toEqual({
      endpoint: 'http://127.0.0.1:4566/',
      telemetryEndpoint: 'http://127.0.0.1:4566/ws/telemetry/',
    });
    await ask('guarded:Poll', { containerInstance });
    await ask('guarded:StartTelemetrySession', { containerInstance });
    for (const name of ['SubmitTaskStateChange', 'SubmitContainerStateChange']) {
      expect(await ask(`ecs:${name}`, { status: 'RUNNING' })).toEqual({ acknowledgment: 'ACCEPT' });
    }
    await ask('ecs:SubmitAttachmentStateChanges', { attachments: [] });
    expect(
      await workload.call('ecs:ListTagsForResource', { resourceArn: containerInstance }, agent),
    ).toEqual({ tags });
    const containerInstances = [containerInstance];
    await ask('ecs:UpdateContainerInstancesState', { containerInstances, status: 'DRAINING' });
    await ask('ecs:DeregisterContainerInstance', { containerInstance });
  });

  test.each(actions.filter((action) => /^ecs:(?!CreateCluster|Submit)/.test(action)))(
    'without %s that call is denied',
    async (action) => {
      const agent = await workload.session('lacking', policy(action));
      const input = { cluster: 'web', containerInstance: 'c', containerInstances: ['c'] };
      const name = action.replace('ecs:', 'guarded:');
      const asked = { ...input, status: 'ACTIVE' };
      expect(await workload.answer(name, asked, agent)).toContain(
        `is not authorized to perform: ${action} on resource: `,
      );
      expect(await workload.answer(name, asked, root)).toBe('success');
    },
  );
});

describe('004-9 an agent before 1.16.0', () => {
  const definition: StoredTaskDefinition = {
    family: 'web',
    revision: 1,
    taskDefinitionArn: arn('task-definition/web:1'),
    executionRoleArn: `arn:aws:iam::${account}:role/execution`,
    requiresAttributes: [{ name: 'ecs.capability.execution-role-ecr-pull' }],
  };
  const attributes = [{ name: 'ecs.capability.execution-role-ecr-pull' }];
  const missing = (agentVersion: string, of = definition) =>
    missingAttributes({ attributes, versionInfo: { agentVersion } }, of);

  test('takes no task that needs an execution role', () => {
    expect(missing('1.15.2')).toEqual(['ecs.capability.execution-role-ecr-pull']);
    expect(missing('')).toHaveLength(1);
    expect(missing('1.16.0')).toEqual([]);
    expect(missing('1.100.0')).toEqual([]);
    expect(missing('1.15.2', { ...definition, requiresAttributes: [] })).toHaveLength(1);
  });

  test('takes others', () => {
    const { executionRoleArn: _, ...plain } = { ...definition, requiresAttributes: [] };
    expect(missing('1.15.2', plain)).toEqual([]);
  });
});
