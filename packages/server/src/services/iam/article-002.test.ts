/** Article 002 against the operations: shapes, dates, ids and refusals as AWS answers them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, TestIam } from './testing.ts';

const cloudWatchPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "cloudwatch:PutMetricData",
         "ec2:DescribeTags"
            ],
            "Resource": "*"
        }
    ]
}
`;
const trustPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": "ec2.amazonaws.com"
            },
            "Action": "sts:AssumeRole"
        }
    ]
}
`;
const printedTrust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",' +
  '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const roleName = 'umemoto-wordpress-role';
const profileName = 'umemoto-wordpress-profile';
const created = new Date('2026-01-02T03:04:05Z');
const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;

/** What is on the wire: members in order, those without a value left out. */
const wire = (value: unknown): string => JSON.stringify(value);

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

const createPolicy = (name: string) =>
  iam.call('CreatePolicy', {
    PolicyName: name,
    PolicyDocument: cloudWatchPolicy,
    Tags: [{ Key: 'Name', Value: name }],
  });
const createRole = (name = roleName) =>
  iam.call('CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: trustPolicy,
    Tags: [{ Key: 'Name', Value: name }],
  });

describe('002-1/2 create-policy', () => {
  test('answers the members of the article and no others', async () => {
    const { Policy } = await createPolicy('CloudWatch-Wordpress-ut');
    expect(Policy?.PolicyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
    expect(JSON.parse(wire(Policy))).toEqual({
      PolicyName: 'CloudWatch-Wordpress-ut',
      PolicyId: Policy?.PolicyId,
      Arn: policyArn('CloudWatch-Wordpress-ut'),
      Path: '/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: created.toISOString(),
      UpdateDate: created.toISOString(),
      Tags: [{ Key: 'Name', Value: 'CloudWatch-Wordpress-ut' }],
    });
  });

  test('refuses the name a second time, whatever its case and path', async () => {
    await createPolicy('CloudWatch-Wordpress-ut');
    for (const [name, path] of [
      ['CloudWatch-Wordpress-ut', '/'],
      ['CLOUDWATCH-wordpress-ut', '/other/'],
    ] as const) {
      const input = { PolicyName: name, Path: path, PolicyDocument: cloudWatchPolicy };
      expect(await iam.answer('CreatePolicy', input)).toBe(
        `409 EntityAlreadyExists: A policy called ${name} already exists. ` +
          'Duplicate names are not allowed.',
      );
    }
  });

  test('refuses a Principal, bad JSON, an old version and more than 6144 characters', async () => {
    const answer = (PolicyDocument: string) =>
      iam.answer('CreatePolicy', { PolicyName: 'p', PolicyDocument });
    expect(await answer(trustPolicy)).toBe(
      '400 MalformedPolicyDocument: Policy document should not specify a principal.',
    );
    expect(await answer('{')).toBe('400 MalformedPolicyDocument: Syntax errors in policy.');
    expect(await answer(cloudWatchPolicy.replace('2012', '2008'))).toBe(
      '400 MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater.',
    );
    const long = cloudWatchPolicy.replace('"ec2:DescribeTags"', `"ec2:${'a'.repeat(6144)}"`);
    expect(await answer(long)).toBe('409 LimitExceeded: Cannot exceed quota for PolicySize: 6144');
  });

  test('a sixth version is beyond the limit, and ids only grow', async () => {
    const { Policy } = await createPolicy('p');
    const PolicyArn = Policy?.Arn ?? '';
    const add = () =>
      iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: cloudWatchPolicy });
    for (const id of ['v2', 'v3', 'v4', 'v5']) {
      const { PolicyVersion } = await add();
      expect(wire(PolicyVersion)).toBe(
        wire({ VersionId: id, IsDefaultVersion: false, CreateDate: created }),
      );
    }
    expect(
      await iam.answer('CreatePolicyVersion', { PolicyArn, PolicyDocument: cloudWatchPolicy }),
    ).toBe(
      '409 LimitExceeded: A managed policy can have up to 5 versions. Before you create a new ' +
        'version, you must delete an existing version.',
    );
    for (const VersionId of ['v2', 'v3', 'v4', 'v5']) {
      await iam.call('DeletePolicyVersion', { PolicyArn, VersionId });
    }
    expect((await add()).PolicyVersion?.VersionId).toBe('v6');
  });
});

