/** Repositories: made, described, deleted, tagged, and who may do it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, region, rootOf } from '../workload.fixture.ts';
import { EcrWorkload } from './ecr.fixture.ts';

let ecr: EcrWorkload;

beforeEach(async () => {
  ecr = await EcrWorkload.open();
});

const arn = (name: string, owner = account) => `arn:aws:ecr:${region}:${owner}:repository/${name}`;
const missing = (name: string, owner = account) =>
  `400 RepositoryNotFoundException: The repository with name '${name}' does not exist in the ` +
  `registry with id '${owner}'`;

interface Described {
  readonly repositories: readonly { readonly repositoryName: string }[];
  readonly nextToken?: string;
}

describe('a repository', () => {
  test('is made with defaults and described the same way', async () => {
    const { repository } = await ecr.call('CreateRepository', { repositoryName: 'team/app' });
    expect(repository).toEqual({
      repositoryArn: arn('team/app'),
      registryId: account,
      repositoryName: 'team/app',
      repositoryUri: `127.0.0.1:4566/${account}.dkr.ecr.${region}.amazonaws.com/team/app`,
      createdAt: new Date(ecr.server.now),
      imageTagMutability: 'MUTABLE',
      imageTagMutabilityExclusionFilters: undefined,
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256', kmsKey: undefined },
    });
    const described = await ecr.call('DescribeRepositories', { repositoryNames: ['team/app'] });
    expect(described).toEqual({ repositories: [repository] });
  });

  test('is not made twice, and its name is checked in AWS’s words', async () => {
    await ecr.repository('app');
    expect(await ecr.answer('CreateRepository', { repositoryName: 'app' })).toBe(
      "400 RepositoryAlreadyExistsException: The repository with name 'app' already exists in " +
        `the registry with id '${account}'`,
    );
    expect(await ecr.answer('CreateRepository', { repositoryName: 'Bad_Name!' })).toBe(
      "400 InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy " +
        "constraint: 'must satisfy regular expression " +
        String.raw`'[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''`,
    );
    expect(await ecr.answer('CreateRepository', { repositoryName: 'a' })).toBe(
      "400 InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy " +
        "constraint: 'must have length greater than or equal to 2'",
    );
    expect(await ecr.answer('GetAuthorizationToken', { registryIds: ['1'] })).toBe(
      "400 InvalidParameterException: Invalid parameter at 'registryIds' failed to satisfy " +
        "constraint: 'Member must satisfy constraint: [Member must satisfy regular expression " +
        "pattern: [0-9]{12}]'",
    );
  });

  test('is listed in pages whose tokens fit no other list', async () => {
    for (const name of ['aa', 'bb', 'cc']) await ecr.repository(name);
    const first = await ecr.call<Described>('DescribeRepositories', { maxResults: 2 });
    expect(first.repositories.map(({ repositoryName }) => repositoryName)).toEqual(['aa', 'bb']);
    const { nextToken } = first;
    const second = await ecr.call<Described>('DescribeRepositories', { nextToken });
    expect(second.repositories.map(({ repositoryName }) => repositoryName)).toEqual(['cc']);
    expect(second.nextToken).toBeUndefined();
    expect(await ecr.answer('DescribePullThroughCacheRules', { nextToken })).toMatch(
      /^400 InvalidParameterException/,
    );
  });

  test('is deleted with its images only by force, and starts empty when it is made again', async () => {
    await ecr.repository();
    const imageDigest = await ecr.push('one', 'v1');
    expect(await ecr.answer('DeleteRepository', { repositoryName: 'app' })).toBe(
      `400 RepositoryNotEmptyException: The repository with name 'app' in registry with id ` +
        `'${account}' cannot be deleted because it still contains images`,
    );
    await ecr.call('DeleteRepository', { repositoryName: 'app', force: true });
    expect(await ecr.answer('ListImages', { repositoryName: 'app' })).toBe(missing('app'));
    expect(await ecr.server.state.store.list('ecr/')).toEqual([]);
    await ecr.repository();
    expect(await ecr.call('ListImages', { repositoryName: 'app' })).toMatchObject({ imageIds: [] });
    const imageIds = [{ imageDigest }];
    expect(await ecr.call('BatchGetImage', { repositoryName: 'app', imageIds })).toMatchObject({
      images: [],
    });
  });

  test('belongs to a region and an account', async () => {
    await ecr.repository();
    expect(
      await ecr.answer('ListImages', { repositoryName: 'app', registryId: otherAccount }),
    ).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:root is not authorized to ` +
        `perform: ecr:ListImages on resource: ${arn('app', otherAccount)} because no ` +
        'resource-based policy allows the ecr:ListImages action',
    );
    const other = rootOf(otherAccount);
    expect(await ecr.answer('ListImages', { repositoryName: 'app' }, other)).toBe(
      missing('app', otherAccount),
    );
  });
});

describe('tags of a repository', () => {
  test('are set, replaced, removed and listed', async () => {
    await ecr.repository('app', { tags: [{ Key: 'team', Value: 'red' }] });
    const resourceArn = arn('app');
    const tags = [
      { Key: 'team', Value: 'blue' },
      { Key: 'cost', Value: '' },
    ];
    await ecr.call('TagResource', { resourceArn, tags });
    expect(await ecr.call('ListTagsForResource', { resourceArn })).toEqual({ tags });
    await ecr.call('UntagResource', { resourceArn, tagKeys: ['team'] });
    expect(await ecr.call('ListTagsForResource', { resourceArn })).toEqual({ tags: [tags[1]] });
  });

  test('are refused with reserved keys, over the limit, and on what is no ARN', async () => {
    await ecr.repository();
    const resourceArn = arn('app');
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    const answer = (tags: object) => ecr.answer('TagResource', { resourceArn, tags });
    expect(await answer([{ Key: 'AWS:x', Value: '' }])).toMatch(/^400 InvalidTagParameterExc/);
    expect(await answer(many)).toMatch(/^400 TooManyTagsException/);
    expect(await ecr.answer('ListTagsForResource', { resourceArn: 'app' })).toBe(
      "400 InvalidParameterException: Invalid parameter at 'resourceArn' failed to satisfy " +
        "constraint: 'Invalid ARN'",
    );
    expect(await ecr.answer('ListTagsForResource', { resourceArn: arn('none') })).toBe(
      missing('none'),
    );
  });
});

describe('demands', () => {
  const denied = (user: string, action: string, resource: string) =>
    `400 AccessDeniedException: User: arn:aws:iam::${account}:user/${user} is not authorized to ` +
    `perform: ecr:${action} on resource: ${resource} because no identity-based policy allows ` +
    `the ecr:${action} action`;

  test('name the registry’s repositories when none is named, and each that is', async () => {
    await ecr.repository('app');
    const user = await ecr.server.user('u', [
      { Effect: 'Allow', Action: 'ecr:DescribeRepositories', Resource: arn('app') },
    ]);
    expect(await ecr.answer('DescribeRepositories', {}, user)).toBe(
      denied('u', 'DescribeRepositories', arn('*')),
    );
    expect(await ecr.answer('DescribeRepositories', { repositoryNames: ['app'] }, user)).toBe(
      'success',
    );
    expect(
      await ecr.answer('DescribeRepositories', { repositoryNames: ['app', 'other'] }, user),
    ).toBe(denied('u', 'DescribeRepositories', arn('other')));
  });

  test('of a creation with tags are two', async () => {
    const create = { Effect: 'Allow', Action: 'ecr:CreateRepository', Resource: '*' } as const;
    const user = await ecr.server.user('u', [create]);
    const tags = [{ Key: 'team', Value: 'red' }];
    expect(await ecr.answer('CreateRepository', { repositoryName: 'one' }, user)).toBe('success');
    expect(await ecr.answer('CreateRepository', { repositoryName: 'two', tags }, user)).toBe(
      denied('u', 'TagResource', arn('two')),
    );
    const tagger = await ecr.server.user('t', [create, { ...create, Action: 'ecr:TagResource' }]);
    expect(await ecr.answer('CreateRepository', { repositoryName: 'two', tags }, tagger)).toBe(
      'success',
    );
  });

  test('of ListImageReferrers are those of BatchGetImage', async () => {
    await ecr.repository();
    const input = { repositoryName: 'app', subjectId: { imageDigest: `sha256:${'0'.repeat(64)}` } };
    const reader = await ecr.server.user('r', [
      { Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: arn('app') },
    ]);
    const lister = await ecr.server.user('l', [
      { Effect: 'Allow', Action: 'ecr:List*', Resource: '*' },
    ]);
    expect(await ecr.answer('ListImageReferrers', input, reader)).toBe('success');
    expect(await ecr.answer('ListImageReferrers', input, lister)).toBe(
      denied('l', 'BatchGetImage', arn('app')),
    );
  });

  test('of the token name no resource', async () => {
    const user = await ecr.server.user('u', []);
    expect(await ecr.answer('GetAuthorizationToken', {}, user)).toBe(
      denied('u', 'GetAuthorizationToken', '*'),
    );
  });

  test('on another account’s registry are never met by one’s own policies alone', async () => {
    const rule = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' };
    const input = { ...rule, registryId: otherAccount };
    expect(await ecr.answer('CreatePullThroughCacheRule', input)).toMatch(/AccessDeniedException/);
    expect(await ecr.answer('DescribePullThroughCacheRules', { registryId: otherAccount })).toMatch(
      /AccessDeniedException/,
    );
    const creation = { repositoryName: 'app', registryId: otherAccount };
    expect(await ecr.answer('CreateRepository', creation)).toMatch(/AccessDeniedException/);
  });
});

describe('condition keys', () => {
  const allow = (Action: string, Condition: object) =>
    [{ Effect: 'Allow', Action, Resource: '*', Condition }] as const;

  for (const key of ['ecr:ResourceTag/team', 'aws:ResourceTag/team']) {
    test(`${key} is that of the repository`, async () => {
      await ecr.repository('red', { tags: [{ Key: 'team', Value: 'red' }] });
      await ecr.repository('blue', { tags: [{ Key: 'team', Value: 'blue' }] });
      const statement = allow('ecr:ListImages', { StringEquals: { [key]: 'red' } });
      const user = await ecr.server.user('u', statement);
      expect(await ecr.answer('ListImages', { repositoryName: 'red' }, user)).toBe('success');
      expect(await ecr.answer('ListImages', { repositoryName: 'blue' }, user)).toMatch(/Denied/);
    });
  }

  test('aws:RequestTag is that of the request', async () => {
    const condition = { StringEquals: { 'aws:RequestTag/team': 'red' } };
    const user = await ecr.server.user('u', allow('ecr:*', condition));
    const create = (repositoryName: string, Value: string) => {
      const tags = [{ Key: 'team', Value }];
      return ecr.answer('CreateRepository', { repositoryName, tags }, user);
    };
    expect(await create('aa', 'red')).toBe('success');
    expect(await create('bb', 'blue')).toMatch(/AccessDenied/);
    const tag = (Value: string) =>
      ecr.answer('TagResource', { resourceArn: arn('aa'), tags: [{ Key: 'team', Value }] }, user);
    expect(await tag('red')).toBe('success');
    expect(await tag('blue')).toMatch(/AccessDenied/);
  });

  test('aws:TagKeys are those of the request', async () => {
    await ecr.repository();
    const condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } };
    const user = await ecr.server.user('u', allow('ecr:*', condition));
    const resourceArn = arn('app');
    const untag = (tagKeys: readonly string[]) =>
      ecr.answer('UntagResource', { resourceArn, tagKeys }, user);
    expect(await untag(['team'])).toBe('success');
    expect(await untag(['team', 'cost'])).toMatch(/AccessDenied/);
    const tag = (Key: string) =>
      ecr.answer('TagResource', { resourceArn, tags: [{ Key, Value: 'x' }] }, user);
    expect(await tag('team')).toBe('success');
    expect(await tag('cost')).toMatch(/AccessDenied/);
  });

  test('ecr:AccountSetting is the setting’s name', async () => {
    const condition = { StringEquals: { 'ecr:AccountSetting': 'BLOB_MOUNTING' } };
    const user = await ecr.server.user('u', allow('ecr:*', condition));
    const put = (name: string, value: string) =>
      ecr.answer('PutAccountSetting', { name, value }, user);
    expect(await put('BLOB_MOUNTING', 'ENABLED')).toBe('success');
    expect(await put('REGISTRY_POLICY_SCOPE', 'V2')).toMatch(/AccessDenied/);
    const get = (name: string) => ecr.answer('GetAccountSetting', { name }, user);
    expect(await get('BLOB_MOUNTING')).toBe('success');
    expect(await get('REGISTRY_POLICY_SCOPE')).toMatch(/AccessDenied/);
  });
});
