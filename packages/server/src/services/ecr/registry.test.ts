/** A registry's settings, creation templates and cache rules. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createKmsService } from '../kms/index.ts';
import { account, region } from '../workload.fixture.ts';
import { createOnPush, createOnPushDemands, templateForPush } from './creation-template.ts';
import { EcrWorkload } from './ecr.fixture.ts';

let ecr: EcrWorkload;

beforeEach(async () => {
  ecr = await EcrWorkload.open(await createKmsService());
});

describe('creation templates', () => {
  const create = (prefix: string, more: object = {}) =>
    ecr.answer('CreateRepositoryCreationTemplate', {
      prefix,
      appliedFor: ['CREATE_ON_PUSH'],
      ...more,
    });

  test('are made once, listed, changed in part and deleted', async () => {
    expect(await create('team', { description: 'd', imageTagMutability: 'IMMUTABLE' })).toBe(
      'success',
    );
    expect(await create('team')).toMatch(/^400 TemplateAlreadyExistsException/);
    await ecr.call('UpdateRepositoryCreationTemplate', { prefix: 'team', description: 'e' });
    expect(await ecr.call('DescribeRepositoryCreationTemplates')).toMatchObject({
      registryId: account,
      repositoryCreationTemplates: [
        {
          prefix: 'team',
          description: 'e',
          imageTagMutability: 'IMMUTABLE',
          appliedFor: ['CREATE_ON_PUSH'],
        },
      ],
    });
    await ecr.call('DeleteRepositoryCreationTemplate', { prefix: 'team' });
    expect(await ecr.answer('DeleteRepositoryCreationTemplate', { prefix: 'team' })).toMatch(
      /^400 TemplateNotFoundException/,
    );
  });

  test('fit by whole parts of the name, the longest first, ROOT last', async () => {
    await create('ROOT');
    await create('team');
    await create('team/web/');
    await create('cache', { appliedFor: ['PULL_THROUGH_CACHE'] });
    const prefixFor = (name: string) => templateForPush(name, account, ecr.context)?.prefix;
    expect(prefixFor('team/app')).toBe('team');
    expect(prefixFor('team/web/app')).toBe('team/web/');
    expect(prefixFor('teams/app')).toBe('ROOT');
    expect(prefixFor('cache/app')).toBe('ROOT');
  });

  test('make a repository with all that they say, for whoever may make it', async () => {
    const rules = [
      {
        rulePriority: 1,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
        action: { type: 'expire' },
      },
    ];
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' };
    await create('team', {
      imageTagMutability: 'IMMUTABLE',
      resourceTags: [{ Key: 'team', Value: 'red' }],
      lifecyclePolicy: JSON.stringify({ rules }),
      repositoryPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    expect(createOnPushDemands('other', account, ecr.context)).toBeUndefined();
    const demands = createOnPushDemands('team/app', account, ecr.context);
    expect(demands?.map(({ action }) => action)).toEqual([
      'ecr:CreateRepository',
      'ecr:TagResource',
      'ecr:SetRepositoryPolicy',
      'ecr:PutLifecyclePolicy',
    ]);
    expect(demands?.[0]).toMatchObject({
      resource: `arn:aws:ecr:${region}:${account}:repository/team/app`,
      context: [
        ['aws:RequestTag/team', 'red'],
        ['aws:TagKeys', ['team']],
      ],
    });
    const made = createOnPush('team/app', account, ecr.context);
    if (made === undefined) throw new Error('no template fits');
    await ecr.server.state.commit([made.change]);
    expect(await ecr.call('DescribeRepositories')).toMatchObject({
      repositories: [{ repositoryName: 'team/app', imageTagMutability: 'IMMUTABLE' }],
    });
    const input = { repositoryName: 'team/app' };
    expect(await ecr.answer('GetLifecyclePolicy', input)).toBe('success');
    expect(await ecr.answer('GetRepositoryPolicy', input)).toBe('success');
    expect(createOnPushDemands('team/app', account, ecr.context)).toBeUndefined();
  });

  test('are refused with policies that are none, and pass their role', async () => {
    expect(await create('aa', { lifecyclePolicy: '{}' })).toMatch(/LifecyclePolicyText/);
    expect(await create('aa', { repositoryPolicy: '{}' })).toMatch(/PolicyText/);
    const customRoleArn = `arn:aws:iam::${account}:role/r`;
    const pass = (service: string) =>
      [
        { Effect: 'Allow', Action: 'ecr:*', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: customRoleArn,
          Condition: { StringEquals: { 'iam:PassedToService': service } },
        },
      ] as const;
    const input = { prefix: 'bb', appliedFor: ['CREATE_ON_PUSH'], customRoleArn };
    const operation = 'CreateRepositoryCreationTemplate';
    const wrong = await ecr.server.user('w', pass('ec2.amazonaws.com'));
    expect(await ecr.answer(operation, input, wrong)).toMatch(/perform: iam:PassRole/);
    const right = await ecr.server.user('r', pass('ecr.amazonaws.com'));
    expect(await ecr.answer(operation, input, right)).toBe('success');
  });

  test('pass the role in its own spelling, which a Deny on it names', async () => {
    await ecr.server.session('Admin', []);
    const named = (name: string) => `arn:aws:iam::${account}:role/${name}`;
    const passer = await ecr.server.user('passer', [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:PassRole', Resource: named('Admin') },
    ]);
    for (const customRoleArn of [named('Admin'), named('ADMIN')]) {
      const input = { prefix: 'cc', appliedFor: ['CREATE_ON_PUSH'], customRoleArn };
      expect(await ecr.answer('CreateRepositoryCreationTemplate', input, passer)).toContain(
        `perform: iam:PassRole on resource: ${named('Admin')} with an explicit deny`,
      );
    }
  });
});

describe('encryption', () => {
  test('under a customer managed key asks for the key in the caller’s name', async () => {
    const { KeyMetadata } = await ecr.server.call<{
      readonly KeyMetadata: { readonly Arn: string; readonly KeyId: string };
    }>('kms:CreateKey', {});
    const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: KeyMetadata.KeyId };
    const input = { repositoryName: 'app', encryptionConfiguration };
    const bare = await ecr.server.user('b', [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }]);
    expect(await ecr.answer('CreateRepository', input, bare)).toMatch(/perform: kms:DescribeKey/);
    const user = await ecr.server.user('u', [
      { Effect: 'Allow', Action: 'ecr:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:RetireGrant'],
        Resource: KeyMetadata.Arn,
        Condition: { StringEquals: { 'kms:ViaService': `ecr.${region}.amazonaws.com` } },
      },
    ]);
    const { repository } = await ecr.call('CreateRepository', input, user);
    expect(repository).toMatchObject({
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: KeyMetadata.Arn },
    });
  });

  test('under a key that does not exist is refused, and under AWS’s own needs nothing', async () => {
    const kmsKey = '00000000-0000-0000-0000-000000000000';
    const repository = (encryptionConfiguration: object) =>
      ecr.answer('CreateRepository', { repositoryName: 'app', encryptionConfiguration });
    expect(await repository({ encryptionType: 'KMS', kmsKey })).toMatch(/^400 /);
    expect(await repository({ encryptionType: 'AES256', kmsKey })).toMatch(/InvalidParameter/);
    expect(await repository({ encryptionType: 'KMS' })).toBe('success');
  });
});

describe('settings', () => {
  test('of the account have defaults and known values', async () => {
    const get = (name: string) => ecr.call('GetAccountSetting', { name });
    const name = 'BASIC_SCAN_TYPE_VERSION';
    expect(await get(name)).toEqual({ name, value: 'AWS_NATIVE' });
    await ecr.call('PutAccountSetting', { name, value: 'CLAIR' });
    expect(await get(name)).toEqual({ name, value: 'CLAIR' });
    expect(await ecr.answer('PutAccountSetting', { name, value: 'x' })).toMatch(/InvalidParameter/);
    expect(await ecr.answer('GetAccountSetting', { name: 'x' })).toMatch(/InvalidParameter/);
  });

  test('of replication are kept', async () => {
    const rules = [
      {
        destinations: [{ region: 'eu-west-1', registryId: account }],
        repositoryFilters: [{ filter: 'prod', filterType: 'PREFIX_MATCH' }],
      },
    ];
    expect(await ecr.call('DescribeRegistry')).toEqual({
      registryId: account,
      replicationConfiguration: { rules: [] },
    });
    await ecr.call('PutReplicationConfiguration', { replicationConfiguration: { rules } });
    expect(await ecr.call('DescribeRegistry')).toMatchObject({
      replicationConfiguration: { rules },
    });
  });

  test('of scanning apply to repositories by name', async () => {
    await ecr.repository('prod/app');
    await ecr.repository('dev/app', { imageScanningConfiguration: { scanOnPush: true } });
    const repositoryFilters = [{ filter: 'prod*', filterType: 'WILDCARD' }];
    const rules = [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters }];
    await ecr.call('PutRegistryScanningConfiguration', { scanType: 'ENHANCED', rules });
    expect(await ecr.call('GetRegistryScanningConfiguration')).toEqual({
      registryId: account,
      scanningConfiguration: { scanType: 'ENHANCED', rules },
    });
    const repositoryNames = ['prod/app', 'dev/app', 'none'];
    expect(
      await ecr.call('BatchGetRepositoryScanningConfiguration', { repositoryNames }),
    ).toMatchObject({
      scanningConfigurations: [
        {
          scanFrequency: 'CONTINUOUS_SCAN',
          scanOnPush: false,
          appliedScanFilters: repositoryFilters,
        },
        { scanFrequency: 'SCAN_ON_PUSH', scanOnPush: true, appliedScanFilters: [] },
      ],
      failures: [{ repositoryName: 'none', failureCode: 'REPOSITORY_NOT_FOUND' }],
    });
  });

  test('of cache rules are kept and never acted upon', async () => {
    const ecrRepositoryPrefix = 'quay';
    const rule = { ecrRepositoryPrefix, upstreamRegistryUrl: 'quay.io' };
    await ecr.call('CreatePullThroughCacheRule', rule);
    expect(await ecr.answer('CreatePullThroughCacheRule', rule)).toMatch(
      /^400 PullThroughCacheRuleAlreadyExistsException/,
    );
    const prefixes = { ecrRepositoryPrefixes: [ecrRepositoryPrefix] };
    expect(await ecr.call('DescribePullThroughCacheRules', prefixes)).toMatchObject({
      pullThroughCacheRules: [rule],
    });
    await ecr.call('DeletePullThroughCacheRule', { ecrRepositoryPrefix });
    expect(await ecr.answer('DescribePullThroughCacheRules', prefixes)).toMatch(
      /^400 PullThroughCacheRuleNotFoundException/,
    );
  });
});
