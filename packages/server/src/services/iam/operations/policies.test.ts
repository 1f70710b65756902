/** Managed policies and their versions, attachments, boundaries and inline policies. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, TestIam } from '../testing.ts';

const document = `{ "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b~(1)/*" } }
`;
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const arn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

const create = (PolicyName: string, Path = '/') =>
  iam.call('CreatePolicy', { PolicyName, Path, PolicyDocument: document, Description: 'text' });

describe('managed policies', () => {
  test('CreatePolicy and ListPolicies leave the description out, GetPolicy shows it', async () => {
    const { Policy } = await create('p', '/a/');
    expect(Policy).not.toHaveProperty('Description');
    const got = await iam.call('GetPolicy', { PolicyArn: arn('a/p') });
    expect(got.Policy).toMatchObject({ Description: 'text', Tags: [], Path: '/a/' });
    const { Policies } = await iam.call('ListPolicies', { Scope: 'Local' });
    expect(Policies).toHaveLength(1);
    for (const member of ['Description', 'Tags']) expect(Policies?.[0]).not.toHaveProperty(member);
  });

  test('an ARN must be right in every part', async () => {
    await create('p', '/a/');
    for (const wrong of [arn('p'), arn('a/P'), arn('b/p'), arn('a/p').replace('aws', 'aws-cn')]) {
      expect(await iam.answer('GetPolicy', { PolicyArn: wrong })).toBe(
        `404 NoSuchEntity: Policy ${wrong} was not found.`,
      );
    }
  });

  test('documents come back byte for byte, percent-encoded by RFC 3986', async () => {
    await create('p');
    const { PolicyVersion } = await iam.call('GetPolicyVersion', {
      PolicyArn: arn('p'),
      VersionId: 'v1',
    });
    const encoded = PolicyVersion?.Document ?? '';
    expect(decodeURIComponent(encoded)).toBe(document);
    expect(encoded).toMatch(/^[A-Za-z0-9\-._~%]+$/);
    expect(encoded).toContain('b~%281%29%2F%2A');
  });

  test("AWS's own policies are listed and read, and cannot be changed", async () => {
    const { Policy } = await iam.call('GetPolicy', { PolicyArn: readOnly });
    expect(Policy).toMatchObject({ PolicyName: 'ReadOnlyAccess', Arn: readOnly, Path: '/' });
    const VersionId = Policy?.DefaultVersionId ?? '';
    const version = await iam.call('GetPolicyVersion', { PolicyArn: readOnly, VersionId });
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? '')).toContain('"Version"');
    const denied = '403 AccessDenied: Cannot';
    expect(await iam.answer('DeletePolicy', { PolicyArn: readOnly })).toBe(
      `${denied} delete policies outside your own account.`,
    );
    expect(await iam.answer('SetDefaultPolicyVersion', { PolicyArn: readOnly, VersionId })).toBe(
      `${denied} update policies outside your own account.`,
    );
    expect(await iam.answer('DeletePolicyVersion', { PolicyArn: readOnly, VersionId })).toBe(
      `${denied} delete policy versions for policies outside your own account.`,
    );
  });

  test('ListPolicies goes through all of them page by page, each once', async () => {
    await create('zeta');
    await create('Alpha');
    const names: string[] = [];
    let marker: string | undefined;
    do {
      const page = await iam.call('ListPolicies', { Marker: marker, MaxItems: 300 });
      for (const policy of page.Policies ?? []) names.push(policy.Arn ?? '');
      marker = page.Marker;
      expect(page.IsTruncated).toBe(marker !== undefined);
    } while (marker !== undefined);
    expect(names.slice(0, 2)).toEqual([arn('Alpha'), arn('zeta')]);
    expect(names.length).toBeGreaterThan(1000);
    expect(new Set(names).size).toBe(names.length);
  });

  test('OnlyAttached counts boundaries too, PolicyUsageFilter tells them apart', async () => {
    await create('attached');
    await create('boundary');
    await create('unused');
    await iam.call('CreateUser', { UserName: 'u', PermissionsBoundary: arn('boundary') });
    await iam.call('AttachUserPolicy', { UserName: 'u', PolicyArn: arn('attached') });
    const list = async (input: object) => {
      const { Policies } = await iam.call('ListPolicies', { Scope: 'Local', ...input });
      return (Policies ?? []).map(({ PolicyName }) => PolicyName);
    };
    expect(await list({ OnlyAttached: true })).toEqual(['attached', 'boundary']);
    const PolicyUsageFilter = 'PermissionsBoundary';
    expect(await list({ OnlyAttached: true, PolicyUsageFilter })).toEqual(['boundary']);
    expect(await list({ PolicyUsageFilter })).toEqual(['attached', 'boundary', 'unused']);
    const { Policy } = await iam.call('GetPolicy', { PolicyArn: arn('boundary') });
    expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 });
    expect(await iam.answer('DeletePolicy', { PolicyArn: arn('boundary') })).toBe(
      '409 DeleteConflict: Cannot delete a policy attached to entities.',
    );
  });

  test('ListEntitiesForPolicy names users, groups and roles, by page and by filter', async () => {
    await create('p');
    const PolicyArn = arn('p');
    await iam.call('CreateUser', { UserName: 'u', Path: '/x/', PermissionsBoundary: PolicyArn });
    await iam.call('CreateGroup', { GroupName: 'g' });
    await iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust });
    await iam.call('AttachGroupPolicy', { GroupName: 'g', PolicyArn });
    await iam.call('AttachRolePolicy', { RoleName: 'r', PolicyArn });
    const list = async (input: object) => {
      const all = await iam.call('ListEntitiesForPolicy', { PolicyArn, ...input });
      const names = [
        ...(all.PolicyGroups ?? []).map(({ GroupName }) => GroupName),
        ...(all.PolicyUsers ?? []).map(({ UserName }) => UserName),
        ...(all.PolicyRoles ?? []).map(({ RoleName }) => RoleName),
      ];
      return { names: names.join(), Marker: all.Marker };
    };
    expect((await list({})).names).toBe('g,u,r');
    expect((await list({ EntityFilter: 'Role' })).names).toBe('r');
    expect((await list({ PathPrefix: '/x/' })).names).toBe('u');
    expect((await list({ PolicyUsageFilter: 'PermissionsPolicy' })).names).toBe('g,r');
    const first = await list({ MaxItems: 2 });
    expect((await list({ MaxItems: 2, Marker: first.Marker })).names).toBe('u');
    const missing = arn('none');
    expect(await iam.answer('ListEntitiesForPolicy', { PolicyArn: missing })).toBe(
      `404 NoSuchEntity: Policy ${missing} does not exist or is not attachable.`,
    );
  });
});

describe('versions', () => {
  test('are listed newest first; the default one cannot be deleted', async () => {
    await create('p');
    const PolicyArn = arn('p');
    const add = { PolicyArn, PolicyDocument: document };
    await iam.call('CreatePolicyVersion', add);
    iam.now += 5000;
    const set = await iam.call('CreatePolicyVersion', { ...add, SetAsDefault: true });
    expect(set.PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: true });
    const { Versions } = await iam.call('ListPolicyVersions', { PolicyArn });
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['v3', 'v2', 'v1']);
    expect(Versions?.[0]).not.toHaveProperty('Document');
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    expect(Policy?.DefaultVersionId).toBe('v3');
    expect(Number(Policy?.UpdateDate)).toBeGreaterThan(Number(Policy?.CreateDate));
    expect(await iam.answer('DeletePolicyVersion', { PolicyArn, VersionId: 'v3' })).toBe(
      '409 DeleteConflict: Cannot delete the default version of a policy.',
    );
    expect(await iam.answer('DeletePolicy', { PolicyArn })).toBe(
      '409 DeleteConflict: This policy has more than one version. Before you delete a policy, ' +
        "you must delete the policy's versions. The default version is deleted with the policy.",
    );
  });

  test('a missing version and a missing policy have the same words', async () => {
    await create('p');
    for (const PolicyArn of [arn('p'), arn('none')]) {
      for (const name of [
        'GetPolicyVersion',
        'DeletePolicyVersion',
        'SetDefaultPolicyVersion',
      ] as const) {
        expect(await iam.answer(name, { PolicyArn, VersionId: 'v9' })).toBe(
          `404 NoSuchEntity: Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
        );
      }
    }
  });
});

describe('attachments', () => {
  beforeEach(async () => {
    await create('p', '/a/');
    await iam.call('CreateGroup', { GroupName: 'g' });
  });
  const PolicyArn = arn('a/p');

  test('the form of the ARN is checked first, then the parent, then the policy', async () => {
    const attach = (GroupName: string, policyArn: string) =>
      iam.answer('AttachGroupPolicy', { GroupName, PolicyArn: policyArn });
    expect(await attach('none', 'this-is-not-an-arn-at-all')).toBe(
      '400 ValidationError: ARN this-is-not-an-arn-at-all is not valid.',
    );
    expect(await attach('none', arn('none'))).toBe(
      '404 NoSuchEntity: The group with name none cannot be found.',
    );
    expect(await attach('g', arn('none'))).toBe(
      `404 NoSuchEntity: Policy ${arn('none')} does not exist or is not attachable.`,
    );
    const detach = { GroupName: 'g', PolicyArn };
    expect(await iam.answer('DetachGroupPolicy', detach)).toBe(
      `404 NoSuchEntity: Policy ${PolicyArn} was not found.`,
    );
  });

  test("are listed by the policy's path; attaching twice counts once", async () => {
    for (const policyArn of [readOnly, PolicyArn, PolicyArn]) {
      await iam.call('AttachGroupPolicy', { GroupName: 'G', PolicyArn: policyArn });
    }
    const list = async (PathPrefix?: string) => {
      const input = { GroupName: 'g', PathPrefix };
      const { AttachedPolicies } = await iam.call('ListAttachedGroupPolicies', input);
      return AttachedPolicies;
    };
    expect(await list()).toEqual([
      { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly },
      { PolicyName: 'p', PolicyArn },
    ]);
    expect(await list('/a/')).toEqual([{ PolicyName: 'p', PolicyArn }]);
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    expect(Policy?.AttachmentCount).toBe(1);
  });
});

describe('inline policies', () => {
  beforeEach(async () => {
    await iam.call('CreateUser', { UserName: 'u' });
  });
  const put = (PolicyName: string, PolicyDocument = document) =>
    iam.answer('PutUserPolicy', { UserName: 'u', PolicyName, PolicyDocument });

  test('a name in other case replaces; lists keep the spelling, Get echoes the question', async () => {
    expect(await put('policy')).toBe('success');
    expect(await put('another')).toBe('success');
    const replaced = document.replace('Allow', 'Deny');
    expect(await put('POLICY', replaced)).toBe('success');
    const { PolicyNames } = await iam.call('ListUserPolicies', { UserName: 'u' });
    expect(PolicyNames).toEqual(['another', 'policy']);
    const got = await iam.call('GetUserPolicy', { UserName: 'U', PolicyName: 'Policy' });
    expect(got).toMatchObject({ UserName: 'u', PolicyName: 'Policy' });
    expect(decodeURIComponent(got.PolicyDocument)).toBe(replaced);
  });

  test('a missing policy has words of its own for each kind of principal', async () => {
    await iam.call('CreateGroup', { GroupName: 'g' });
    const PolicyName = 'p';
    expect(await iam.answer('GetUserPolicy', { UserName: 'u', PolicyName })).toBe(
      '404 NoSuchEntity: The user policy with name p cannot be found.',
    );
    expect(await iam.answer('DeleteGroupPolicy', { GroupName: 'g', PolicyName })).toBe(
      '404 NoSuchEntity: The group policy with name p cannot be found.',
    );
  });

  test('the quota counts all of them together, without white space', async () => {
    const long = document.replace('s3:Get*', `s3:${'a'.repeat(1900)}`);
    expect(await put('a', long + ' '.repeat(5000))).toBe('success');
    expect(await put('b')).toBe(
      '409 LimitExceeded: Maximum policy size of 2048 bytes exceeded for user u',
    );
    expect(await put('a')).toBe('success');
    expect(await put('b')).toBe('success');
  });

  test('version 2008-10-17 and none at all are accepted, a Principal is not', async () => {
    expect(await put('old', document.replace('2012', '2008'))).toBe('success');
    expect(await put('none', document.replace('"Version": "2012-10-17",', ''))).toBe('success');
    expect(await put('p', trust)).toBe(
      '400 MalformedPolicyDocument: Policy document should not specify a principal.',
    );
  });
});

describe('permissions boundaries', () => {
  test('are put, replaced and removed; removing none is an error', async () => {
    await create('p');
    await iam.call('CreateUser', { UserName: 'u' });
    const put = (PermissionsBoundary: string) =>
      iam.answer('PutUserPermissionsBoundary', { UserName: 'u', PermissionsBoundary });
    expect(await put(`arn:aws:iam::${account}:user/u`)).toBe(
      `400 InvalidInput: ARN arn:aws:iam::${account}:user/u is not valid.`,
    );
    expect(await put(arn('p'))).toBe('success');
    expect(await put(readOnly)).toBe('success');
    const { User } = await iam.call('GetUser', { UserName: 'u' });
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(readOnly);
    expect(await iam.answer('DeletePolicy', { PolicyArn: arn('p') })).toBe('success');
    await iam.call('DeleteUserPermissionsBoundary', { UserName: 'u' });
    expect(await iam.answer('DeleteUserPermissionsBoundary', { UserName: 'u' })).toMatch(
      /^404 NoSuchEntity: The user with name u does not have a permissions boundary\./,
    );
  });
});
