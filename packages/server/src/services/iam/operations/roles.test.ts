/** Roles: what each output shows, what may be changed, and principals kept as unique ids. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, rootOf, TestIam } from '../testing.ts';

const service = { Service: 'ec2.amazonaws.com' };
const trust = (Principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  });
const permissions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

const create = (RoleName: string, Principal: object = service) =>
  iam.call('CreateRole', { RoleName, AssumeRolePolicyDocument: trust(Principal) });

/** The AWS principals that GetRole shows. */
async function shownPrincipal(RoleName: string): Promise<unknown> {
  const { Role } = await iam.call('GetRole', { RoleName });
  const document = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? ''));
  return document.Statement[0].Principal.AWS;
}

describe('outputs', () => {
  beforeEach(async () => {
    await iam.call('CreatePolicy', { PolicyName: 'limit', PolicyDocument: permissions });
    await iam.call('CreateRole', {
      RoleName: 'Full',
      Path: '/a/b/',
      AssumeRolePolicyDocument: trust(service),
      Description: 'what it is',
      MaxSessionDuration: 7200,
      PermissionsBoundary: `arn:aws:iam::${account}:policy/limit`,
      Tags: [
        { Key: 'longer', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    });
  });

  test('CreateRole leaves out description, duration and last use', async () => {
    const { Role } = await iam.call('CreateRole', {
      RoleName: 'other',
      AssumeRolePolicyDocument: trust(service),
      Description: 'd',
      MaxSessionDuration: 7200,
      Tags: [],
    });
    const members = Object.entries(Role).filter(([, value]) => value !== undefined);
    expect(members.map(([name]) => name)).toEqual([
      'Path',
      'RoleName',
      'RoleId',
      'Arn',
      'CreateDate',
      'AssumeRolePolicyDocument',
    ]);
  });

  test('GetRole shows everything, under the stored spelling', async () => {
    const { Role } = await iam.call('GetRole', { RoleName: 'fULL' });
    expect(Role).toMatchObject({
      Path: '/a/b/',
      RoleName: 'Full',
      Arn: `arn:aws:iam::${account}:role/a/b/Full`,
      Description: 'what it is',
      MaxSessionDuration: 7200,
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/limit`,
      },
      Tags: [
        { Key: 'b', Value: '' },
        { Key: 'longer', Value: '1' },
      ],
      RoleLastUsed: {},
    });
  });

  test('ListRoles shows description and duration, no tags, boundary or last use', async () => {
    await create('another');
    const { Roles, IsTruncated } = await iam.call('ListRoles', {});
    expect(IsTruncated).toBe(false);
    expect(Roles.map(({ RoleName }) => RoleName)).toEqual(['another', 'Full']);
    const [, full] = Roles;
    expect(full).toMatchObject({ Description: 'what it is', MaxSessionDuration: 7200 });
    for (const member of ['Tags', 'PermissionsBoundary', 'RoleLastUsed']) {
      expect(full).not.toHaveProperty(member);
    }
    const filtered = await iam.call('ListRoles', { PathPrefix: '/a' });
    expect(filtered.Roles.map(({ RoleName }) => RoleName)).toEqual(['Full']);
  });

  test('UpdateRoleDescription answers the role without duration, boundary and tags', async () => {
    const input = { RoleName: 'full', Description: 'new' };
    const { Role } = await iam.call('UpdateRoleDescription', input);
    expect(Role).toMatchObject({ RoleName: 'Full', Description: 'new' });
    for (const member of ['MaxSessionDuration', 'Tags', 'PermissionsBoundary']) {
      expect(Role).not.toHaveProperty(member);
    }
  });

  test('UpdateRole keeps what it is not told and clears with an empty description', async () => {
    await iam.call('UpdateRole', { RoleName: 'Full', MaxSessionDuration: 3600 });
    const kept = await iam.call('GetRole', { RoleName: 'Full' });
    expect(kept.Role).toMatchObject({ Description: 'what it is', MaxSessionDuration: 3600 });
    await iam.call('UpdateRole', { RoleName: 'Full', Description: '' });
    const cleared = await iam.call('GetRole', { RoleName: 'Full' });
    expect(cleared.Role.Description).toBeUndefined();
    expect(cleared.Role.MaxSessionDuration).toBe(3600);
  });
});

describe('refusals', () => {
  test('of durations, names and paths', async () => {
    const input = { RoleName: 'r', AssumeRolePolicyDocument: trust(service) };
    for (const MaxSessionDuration of [-1, 0, 1, 3599]) {
      expect(await iam.answer('CreateRole', { ...input, MaxSessionDuration })).toBe(
        "400 ValidationError: 1 validation error detected: Value at 'maxSessionDuration' failed " +
          'to satisfy constraint: Member must have value greater than or equal to 3600',
      );
    }
    for (const Path of ['//', 'a/', '/a', '/a b/', '/ü/']) {
      expect(await iam.answer('CreateRole', { ...input, Path })).toMatch(/^400 ValidationError: /);
    }
    for (const Path of ['/', '/a/', '/a//b/', '/test//double/']) {
      const RoleName = `r${Path.length}`;
      expect(await iam.answer('CreateRole', { ...input, RoleName, Path })).toBe('success');
    }
  });

  test('of a trust policy that is too long, after it was found to be right', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `service-name-${i}.ec2.amazonaws.com`);
    const document = trust({ Service: many });
    const input = { RoleName: 'r', AssumeRolePolicyDocument: document };
    expect(await iam.answer('CreateRole', input)).toBe(
      '409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    );
  });

  test('of a boundary that is no policy, or does not exist', async () => {
    const input = { RoleName: 'r', AssumeRolePolicyDocument: trust(service) };
    const role = `arn:aws:iam::${account}:role/x`;
    expect(await iam.answer('CreateRole', { ...input, PermissionsBoundary: role })).toBe(
      `400 InvalidInput: ARN ${role} is not valid.`,
    );
    const missing = `arn:aws:iam::${account}:policy/x`;
    expect(await iam.answer('CreateRole', { ...input, PermissionsBoundary: missing })).toBe(
      `404 NoSuchEntity: Scope ARN: ${missing} does not exist or is not attachable.`,
    );
  });

  test('a missing role is named before a bad document', async () => {
    const input = { RoleName: 'none', PolicyDocument: '{' };
    const missing = '404 NoSuchEntity: The role with name none cannot be found.';
    expect(await iam.answer('UpdateAssumeRolePolicy', input)).toBe(missing);
    expect(await iam.answer('PutRolePolicy', { ...input, PolicyName: 'p' })).toBe(missing);
  });
});

describe('P6: principals of a trust policy are kept as unique ids', () => {
  const alice = `arn:aws:iam::${account}:user/alice`;

  test('a deleted user is shown by its id, one made again is another', async () => {
    const { User } = await iam.call('CreateUser', { UserName: 'alice' });
    await create('r', { AWS: alice });
    expect(await shownPrincipal('r')).toBe(alice);
    await iam.call('DeleteUser', { UserName: 'alice' });
    expect(await shownPrincipal('r')).toBe(User?.UserId);
    await iam.call('CreateUser', { UserName: 'alice' });
    expect(await shownPrincipal('r')).toBe(User?.UserId);
  });

  test('a renamed user is shown under the new name', async () => {
    await iam.call('CreateUser', { UserName: 'alice' });
    await create('r', { AWS: alice });
    await iam.call('UpdateUser', { UserName: 'alice', NewUserName: 'bob', NewPath: '/x/' });
    const arn = `arn:aws:iam::${account}:user/x/bob`;
    expect(await shownPrincipal('r')).toBe(arn);
    const stored = iam.directory.find(account, 'role', 'r')?.record;
    expect(stored?.trustPolicy).toContain(arn);
    expect(stored?.trustPrincipalIds.map(([name]) => name)).toEqual([arn]);
  });

  test('001-14: a role made again under the same name is another principal', async () => {
    const { Role } = await create('deployer');
    await create('r', { AWS: [Role.Arn, '123456789012'] });
    await iam.call('DeleteRole', { RoleName: 'deployer' });
    await create('deployer');
    expect(await shownPrincipal('r')).toEqual([Role.RoleId, `arn:aws:iam::${account}:root`]);
  });

  test('an id can be written back while its user exists, and not afterwards', async () => {
    const { User } = await iam.call('CreateUser', { UserName: 'alice' });
    const AWS = User?.UserId ?? '';
    await create('r', { AWS });
    expect(await shownPrincipal('r')).toBe(alice);
    await iam.call('DeleteUser', { UserName: 'alice' });
    const input = { RoleName: 'r', PolicyDocument: trust({ AWS }) };
    expect(await iam.answer('UpdateAssumeRolePolicy', input)).toBe(
      `400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"${AWS}"`,
    );
  });

  test('users, roles, sessions and providers must exist, in whatever account of the server', async () => {
    await iam.call('CreateUser', { UserName: 'eve', Path: '/p/' }, rootOf(otherAccount));
    const answers = async (Principal: object) =>
      await iam.answer('CreateRole', {
        RoleName: 'r',
        AssumeRolePolicyDocument: trust(Principal),
      });
    for (const AWS of [
      `arn:aws:iam::${otherAccount}:user/eve`,
      `arn:aws:iam::${otherAccount}:user/p/EVE`,
      `arn:aws:iam::${account}:group/g`,
      `arn:aws:sts::${account}:assumed-role/none/session`,
      'arn:aws:iam::111122223333:role/x',
      `arn:aws-cn:iam::${account}:root`,
    ]) {
      expect(await answers({ AWS })).toBe(
        `400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"${AWS}"`,
      );
    }
    const Federated = `arn:aws:iam::${account}:oidc-provider/id.example.com`;
    expect(await answers({ Federated })).toBe(
      `400 MalformedPolicyDocument: Invalid principal in policy: "FEDERATED":"${Federated}"`,
    );
    await iam.call('CreateOpenIDConnectProvider', { Url: 'https://id.example.com' });
    expect(await answers({ Federated })).toBe('success');
    await iam.call('DeleteRole', { RoleName: 'r' });
    expect(await answers({ AWS: `arn:aws:iam::${otherAccount}:user/p/eve` })).toBe('success');
  });
});

describe('service-linked roles', () => {
  const name = 'AWSServiceRoleForAmazonSSM';

  test('003-5: are created once, with their policy, and lists of one in the answer', async () => {
    const input = { AWSServiceName: 'ssm.amazonaws.com' };
    const { Role } = await iam.call('CreateServiceLinkedRole', input);
    expect(Role?.Arn).toBe(
      `arn:aws:iam::${account}:role/aws-service-role/ssm.amazonaws.com/${name}`,
    );
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(
      '"Service":["ssm.amazonaws.com"]',
    );
    const got = await iam.call('GetRole', { RoleName: name });
    expect(decodeURIComponent(got.Role.AssumeRolePolicyDocument ?? '')).toContain(
      '"Service":"ssm.amazonaws.com"',
    );
    expect(got.Role.Description).toBe(
      'Provides access to AWS Resources managed or used by Amazon SSM.',
    );
    expect(await iam.answer('CreateServiceLinkedRole', input)).toBe(
      `400 InvalidInput: Service role name ${name} has been taken in this account, ` +
        'please try a different suffix.',
    );
    expect(await iam.answer('CreateServiceLinkedRole', { ...input, CustomSuffix: 'x' })).toBe(
      '400 InvalidInput: Custom suffix is not allowed for ssm.amazonaws.com',
    );
  });

  test('003-5: can be described and tagged, but not changed', async () => {
    await iam.call('CreateServiceLinkedRole', { AWSServiceName: 'ssm.amazonaws.com' });
    const refused =
      `400 UnmodifiableEntity: Cannot perform the operation on the protected role '${name}' - ` +
      'this role is only modifiable by AWS';
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(await iam.answer('AttachRolePolicy', { RoleName: name, PolicyArn })).toBe(refused);
    expect(
      await iam.answer('PutRolePolicy', {
        RoleName: name,
        PolicyName: 'p',
        PolicyDocument: permissions,
      }),
    ).toBe(refused);
    expect(await iam.answer('UpdateRole', { RoleName: name, MaxSessionDuration: 7200 })).toBe(
      `400 UnmodifiableEntity: ${name} is an AWS service linked role, max session duration ` +
        'cannot be changed.',
    );
    expect(await iam.answer('UpdateRole', { RoleName: name, Description: 'd' })).toBe('success');
    const Tags = [{ Key: 'a', Value: 'b' }];
    expect(await iam.answer('TagRole', { RoleName: name, Tags })).toBe('success');
  });

  test('are deleted by a task that tells its state', async () => {
    await iam.call('CreateServiceLinkedRole', { AWSServiceName: 'ssm.amazonaws.com' });
    const { DeletionTaskId } = await iam.call('DeleteServiceLinkedRole', { RoleName: name });
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/ssm\.amazonaws\.com\/AWSServiceRoleForAmazonSSM\/[0-9a-f-]{36}$/,
    );
    const status = (id: string) =>
      iam.answer('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: id });
    expect(await iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toEqual({
      Status: 'SUCCEEDED',
    });
    expect(await status('nonsense')).toBe('400 InvalidInput: Invalid task id');
    expect(await status(DeletionTaskId.replace(/.$/, 'g'))).toBe(
      '400 InvalidInput: Invalid task id',
    );
    expect(await iam.answer('GetRole', { RoleName: name })).toMatch(/^404 NoSuchEntity/);
  });

  test('service role policies cannot be attached to other roles', async () => {
    await create('r');
    const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/AmazonSSMServiceRolePolicy';
    expect(await iam.answer('AttachRolePolicy', { RoleName: 'r', PolicyArn })).toBe(
      '400 PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.',
    );
  });
});

test('a service-linked role is protected while its policy is attached to it', async () => {
  const iam = await TestIam.open();
  await iam.call('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' });
  const RoleName = 'AWSServiceRoleForECS';
  const { AttachedPolicies } = await iam.call('ListAttachedRolePolicies', { RoleName });
  expect(AttachedPolicies).toHaveLength(1);
  expect(await iam.answer('DeleteRole', { RoleName })).toBe(
    `400 UnmodifiableEntity: Cannot perform the operation on the protected role '${RoleName}' - ` +
      'this role is only modifiable by AWS',
  );
});