describe('002-3 create-role', () => {
  test('answers the members of the article, with the trust policy printed anew', async () => {
    const { Role } = await createRole();
    expect(Role.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(JSON.parse(wire(Role))).toEqual({
      Path: '/',
      RoleName: roleName,
      RoleId: Role.RoleId,
      Arn: `arn:aws:iam::${account}:role/${roleName}`,
      CreateDate: created.toISOString(),
      AssumeRolePolicyDocument: encodeURIComponent(printedTrust),
      Tags: [{ Key: 'Name', Value: roleName }],
    });
  });

  test('D9: a trust policy with Resource', async () => {
    const document = trustPolicy.replace('"Action"', '"Resource": "*", "Action"');
    const input = { RoleName: 'r', AssumeRolePolicyDocument: document };
    expect(await iam.answer('CreateRole', input)).toBe(
      '400 MalformedPolicyDocument: Has prohibited field Resource',
    );
  });

  test('D10: a placeholder for the account', async () => {
    const principal = '"AWS": "arn:aws:iam::AWS-account-ID:user/user-name"';
    const document = trustPolicy.replace('"Service": "ec2.amazonaws.com"', principal);
    const input = { RoleName: 'r', AssumeRolePolicyDocument: document };
    expect(await iam.answer('CreateRole', input)).toBe(
      '400 MalformedPolicyDocument: Invalid principal in policy: ' +
        '"AWS":"arn:aws:iam::AWS-account-ID:user/user-name"',
    );
  });

  test('001-3: a service that does not exist; a Statement that is an object', async () => {
    const typo = trustPolicy.replace('ec2.amazonaws.com', 'ec2.amazon.com');
    expect(await iam.answer('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: typo })).toBe(
      '400 MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ec2.amazon.com"',
    );
    const statement = JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...JSON.parse(trustPolicy).Statement[0], Sid: '' },
    });
    const { Role } = await iam.call('CreateRole', {
      RoleName: 'r',
      AssumeRolePolicyDocument: statement,
    });
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '')).toContain('"Sid":""');
  });

  test('004-4: ecs-tasks is a service, an empty Sid is accepted', async () => {
    const document = trustPolicy
      .replace('ec2.amazonaws.com', 'ecs-tasks.amazonaws.com')
      .replace('"Effect"', '"Sid": "", "Effect"');
    const input = { RoleName: 'ecsTaskExecutionRole', AssumeRolePolicyDocument: document };
    expect(await iam.answer('CreateRole', input)).toBe('success');
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    const RoleName = 'ecsTaskExecutionRole';
    expect(await iam.answer('AttachRolePolicy', { RoleName, PolicyArn })).toBe('success');
    const wrong = PolicyArn.replace('service-role/', '');
    expect(await iam.answer('AttachRolePolicy', { RoleName, PolicyArn: wrong })).toBe(
      `404 NoSuchEntity: Policy ${wrong} does not exist or is not attachable.`,
    );
  });

  test('a name of 65 characters, a name taken already', async () => {
    const input = { RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: trustPolicy };
    expect(await iam.answer('CreateRole', input)).toBe(
      "400 ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy " +
        'constraint: Member must have length less than or equal to 64',
    );
    await createRole();
    const again = { RoleName: roleName.toUpperCase(), AssumeRolePolicyDocument: trustPolicy };
    expect(await iam.answer('CreateRole', again)).toBe(
      `409 EntityAlreadyExists: Role with name ${roleName.toUpperCase()} already exists.`,
    );
  });
});

describe('002-4/5 attach-role-policy, list-attached-role-policies', () => {
  test('lists both policies in the order in which they were attached', async () => {
    await createRole();
    for (const name of ['S3-Wordpress-ut', 'CloudWatch-Wordpress-ut']) {
      await createPolicy(name);
      const input = { RoleName: roleName, PolicyArn: policyArn(name) };
      expect(wire(await iam.call('AttachRolePolicy', input))).toBe('{}');
    }
    expect(wire(await iam.call('ListAttachedRolePolicies', { RoleName: roleName }))).toBe(
      wire({
        AttachedPolicies: ['S3-Wordpress-ut', 'CloudWatch-Wordpress-ut'].map((PolicyName) => ({
          PolicyName,
          PolicyArn: policyArn(PolicyName),
        })),
        IsTruncated: false,
      }),
    );
    const { Policy } = await iam.call('GetPolicy', { PolicyArn: policyArn('S3-Wordpress-ut') });
    expect(Policy?.AttachmentCount).toBe(1);
  });

  test('an eleventh policy is beyond the quota, the same again is not', async () => {
    await createRole();
    for (let index = 1; index <= 11; index += 1) await createPolicy(`p${index}`);
    const attach = (name: string) =>
      iam.answer('AttachRolePolicy', { RoleName: roleName, PolicyArn: policyArn(name) });
    for (let index = 1; index <= 10; index += 1) expect(await attach(`p${index}`)).toBe('success');
    expect(await attach('p1')).toBe('success');
    expect(await attach('p11')).toBe(
      '409 LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10',
    );
  });

  test('an unknown role', async () => {
    const missing = '404 NoSuchEntity: The role with name nobody cannot be found.';
    expect(await iam.answer('ListAttachedRolePolicies', { RoleName: 'nobody' })).toBe(missing);
    const PolicyArn = policyArn('nothing');
    expect(await iam.answer('AttachRolePolicy', { RoleName: 'nobody', PolicyArn })).toBe(missing);
  });
});

