/** Random sequences of operations: the directory never holds a reference to what is gone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  AccessKeyRecord,
  InstanceProfileRecord,
  PolicyRecord,
  RoleRecord,
  UserRecord,
} from '../../directory/records.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import { account, TestIam } from './testing.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});

type Kind = 'user' | 'group' | 'role' | 'policy' | 'profile';

/** One step: an operation and the names it is about (few, so that they meet). */
interface Step {
  readonly verb: 'create' | 'delete' | 'link' | 'unlink' | 'bound' | 'unbound' | 'rename';
  readonly kind: Kind;
  readonly name: string;
  readonly other: string;
}

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(
    'create',
    'create',
    'delete',
    'link',
    'link',
    'unlink',
    'bound',
    'unbound',
    'rename',
  ),
  kind: fc.constantFrom('user', 'group', 'role', 'policy', 'profile'),
  name,
  other: name,
});

const arn = (policy: string) => `arn:aws:iam::${account}:policy/${policy}`;

/** Runs the step; whether it succeeded. Users link to groups, roles to policies and profiles. */
async function run(iam: TestIam, { verb, kind, name: own, other }: Step): Promise<boolean> {
  const PolicyArn = arn(other);
  const answers: Partial<Record<string, () => Promise<string>>> = {
    'create user': () => iam.answer('CreateUser', { UserName: own }),
    'create group': () => iam.answer('CreateGroup', { GroupName: own }),
    'create role': () =>
      iam.answer('CreateRole', { RoleName: own, AssumeRolePolicyDocument: trust }),
    'create policy': () =>
      iam.answer('CreatePolicy', { PolicyName: own, PolicyDocument: document }),
    'create profile': () => iam.answer('CreateInstanceProfile', { InstanceProfileName: own }),
    'delete user': () => iam.answer('DeleteUser', { UserName: own }),
    'delete group': () => iam.answer('DeleteGroup', { GroupName: own }),
    'delete role': () => iam.answer('DeleteRole', { RoleName: own }),
    'delete policy': () => iam.answer('DeletePolicy', { PolicyArn: arn(own) }),
    'delete profile': () => iam.answer('DeleteInstanceProfile', { InstanceProfileName: own }),
    'link user': () => iam.answer('AddUserToGroup', { UserName: own, GroupName: other }),
    'unlink user': () => iam.answer('RemoveUserFromGroup', { UserName: own, GroupName: other }),
    'link group': () => iam.answer('AttachGroupPolicy', { GroupName: own, PolicyArn }),
    'unlink group': () => iam.answer('DetachGroupPolicy', { GroupName: own, PolicyArn }),
    'link role': () => iam.answer('AttachRolePolicy', { RoleName: own, PolicyArn }),
    'unlink role': () => iam.answer('DetachRolePolicy', { RoleName: own, PolicyArn }),
    'link policy': () => iam.answer('CreateAccessKey', { UserName: own }),
    'unlink policy': () => deleteKeys(iam, own),
    'link profile': () =>
      iam.answer('AddRoleToInstanceProfile', { InstanceProfileName: own, RoleName: other }),
    'unlink profile': () =>
      iam.answer('RemoveRoleFromInstanceProfile', { InstanceProfileName: own, RoleName: other }),
    'bound user': () =>
      iam.answer('PutUserPermissionsBoundary', { UserName: own, PermissionsBoundary: PolicyArn }),
    'unbound user': () => iam.answer('DeleteUserPermissionsBoundary', { UserName: own }),
    'bound role': () =>
      iam.answer('PutRolePermissionsBoundary', { RoleName: own, PermissionsBoundary: PolicyArn }),
    'unbound role': () => iam.answer('DeleteRolePermissionsBoundary', { RoleName: own }),
    'rename user': () => iam.answer('UpdateUser', { UserName: own, NewUserName: other }),
    'rename group': () => iam.answer('UpdateGroup', { GroupName: own, NewGroupName: other }),
  };
  return (await answers[`${verb} ${kind}`]?.()) === 'success';
}

