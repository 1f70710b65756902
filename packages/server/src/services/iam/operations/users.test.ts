/** Users, groups and access keys. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../authentication/caller.ts';
import { accessKeyAssociated } from '../../../authentication/credentials.ts';
import { account, otherAccount, rootOf, TestIam, userCaller } from '../testing.ts';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const session = {
  kind: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/r/s`,
} as Caller;
const mustSpecify =
  '400 ValidationError: Must specify userName when calling with non-User credentials';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

const createUser = (UserName: string, more: object = {}) =>
  iam.call('CreateUser', { UserName, ...more });

describe('users', () => {
  test('CreateUser and GetUser show tags only when there are any', async () => {
    const { User } = await createUser('u', { Tags: [{ Key: 'k', Value: 'v' }] });
    expect(User?.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
    expect(User).toMatchObject({ Path: '/', UserName: 'u', Tags: [{ Key: 'k', Value: 'v' }] });
    await createUser('plain', { Tags: [] });
    const plain = (await iam.call('GetUser', { UserName: 'PLAIN' })).User;
    expect(plain.UserName).toBe('plain');
    expect(plain.Tags).toBeUndefined();
    const { Users } = await iam.call('ListUsers', {});
    expect(Users.map(({ UserName }) => UserName)).toEqual(['plain', 'u']);
    expect(Users[1]).not.toHaveProperty('Tags');
  });

  test('names: 65 characters, bad characters, taken in another case', async () => {
    expect(await iam.answer('CreateUser', { UserName: 'u'.repeat(65) })).toMatch(
      /^400 ValidationError: 1 validation error detected: Value at 'userName'/,
    );
    await createUser('Alice');
    expect(await iam.answer('CreateUser', { UserName: 'alice', Path: '/x/' })).toBe(
      '409 EntityAlreadyExists: User with name alice already exists.',
    );
  });

  test('without a name a user means itself, root means root, others must say', async () => {
    await createUser('u');
    const own = await iam.call('GetUser', {}, userCaller('u'));
    expect(own.User.UserName).toBe('u');
    const root = await iam.call('GetUser', {});
    expect(root.User).toEqual({
      UserId: account,
      Arn: `arn:aws:iam::${account}:root`,
      CreateDate: new Date(0),
    });
    expect(await iam.answer('GetUser', {}, session)).toBe(mustSpecify);
    expect(await iam.answer('ListAccessKeys', {}, session)).toBe(mustSpecify);
    expect(await iam.answer('CreateAccessKey', {})).toBe(mustSpecify);
  });

  test('a renamed user keeps id, groups, policies and keys', async () => {
    const { User } = await createUser('old');
    await iam.call('CreateGroup', { GroupName: 'g' });
    await iam.call('AddUserToGroup', { GroupName: 'g', UserName: 'old' });
    await iam.call('AttachUserPolicy', { UserName: 'old', PolicyArn: readOnly });
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'old' });
    await createUser('taken');
    const rename = { UserName: 'old', NewUserName: 'Taken' };
    expect(await iam.answer('UpdateUser', rename)).toBe(
      '409 EntityAlreadyExists: User with name Taken already exists.',
    );
    await iam.call('UpdateUser', { UserName: 'old', NewUserName: 'New', NewPath: '/p/' });
    expect(await iam.answer('GetUser', { UserName: 'old' })).toBe(
      '404 NoSuchEntity: The user with name old cannot be found.',
    );
    const renamed = await iam.call('GetUser', { UserName: 'new' });
    expect(renamed.User).toMatchObject({ UserId: User?.UserId, Path: '/p/', UserName: 'New' });
    const { AccessKeyMetadata } = await iam.call('ListAccessKeys', { UserName: 'New' });
    expect(AccessKeyMetadata).toMatchObject([
      { UserName: 'New', AccessKeyId: AccessKey.AccessKeyId },
    ]);
    const { Users } = await iam.call('GetGroup', { GroupName: 'g' });
    expect(Users.map(({ UserName }) => UserName)).toEqual(['New']);
    await iam.call('UpdateUser', { UserName: 'new', NewUserName: 'NEW' });
    expect((await iam.call('GetUser', { UserName: 'new' })).User.UserName).toBe('NEW');
  });

  test('DeleteUser names what remains, one after the other', async () => {
    await createUser('u');
    const UserName = 'u';
    await iam.call('CreateGroup', { GroupName: 'g' });
    await iam.call('AddUserToGroup', { GroupName: 'g', UserName });
    await iam.call('AttachUserPolicy', { UserName, PolicyArn: readOnly });
    await iam.call('PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: document });
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName });
    const remains = async (what: string) =>
      expect(await iam.answer('DeleteUser', { UserName })).toBe(
        `409 DeleteConflict: Cannot delete entity, must ${what} first.`,
      );
    await remains('detach all policies');
    await iam.call('DetachUserPolicy', { UserName, PolicyArn: readOnly });
    await remains('delete policies');
    await iam.call('DeleteUserPolicy', { UserName, PolicyName: 'p' });
    await remains('remove users from group');
    await iam.call('RemoveUserFromGroup', { GroupName: 'g', UserName });
    await remains('delete access keys');
    await iam.call('DeleteAccessKey', { UserName, AccessKeyId: AccessKey.AccessKeyId });
    expect(await iam.answer('DeleteUser', { UserName })).toBe('success');
  });
});

describe('groups', () => {
  const member = { GroupName: 'g', UserName: 'u' };
  beforeEach(async () => {
    await iam.call('CreateGroup', { GroupName: 'g' });
    await createUser('u');
  });

  test('membership is idempotent both ways; a missing user is named before a missing group', async () => {
    for (let round = 0; round < 2; round += 1) {
      expect(await iam.answer('AddUserToGroup', member)).toBe('success');
    }
    const { Groups } = await iam.call('ListGroupsForUser', { UserName: 'u' });
    expect(Groups).toMatchObject([{ GroupName: 'g', Path: '/' }]);
    for (let round = 0; round < 2; round += 1) {
      expect(await iam.answer('RemoveUserFromGroup', member)).toBe('success');
    }
    const none = { GroupName: 'none', UserName: 'none' };
    expect(await iam.answer('RemoveUserFromGroup', none)).toBe(
      '404 NoSuchEntity: The user with name none cannot be found.',
    );
    expect(await iam.answer('AddUserToGroup', { ...none, UserName: 'u' })).toBe(
      '404 NoSuchEntity: The group with name none cannot be found.',
    );
  });

  test('a user is in ten groups at most', async () => {
    for (let index = 1; index <= 11; index += 1) {
      await iam.call('CreateGroup', { GroupName: `g${index}` });
      const answer = await iam.answer('AddUserToGroup', { GroupName: `g${index}`, UserName: 'u' });
      expect(answer).toBe(
        index <= 10 ? 'success' : '409 LimitExceeded: Cannot exceed quota for GroupsPerUser: 10',
      );
    }
  });

  test('a renamed group keeps its members, a deleted one must have none', async () => {
    await iam.call('AddUserToGroup', member);
    await iam.call('UpdateGroup', { GroupName: 'g', NewGroupName: 'Team', NewPath: '/t/' });
    const { Group, Users } = await iam.call('GetGroup', { GroupName: 'team' });
    expect(Group).toMatchObject({ GroupName: 'Team', Path: '/t/' });
    expect(Users.map(({ UserName }) => UserName)).toEqual(['u']);
    expect(await iam.answer('DeleteGroup', { GroupName: 'Team' })).toBe(
      '409 DeleteConflict: Cannot delete entity, must remove users from group first.',
    );
    await iam.call('UpdateGroup', { GroupName: 'team', NewGroupName: 'TEAM' });
    await iam.call('RemoveUserFromGroup', { GroupName: 'team', UserName: 'u' });
    expect(await iam.answer('DeleteGroup', { GroupName: 'Team' })).toBe('success');
    expect(await iam.answer('GetGroup', { GroupName: 'g' })).toBe(
      '404 NoSuchEntity: The group with name g cannot be found.',
    );
  });

  test('names are taken in any case', async () => {
    expect(await iam.answer('CreateGroup', { GroupName: 'G' })).toBe(
      '409 EntityAlreadyExists: Group with name G already exists.',
    );
  });
});

describe('access keys', () => {
  beforeEach(async () => {
    await createUser('u');
  });

  test('CreateAccessKey shows the secret once; it is kept sealed', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'u' });
    const { AccessKeyId: id, SecretAccessKey: secret } = AccessKey;
    expect(AccessKey).toMatchObject({ UserName: 'u', Status: 'Active' });
    expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(secret).toMatch(/^[A-Za-z0-9+/]{40}$/);
    const { AccessKeyMetadata } = await iam.call('ListAccessKeys', { UserName: 'u' });
    expect(AccessKeyMetadata?.[0]).not.toHaveProperty('SecretAccessKey');
    const sealed = iam.directory.accessKey(id)?.record.sealedSecret ?? '';
    expect(sealed).not.toContain(secret);
    expect(iam.runtime.sealer.open(sealed, accessKeyAssociated(id, account))).toBe(secret);
  });

  test('a third key is beyond the quota', async () => {
    for (let index = 0; index < 2; index += 1) {
      expect(await iam.answer('CreateAccessKey', { UserName: 'u' })).toBe('success');
    }
    expect(await iam.answer('CreateAccessKey', { UserName: 'u' })).toBe(
      '409 LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
  });

  test('keys are made inactive and active again, never expired', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'u' });
    const { AccessKeyId } = AccessKey;
    const update = (Status: string, UserName = 'u') =>
      iam.answer('UpdateAccessKey', { UserName, AccessKeyId, Status });
    expect(await update('Expired')).toBe(
      '400 InvalidInput: Operation does not support status Expired',
    );
    expect(await update('Gone')).toMatch(/^400 ValidationError: 1 validation error detected/);
    expect(await update('Inactive')).toBe('success');
    expect(iam.directory.accessKey(AccessKeyId)?.record.status).toBe('Inactive');
    await createUser('other');
    expect(await update('Active', 'other')).toBe(
      `404 NoSuchEntity: The Access Key with id ${AccessKeyId} cannot be found.`,
    );
  });

  test('GetAccessKeyLastUsed answers N/A for a key never used and refuses unknown ones', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'u' });
    const { AccessKeyId } = AccessKey;
    expect(await iam.call('GetAccessKeyLastUsed', { AccessKeyId })).toEqual({
      UserName: 'u',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    const refused = (arn: string, id: string) =>
      `403 AccessDenied: User: ${arn} is not authorized to perform iam:GetAccessKeyLastUsed ` +
      `on resource: access key ${id}`;
    const unknown = 'AKIAEXAMPLEEXAMPLE99';
    expect(await iam.answer('GetAccessKeyLastUsed', { AccessKeyId: unknown })).toBe(
      refused(`arn:aws:iam::${account}:root`, unknown),
    );
    expect(await iam.answer('GetAccessKeyLastUsed', { AccessKeyId }, rootOf(otherAccount))).toBe(
      refused(`arn:aws:iam::${otherAccount}:root`, AccessKeyId),
    );
  });
});

test('T34: accounts do not see each other, and markers of one are no markers of another', async () => {
  for (const name of ['a', 'b', 'c']) await createUser(name);
  const other = rootOf(otherAccount);
  expect((await iam.call('ListUsers', {}, other)).Users).toEqual([]);
  expect(await iam.answer('GetUser', { UserName: 'a' }, other)).toMatch(/^404 NoSuchEntity/);
  const { Marker } = await iam.call('ListUsers', { MaxItems: 1 });
  expect((await iam.call('ListUsers', { MaxItems: 5, Marker })).Users).toHaveLength(2);
  for (const answer of [
    await iam.answer('ListUsers', { Marker }, other),
    await iam.answer('ListUsers', { Marker, PathPrefix: '/a' }),
    await iam.answer('ListGroups', { Marker }),
    await iam.answer('ListUsers', { Marker: 'AAAA' }),
  ]) {
    expect(answer).toBe('400 ValidationError: Invalid Marker.');
  }
});

test('a tag key of blanks only is no key', async () => {
  const iam = await TestIam.open();
  const Tags = [
    { Key: 'a b', Value: '1' },
    { Key: ' \u3000', Value: '1' },
  ];
  expect(await iam.answer('CreateUser', { UserName: 'x', Tags })).toMatch(
    /^400 ValidationError: 1 validation error detected: Value at 'tags\.2\.member\.key' failed/,
  );
  expect(await iam.answer('CreateUser', { UserName: 'x', Tags: Tags.slice(0, 1) })).toBe('success');
});
