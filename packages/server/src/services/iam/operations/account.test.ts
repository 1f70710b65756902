/** Tags, the account's alias, its summary and its authorization details. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, rootOf, TestIam } from '../testing.ts';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

describe('tags', () => {
  beforeEach(async () => {
    await iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust });
    await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: document });
  });
  const PolicyArn = `arn:aws:iam::${account}:policy/p`;
  const tags = (...keys: readonly string[]) => keys.map((Key) => ({ Key, Value: 'v' }));
  const tagRole = (...keys: readonly string[]) =>
    iam.answer('TagRole', { RoleName: 'r', Tags: tags(...keys) });
  const tagPolicy = (...keys: readonly string[]) =>
    iam.answer('TagPolicy', { PolicyArn, Tags: tags(...keys) });

  test('reserved keys, duplicate keys by kind of resource, empty lists', async () => {
    for (const key of ['aws:x', 'AWS:x', 'aWs:']) {
      expect(await tagRole(key)).toBe(
        '400 InvalidInput: Tag keys beginning with aws: are reserved for system use.',
      );
    }
    expect(await tagRole('a', 'A')).toBe(
      '400 InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    expect(await tagPolicy('a', 'a')).toBe('400 InvalidInput: Duplicate tag keys found.');
    expect(await tagPolicy('a', 'A')).toBe('success');
    expect(await tagRole()).toMatch(/^400 InvalidInput/);
    expect(await iam.answer('UntagRole', { RoleName: 'r', TagKeys: [] })).toBe('success');
  });

  test('come back by length, then alphabet; another case replaces on roles', async () => {
    await tagPolicy('abc', 'z', 'b', 'a');
    const listed = await iam.call('ListPolicyTags', { PolicyArn });
    expect(listed.Tags.map(({ Key }) => Key)).toEqual(['a', 'b', 'z', 'abc']);
    const first = await iam.call('ListPolicyTags', { PolicyArn, MaxItems: 3 });
    const { Marker } = first;
    const second = await iam.call('ListPolicyTags', { PolicyArn, Marker });
    expect([...first.Tags, ...second.Tags]).toEqual(listed.Tags);
    await tagRole('Name');
    await iam.call('TagRole', { RoleName: 'r', Tags: [{ Key: 'NAME', Value: 'new' }] });
    const role = await iam.call('ListRoleTags', { RoleName: 'r' });
    expect(role).toEqual({ Tags: [{ Key: 'NAME', Value: 'new' }], IsTruncated: false });
    expect(await iam.answer('UntagRole', { RoleName: 'r', TagKeys: ['name', 'absent'] })).toBe(
      'success',
    );
    expect((await iam.call('ListRoleTags', { RoleName: 'r' })).Tags).toEqual([]);
  });

  test('are looked at before the resource is looked for', async () => {
    const input = { RoleName: 'none', Tags: tags('aws:x') };
    expect(await iam.answer('TagRole', input)).toMatch(/^400 InvalidInput: Tag keys beginning/);
  });

  test('markers stay within their 320 characters whatever the keys', async () => {
    await tagPolicy('長'.repeat(128), '短'.repeat(127));
    const { Marker, IsTruncated } = await iam.call('ListPolicyTags', { PolicyArn, MaxItems: 1 });
    expect([IsTruncated, (Marker ?? '').length <= 320]).toEqual([true, true]);
    const rest = await iam.call('ListPolicyTags', { PolicyArn, Marker });
    expect(rest.Tags.map(({ Key }) => Key)).toEqual(['長'.repeat(128)]);
  });

  test('fifty are the most, in one request and together', async () => {
    const keys = Array.from({ length: 51 }, (_, index) => `k${index}`);
    expect(await tagRole(...keys)).toBe(
      "400 ValidationError: 1 validation error detected: Value at 'tags' failed to satisfy " +
        'constraint: Member must have length less than or equal to 50',
    );
    expect(await tagRole(...keys.slice(1))).toBe('success');
    expect(await tagRole('k0')).toBe(
      '409 LimitExceeded: The number of tags has reached the maximum limit.',
    );
    expect(await tagRole('k1')).toBe('success');
  });
});

describe('the account', () => {
  test('has one alias, which no other account can take', async () => {
    const create = (AccountAlias: string, of = account) =>
      iam.answer('CreateAccountAlias', { AccountAlias }, rootOf(of));
    const list = async () => (await iam.call('ListAccountAliases', {})).AccountAliases;
    expect(await list()).toEqual([]);
    expect(await create('one')).toBe('success');
    expect(await create('two')).toBe('success');
    expect(await list()).toEqual(['two']);
    expect(await create('two', otherAccount)).toBe(
      '409 EntityAlreadyExists: The account alias two already exists.',
    );
    expect(await create('one', otherAccount)).toBe('success');
    expect(await create('Double--Dash')).toMatch(/^400 ValidationError/);
    const remove = (AccountAlias: string) => iam.answer('DeleteAccountAlias', { AccountAlias });
    expect(await remove('one')).toBe('404 NoSuchEntity: The account alias one cannot be found.');
    expect(await remove('two')).toBe('success');
    expect(await list()).toEqual([]);
    expect(await create('two', otherAccount)).toBe('success');
  });

  test('GetAccountSummary counts', async () => {
    await iam.call('CreateUser', { UserName: 'u' });
    await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: document });
    const { SummaryMap } = await iam.call('GetAccountSummary', {});
    const counts = SummaryMap instanceof Map ? Object.fromEntries(SummaryMap) : SummaryMap;
    expect(counts).toMatchObject({
      Users: 1,
      Policies: 1,
      PolicyVersionsInUse: 1,
      RolePolicySizeQuota: 10_240,
    });
  });

  test('GetAccountAuthorizationDetails shows all, by filter and by page', async () => {
    const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.call('CreateUser', { UserName: 'u' });
    await iam.call('CreateGroup', { GroupName: 'g' });
    await iam.call('CreateRole', {
      RoleName: 'r',
      AssumeRolePolicyDocument: trust,
      Description: 'd',
    });
    await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: document });
    await iam.call('AttachRolePolicy', { RoleName: 'r', PolicyArn: readOnly });
    await iam.call('PutGroupPolicy', {
      GroupName: 'g',
      PolicyName: 'i',
      PolicyDocument: document,
    });
    const all = await iam.call('GetAccountAuthorizationDetails', {});
    expect(all.Policies?.map(({ PolicyName }) => PolicyName)).toEqual(['p', 'ReadOnlyAccess']);
    expect(all.Policies?.[0]?.PolicyVersionList?.[0]?.Document).toBe(
      encodeURIComponent(document).replace('*', '%2A').replace('*', '%2A'),
    );
    const [user] = all.UserDetailList ?? [];
    expect(user).toMatchObject({ UserName: 'u', GroupList: [], Tags: [] });
    expect(user?.UserPolicyList).toBeUndefined();
    const [role] = all.RoleDetailList ?? [];
    expect(role).toMatchObject({
      RoleName: 'r',
      RoleLastUsed: {},
      Tags: [],
      InstanceProfileList: [],
      AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }],
    });
    for (const member of ['Description', 'MaxSessionDuration']) {
      expect(role).not.toHaveProperty(member);
    }
    expect(all.GroupDetailList?.[0]?.GroupPolicyList).toMatchObject([{ PolicyName: 'i' }]);
    const one = await iam.call('GetAccountAuthorizationDetails', { Filter: ['User', 'Role'] });
    expect([one.UserDetailList?.length, one.RoleDetailList?.length]).toEqual([1, 1]);
    expect([one.GroupDetailList, one.Policies]).toEqual([[], []]);
    const page = await iam.call('GetAccountAuthorizationDetails', { MaxItems: 1 });
    expect([page.Policies?.length, page.IsTruncated]).toEqual([1, true]);
    const { Marker } = page;
    expect(await iam.answer('GetAccountAuthorizationDetails', { Marker, Filter: ['User'] })).toBe(
      '400 ValidationError: Marker and Filter do not match',
    );
    expect(await iam.answer('GetAccountAuthorizationDetails', { Filter: ['Nobody'] })).toMatch(
      /^400 ValidationError: 1 validation error detected: Value at 'filter' failed to satisfy /,
    );
  });
});