async function deleteKeys(iam: TestIam, UserName: string): Promise<string> {
  const { output } = await iam.outcome('ListAccessKeys', { UserName });
  for (const { AccessKeyId = '' } of output?.AccessKeyMetadata ?? []) {
    await iam.answer('DeleteAccessKey', { UserName, AccessKeyId });
  }
  return 'success';
}

/** Every reference leads to a record, and what the indexes count is what the records say. */
async function checkReferences(iam: TestIam): Promise<void> {
  const { directory } = iam;
  const records = <T>(kind: 'user' | 'group' | 'role' | 'policy' | 'instance-profile') =>
    directory.list(account, kind).map(({ record }) => record as unknown as T);
  const policies = records<PolicyRecord>('policy').map((policy) => arn(policy.name));
  const groups = records<{ name: string }>('group').map((group) => group.name);
  const users = records<UserRecord>('user');
  const roles = records<RoleRecord>('role');
  const holders = [...users, ...roles, ...records<UserRecord>('group')];
  for (const holder of holders) {
    for (const attached of holder.attachedPolicies) expect(policies).toContain(attached);
    if (holder.permissionsBoundary !== undefined) {
      expect(policies).toContain(holder.permissionsBoundary);
    }
  }
  for (const user of users) for (const group of user.groups) expect(groups).toContain(group);
  for (const profile of records<InstanceProfileRecord>('instance-profile')) {
    if (profile.roleName === undefined) continue;
    expect(roles.map((role) => role.name)).toContain(profile.roleName);
  }
  for (const { record } of directory.list(account, 'access-key')) {
    const key: AccessKeyRecord = record;
    expect(users).toContainEqual(expect.objectContaining({ id: key.userId, name: key.userName }));
  }
  for (const PolicyArn of policies) {
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    const attached = holders.filter((holder) => holder.attachedPolicies.includes(PolicyArn));
    const bounded = holders.filter((holder) => holder.permissionsBoundary === PolicyArn);
    expect(Policy).toMatchObject({
      AttachmentCount: attached.length,
      PermissionsBoundaryUsageCount: bounded.length,
    });
  }
}

/** Commits that take a while: operations that run together read the same state. */
function slowStore(): Store {
  const store = new MemoryStore();
  const commit = store.commit.bind(store);
  store.commit = async (changes) => {
    for (let turn = 0; turn < 20; turn += 1) await undefined;
    return await commit(changes);
  };
  return store;
}

test('operations one after the other keep every reference whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      const iam = await TestIam.open();
      for (const each of steps) await run(iam, each);
      await checkReferences(iam);
    }),
    { numRuns: 40 },
  );
});

test('operations at the same time keep every reference whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 20 }),
      async (rounds) => {
        const iam = await TestIam.open(slowStore());
        for (const kind of ['user', 'group', 'role', 'policy', 'profile'] as const) {
          for (const own of ['a', 'b'])
            await run(iam, { verb: 'create', kind, name: own, other: own });
        }
        for (const round of rounds) await Promise.all(round.map((each) => run(iam, each)));
        await checkReferences(iam);
      },
    ),
    { numRuns: 60 },
  );
});

test('a policy that is being attached is not deleted at the same time', async () => {
  const iam = await TestIam.open(slowStore());
  await run(iam, { verb: 'create', kind: 'role', name: 'a', other: 'a' });
  await run(iam, { verb: 'create', kind: 'policy', name: 'b', other: 'b' });
  const outcomes = await Promise.all([
    run(iam, { verb: 'link', kind: 'role', name: 'a', other: 'b' }),
    run(iam, { verb: 'delete', kind: 'policy', name: 'b', other: 'b' }),
  ]);
  expect(outcomes.filter((success) => success)).toHaveLength(1);
  await checkReferences(iam);
});