describe('002-6/7/8 the instance profile', () => {
  const create = () => iam.call('CreateInstanceProfile', { InstanceProfileName: profileName });
  const add = (RoleName: string) =>
    iam.answer('AddRoleToInstanceProfile', { InstanceProfileName: profileName, RoleName });

  test('002-6: create-instance-profile answers Roles [] and no Tags', async () => {
    const { InstanceProfile } = await create();
    expect(InstanceProfile?.InstanceProfileId).toMatch(/^AIPA[A-Z2-7]{17}$/);
    expect(wire(InstanceProfile)).toBe(
      wire({
        Path: '/',
        InstanceProfileName: profileName,
        InstanceProfileId: InstanceProfile?.InstanceProfileId,
        Arn: `arn:aws:iam::${account}:instance-profile/${profileName}`,
        CreateDate: created,
        Roles: [],
      }),
    );
    expect(await iam.answer('CreateInstanceProfile', { InstanceProfileName: profileName })).toBe(
      `409 EntityAlreadyExists: Instance Profile ${profileName} already exists.`,
    );
  });

  test('002-7: a second role, or the same again, is beyond the quota', async () => {
    await create();
    await createRole();
    await createRole('second');
    expect(await add(roleName)).toBe('success');
    for (const name of ['second', roleName]) {
      expect(await add(name)).toBe(
        '409 LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      );
    }
  });

  test('002-8: get-instance-profile shows the role in short and Tags []', async () => {
    await create();
    const { Role } = await createRole();
    await add(roleName);
    const { InstanceProfile } = await iam.call('GetInstanceProfile', {
      InstanceProfileName: profileName,
    });
    const { Tags: _, ...core } = Role;
    expect(JSON.parse(wire(InstanceProfile))).toMatchObject({
      Roles: [JSON.parse(wire(core))],
      Tags: [],
    });
    expect(JSON.parse(wire(InstanceProfile?.Roles[0]))).toEqual(JSON.parse(wire(core)));
  });

  test('001-13: a profile that does not exist', async () => {
    expect(await iam.answer('GetInstanceProfile', { InstanceProfileName: 'none' })).toBe(
      '404 NoSuchEntity: Instance Profile none cannot be found.',
    );
  });
});

test('001-4…7: destroying out of order meets the three conflicts', async () => {
  await createRole();
  await createPolicy('p');
  await iam.call('CreateInstanceProfile', { InstanceProfileName: profileName });
  const inProfile = { InstanceProfileName: profileName, RoleName: roleName };
  const attachment = { RoleName: roleName, PolicyArn: policyArn('p') };
  const inline = { RoleName: roleName, PolicyName: 'i' };
  await iam.call('AddRoleToInstanceProfile', inProfile);
  await iam.call('AttachRolePolicy', attachment);
  await iam.call('PutRolePolicy', { ...inline, PolicyDocument: cloudWatchPolicy });
  const deleteRole = () => iam.answer('DeleteRole', { RoleName: roleName });
  expect(await iam.answer('DeletePolicy', { PolicyArn: policyArn('p') })).toBe(
    '409 DeleteConflict: Cannot delete a policy attached to entities.',
  );
  expect(await deleteRole()).toBe(
    '409 DeleteConflict: Cannot delete entity, must detach all policies first.',
  );
  await iam.call('DetachRolePolicy', attachment);
  expect(await deleteRole()).toBe(
    '409 DeleteConflict: Cannot delete entity, must delete policies first.',
  );
  await iam.call('DeleteRolePolicy', inline);
  const mustRemove =
    '409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.';
  expect(await deleteRole()).toBe(mustRemove);
  expect(await iam.answer('DeleteInstanceProfile', { InstanceProfileName: profileName })).toBe(
    mustRemove,
  );
  await iam.call('RemoveRoleFromInstanceProfile', inProfile);
  expect(await iam.answer('RemoveRoleFromInstanceProfile', inProfile)).toBe(
    `404 NoSuchEntity: Role ${roleName} in Instance Profile ${profileName} cannot be found.`,
  );
  expect(await deleteRole()).toBe('success');
  expect(await iam.answer('DeletePolicy', { PolicyArn: policyArn('p') })).toBe('success');
  await iam.call('DeleteInstanceProfile', { InstanceProfileName: profileName });
  expect(iam.state.keys(`iam/${account}/role/`)).toEqual([]);
});
