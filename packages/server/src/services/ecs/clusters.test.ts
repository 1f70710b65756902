/** Clusters, capacity providers, account settings and the service-linked role. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createIamService } from '../iam/index.ts';
import { account, region, type TestStatement, Workload } from '../workload.fixture.ts';
import { createEcsService } from './index.ts';

const arn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;
const roleArn = `arn:aws:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;
const allow = (
  Action: string | string[],
  Resource: string,
  Condition?: unknown,
): TestStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

let workload: Workload;

beforeEach(async () => {
  workload = await Workload.open(await createEcsService(), await createIamService());
});

const call = async (name: string, input: object = {}) => await workload.call(`ecs:${name}`, input);

describe('clusters', () => {
  test('are made, found by name and ARN, listed, deleted', async () => {
    const { cluster } = await call('CreateCluster', {
      clusterName: 'web',
      tags: [{ key: 'team', value: 'a' }],
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    expect(cluster).toMatchObject({
      clusterArn: arn('cluster/web'),
      status: 'ACTIVE',
      tags: [{ key: 'team', value: 'a' }],
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }],
    });
    const described = await call('DescribeClusters', { clusters: ['web', arn('cluster/none')] });
    expect(described).toMatchObject({
      clusters: [{ clusterName: 'web', tags: [], settings: [], runningTasksCount: 0 }],
      failures: [{ arn: arn('cluster/none'), reason: 'MISSING' }],
    });
    const full = await call('DescribeClusters', {
      clusters: [arn('cluster/web')],
      include: ['TAGS', 'SETTINGS', 'STATISTICS'],
    });
    expect(full).toMatchObject({
      clusters: [{ tags: [{ key: 'team', value: 'a' }], settings: [{ value: 'enabled' }] }],
    });
    expect(await call('ListClusters')).toEqual({
      clusterArns: [arn('cluster/web')],
      nextToken: undefined,
    });
    expect(await call('DeleteCluster', { cluster: 'web' })).toMatchObject({
      cluster: { status: 'INACTIVE' },
    });
    expect(await call('ListClusters')).toMatchObject({ clusterArns: [] });
    const resourceArn = arn('cluster/web');
    expect(await workload.answer('ecs:ListTagsForResource', { resourceArn })).toBe(
      '400 InvalidParameterException: The specified cluster is inactive. Specify an active ' +
        'cluster and try again.',
    );
    expect(await workload.answer('ecs:DeleteCluster', { cluster: 'web' })).toBe(
      '400 ClusterNotFoundException: Cluster not found.',
    );
  });

  test('made twice are one, unless the requests differ', async () => {
    await call('CreateCluster', { clusterName: 'web' });
    await call('CreateCluster', { clusterName: 'web' });
    const differing = { clusterName: 'web', capacityProviders: ['FARGATE'] };
    expect(await workload.answer('ecs:CreateCluster', differing)).toContain('inconsistent');
  });

  test('are named default when no name is given', async () => {
    expect(await call('CreateCluster')).toMatchObject({ cluster: { clusterName: 'default' } });
    expect(await call('DescribeClusters')).toMatchObject({
      clusters: [{ clusterArn: arn('cluster/default') }],
    });
  });

  test('of other accounts and regions are not found by their ARNs', async () => {
    await call('CreateCluster');
    const foreign = `arn:aws:ecs:eu-west-1:${account}:cluster/default`;
    expect(await workload.answer('ecs:DeleteCluster', { cluster: foreign })).toBe(
      '400 InvalidParameterException: Identifier is for eu-west-1. Your region is us-east-1',
    );
  });

  test('lists come in pages whose tokens belong to them', async () => {
    for (const clusterName of ['a', 'b', 'c']) await call('CreateCluster', { clusterName });
    const first = await call('ListClusters', { maxResults: 2 });
    expect(first['clusterArns']).toEqual([arn('cluster/a'), arn('cluster/b')]);
    const { nextToken } = first;
    expect(await call('ListClusters', { maxResults: 2, nextToken })).toMatchObject({
      clusterArns: [arn('cluster/c')],
    });
    expect(await workload.answer('ecs:ListTaskDefinitions', { nextToken })).toContain(
      'InvalidParameterException',
    );
  });

  test('capacity providers are put, and strategies name only those', async () => {
    await call('CreateCluster', { clusterName: 'web' });
    const put = { cluster: 'web', defaultCapacityProviderStrategy: [] };
    expect(
      await call('PutClusterCapacityProviders', { ...put, capacityProviders: ['FARGATE'] }),
    ).toMatchObject({ cluster: { capacityProviders: ['FARGATE'] } });
    const unknown = { ...put, capacityProviders: ['nobody'] };
    expect(await workload.answer('ecs:PutClusterCapacityProviders', unknown)).toContain(
      'The specified capacity provider does not exist.',
    );
    const strange = {
      cluster: 'web',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    };
    expect(await workload.answer('ecs:PutClusterCapacityProviders', strange)).toContain(
      'not associated with the cluster',
    );
  });

  test('own capacity providers live until a cluster uses them no more', async () => {
    await call('CreateCluster', { clusterName: 'web' });
    const { capacityProvider } = await call('CreateCapacityProvider', {
      name: 'group',
      autoScalingGroupProvider: { autoScalingGroupArn: 'arn:aws:autoscaling:x' },
    });
    expect(capacityProvider).toMatchObject({
      capacityProviderArn: arn('capacity-provider/group'),
      autoScalingGroupProvider: { managedScaling: { targetCapacity: 100 } },
    });
    const put = { cluster: 'web', defaultCapacityProviderStrategy: [] };
    await call('PutClusterCapacityProviders', { ...put, capacityProviders: ['group'] });
    const named = { capacityProvider: 'group' };
    expect(await workload.answer('ecs:DeleteCapacityProvider', named)).toContain(
      'ResourceInUseException',
    );
    await call('PutClusterCapacityProviders', { ...put, capacityProviders: [] });
    await call('DeleteCapacityProvider', named);
    expect(await call('DescribeCapacityProviders')).toMatchObject({
      capacityProviders: [{ name: 'FARGATE' }, { name: 'FARGATE_SPOT' }],
    });
  });
});

describe('the service-linked role', () => {
  const create = allow('ecs:CreateCluster', '*');
  const link = allow('iam:CreateServiceLinkedRole', `${roleArn}*`, {
    StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' },
  });

  test('is made in the name of the first caller', async () => {
    const user = await workload.user('first', [create, link]);
    expect(await workload.answer('ecs:CreateCluster', {}, user)).toBe('success');
    const { directory } = workload.runtime;
    expect(directory.find(account, 'role', 'AWSServiceRoleForECS')?.record).toMatchObject({
      path: '/aws-service-role/ecs.amazonaws.com/',
    });
    const other = await workload.user('second', [create]);
    expect(await workload.answer('ecs:CreateCluster', { clusterName: 'b' }, other)).toBe('success');
  });

  test('that the caller may not make refuses the cluster in the words of ECS', async () => {
    const user = await workload.user('first', [create]);
    expect(await workload.answer('ecs:CreateCluster', {}, user)).toBe(
      '400 InvalidParameterException: Unable to assume the service linked role. Please verify ' +
        'that the ECS service linked role exists.',
    );
    expect(await call('ListClusters')).toMatchObject({ clusterArns: [] });
  });

  test('the request carries the keys of forward access', async () => {
    const through = { StringEquals: { 'aws:CalledViaLast': 'ecs.amazonaws.com' } };
    const user = await workload.user('first', [create, { ...link, Condition: through }]);
    expect(await workload.answer('ecs:CreateCluster', {}, user)).toBe('success');
  });
});

describe('account settings', () => {
  test('of a principal come before those of the account, and these before AWS’s', async () => {
    const user = await workload.user('one', [allow('ecs:*', '*')]);
    const list = async () =>
      await workload.call(
        'ecs:ListAccountSettings',
        { name: 'containerInsights', effectiveSettings: true },
        user,
      );
    expect(await list()).toMatchObject({ settings: [{ value: 'disabled' }] });
    const setting = { name: 'containerInsights', value: 'enabled' };
    await call('PutAccountSettingDefault', setting);
    expect(await list()).toMatchObject({ settings: [{ value: 'enabled' }] });
    await workload.call('ecs:PutAccountSetting', { ...setting, value: 'enhanced' }, user);
    expect(await list()).toMatchObject({
      settings: [{ value: 'enhanced', principalArn: `arn:aws:iam::${account}:user/one` }],
    });
    await workload.call('ecs:DeleteAccountSetting', { name: 'containerInsights' }, user);
    expect(await list()).toMatchObject({ settings: [{ value: 'enabled' }] });
  });

  test('refuse unknown values and foreign principals', async () => {
    const principalArn = 'arn:aws:iam::210987654321:root';
    const foreign = { name: 'taskLongArnFormat', value: 'enabled', principalArn };
    expect(await workload.answer('ecs:PutAccountSetting', foreign)).toContain(
      'InvalidParameterException',
    );
    const value = { name: 'taskLongArnFormat', value: 'maybe' };
    expect(await workload.answer('ecs:PutAccountSetting', value)).toContain(
      'InvalidParameterException',
    );
  });
});
