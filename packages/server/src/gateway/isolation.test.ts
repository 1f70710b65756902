/** T34: what one account does, and what it asks, changes and shows nothing of another. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestKey } from './testing/client-signature.ts';
import { element, makeUser, succeed } from './testing/matrix-world.ts';
import {
  type Answer,
  account,
  otherAccount,
  startGateway,
  type TestGateway,
} from './testing/test-gateway.ts';

let gateway: TestGateway;
/** Root of the account that must notice nothing. */
let mine: TestKey;
/** Root of the account that tries everything. */
let theirs: TestKey;
/** A key of a user of the first account. */
let userKey: TestKey;

type Parameters = Readonly<Record<string, string>>;

const trustPolicy = (id: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${id}:root` },
      Action: 'sts:AssumeRole',
    },
  });
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::secret-name/*' },
});

const policyArn = `arn:aws:iam::${account}:policy/secret-policy`;
const roleArn = `arn:aws:iam::${account}:role/secret-role`;
const profile = 'secret-profile';

/** Everything of the first account that can be listed or got. */
const readings: readonly (readonly [service: 'iam' | 'sts' | 'ec2', parameters: Parameters])[] = [
  ['iam', { Action: 'ListUsers' }],
  ['iam', { Action: 'ListRoles' }],
  ['iam', { Action: 'ListGroups' }],
  ['iam', { Action: 'ListPolicies', Scope: 'Local' }],
  ['iam', { Action: 'ListInstanceProfiles' }],
  ['iam', { Action: 'ListOpenIDConnectProviders' }],
  ['iam', { Action: 'ListAccountAliases' }],
  ['iam', { Action: 'GetAccountSummary' }],
  ['iam', { Action: 'GetAccountAuthorizationDetails', 'Filter.member.1': 'LocalManagedPolicy' }],
  ['iam', { Action: 'GetAccountAuthorizationDetails', 'Filter.member.1': 'User' }],
  ['iam', { Action: 'GetAccountAuthorizationDetails', 'Filter.member.1': 'Role' }],
  ['iam', { Action: 'GetUser', UserName: 'secret-user' }],
  ['iam', { Action: 'ListAccessKeys', UserName: 'secret-user' }],
  ['iam', { Action: 'GetUserPolicy', UserName: 'secret-user', PolicyName: 'inline' }],
  ['iam', { Action: 'GetRole', RoleName: 'secret-role' }],
  ['iam', { Action: 'ListAttachedRolePolicies', RoleName: 'secret-role' }],
  ['iam', { Action: 'GetPolicy', PolicyArn: policyArn }],
  ['iam', { Action: 'ListEntitiesForPolicy', PolicyArn: policyArn }],
  ['iam', { Action: 'GetInstanceProfile', InstanceProfileName: profile }],
  ['ec2', { Action: 'DescribeVpcs' }],
  ['ec2', { Action: 'DescribeSecurityGroups' }],
  ['ec2', { Action: 'DescribeKeyPairs' }],
  ['ec2', { Action: 'DescribeInstances' }],
  ['ec2', { Action: 'DescribeTags' }],
];

/** What does not belong to the state: ids of requests. */
function withoutRequestId({ status, body }: Answer): string {
  const unnumbered = body.replace(/<(request_?id)>[^<]*</gi, '<$1><');
  return `${status} ${unnumbered.replace(/(authorization-details\/|authorization id: )\w+/g, '$1')}`;
}

async function readAll(key: TestKey, id = account): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const [service, parameters] of readings) {
    const entries = Object.entries(parameters);
    const own = entries.map(([name, value]) => [name, value.replace(account, id)] as const);
    answers.push(withoutRequestId(await gateway.call(service, Object.fromEntries(own), key)));
  }
  return answers;
}

async function build(key: TestKey, id: string): Promise<void> {
  const iam = (parameters: Parameters): Promise<Answer> =>
    succeed(gateway.call('iam', parameters, key));
  const arn = `arn:aws:iam::${id}:policy/secret-policy`;
  await iam({
    Action: 'CreateRole',
    RoleName: 'secret-role',
    AssumeRolePolicyDocument: trustPolicy(id),
  });
  await iam({ Action: 'CreatePolicy', PolicyName: 'secret-policy', PolicyDocument: policy });
  await iam({ Action: 'AttachRolePolicy', RoleName: 'secret-role', PolicyArn: arn });
  await iam({
    Action: 'PutUserPolicy',
    UserName: 'secret-user',
    PolicyName: 'inline',
    PolicyDocument: policy,
  });
  await iam({ Action: 'CreateInstanceProfile', InstanceProfileName: profile });
  await iam({
    Action: 'AddRoleToInstanceProfile',
    InstanceProfileName: profile,
    RoleName: 'secret-role',
  });
  await iam({ Action: 'CreateAccountAlias', AccountAlias: `alias-of-${id}` });
  await iam({ Action: 'CreateGroup', GroupName: 'secret-group' });
  await succeed(gateway.call('ec2', { Action: 'CreateKeyPair', KeyName: 'secret-pair' }, key));
  await succeed(
    gateway.call(
      'ec2',
      { Action: 'CreateSecurityGroup', GroupName: 'secret-sg', GroupDescription: 'd' },
      key,
    ),
  );
}

beforeAll(async () => {
  gateway = await startGateway();
  mine = gateway.root(account);
  theirs = gateway.root(otherAccount);
  userKey = await makeUser(gateway, 'secret-user', mine);
  await build(mine, account);
});

afterAll(async () => {
  expect(gateway.warnings).toEqual([]);
  await gateway.stop();
});

/** What the other account tries with the first account's names and ARNs. */
function attempts(): readonly (readonly [
  service: 'iam' | 'sts' | 'ec2',
  parameters: Parameters,
])[] {
  const names: readonly Parameters[] = [
    { Action: 'DeleteUser', UserName: 'secret-user' },
    { Action: 'DeleteAccessKey', UserName: 'secret-user', AccessKeyId: userKey.id },
    { Action: 'DeleteAccessKey', AccessKeyId: userKey.id },
    { Action: 'UpdateAccessKey', AccessKeyId: userKey.id, Status: 'Inactive' },
    { Action: 'GetAccessKeyLastUsed', AccessKeyId: userKey.id },
    { Action: 'DeleteRole', RoleName: 'secret-role' },
    {
      Action: 'UpdateAssumeRolePolicy',
      RoleName: 'secret-role',
      PolicyDocument: trustPolicy(otherAccount),
    },
    { Action: 'GetPolicy', PolicyArn: policyArn },
    { Action: 'GetPolicyVersion', PolicyArn: policyArn, VersionId: 'v1' },
    {
      Action: 'CreatePolicyVersion',
      PolicyArn: policyArn,
      PolicyDocument: policy,
      SetAsDefault: 'true',
    },
    { Action: 'ListEntitiesForPolicy', PolicyArn: policyArn },
    {
      Action: 'TagPolicy',
      PolicyArn: policyArn,
      'Tags.member.1.Key': 'k',
      'Tags.member.1.Value': 'v',
    },
    { Action: 'DeletePolicy', PolicyArn: policyArn },
    {
      Action: 'CreateRole',
      RoleName: 'their-role',
      AssumeRolePolicyDocument: trustPolicy(otherAccount),
    },
    { Action: 'AttachRolePolicy', RoleName: 'their-role', PolicyArn: policyArn },
    { Action: 'DeleteInstanceProfile', InstanceProfileName: profile },
    { Action: 'DeleteAccountAlias', AccountAlias: `alias-of-${account}` },
    {
      Action: 'SimulatePrincipalPolicy',
      PolicySourceArn: roleArn,
      'ActionNames.member.1': 's3:GetObject',
    },
  ];
  return [
    ...names.map((parameters) => ['iam', parameters] as const),
    ['sts', { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'theirs' }],
    ['ec2', { Action: 'DeleteKeyPair', KeyName: 'secret-pair' }],
    ['ec2', { Action: 'DeleteSecurityGroup', GroupName: 'secret-sg' }],
  ];
}

describe('T34 the other account', () => {
  test('changes nothing of the first by any name, ARN or key id', async () => {
    const before = await readAll(mine);
    for (const [service, parameters] of attempts()) await gateway.call(service, parameters, theirs);
    expect(await readAll(mine)).toEqual(before);
    expect((await gateway.call('sts', { Action: 'GetCallerIdentity' }, userKey)).status).toBe(200);
  });

  test('is told of what exists there just what it is told of what does not', async () => {
    const absent = (text: string): string => text.replaceAll('secret-', 'absent-');
    for (const [service, parameters] of attempts()) {
      const { Action: action = '', ...rest } = parameters;
      if (!Object.values(rest).some((value) => value.includes('secret-'))) continue;
      const other = Object.entries(rest).map(([name, value]) => [name, absent(value)] as const);
      const existing = await gateway.call(service, parameters, theirs);
      const missing = await gateway.call(
        service,
        { Action: action, ...Object.fromEntries(other) },
        theirs,
      );
      expect(`${action} ${absent(withoutRequestId(existing))}`).toBe(
        `${action} ${withoutRequestId(missing)}`,
      );
    }
  });

  test('may have the same names, and what it lists is its own', async () => {
    const before = await readAll(mine);
    await makeUser(gateway, 'secret-user', theirs);
    await build(theirs, otherAccount);
    expect(await readAll(mine)).toEqual(before);
    for (const answer of await readAll(theirs, otherAccount)) {
      expect(answer).not.toContain(account);
      expect(answer).not.toContain(userKey.id);
    }
  });

  test('cannot go on from a marker of the first', async () => {
    for (const name of ['a', 'b', 'c']) {
      await succeed(gateway.call('iam', { Action: 'CreateUser', UserName: `page-${name}` }, mine));
    }
    const page = { Action: 'ListUsers', MaxItems: '2' };
    const marker = element(await succeed(gateway.call('iam', page, mine)), 'Marker');
    expect(marker).not.toBe('');
    const answer = await gateway.call('iam', { ...page, Marker: marker }, theirs);
    expect({ status: answer.status, code: answer.code }).toEqual({
      status: 400,
      code: 'ValidationError',
    });
    const own = await gateway.call('iam', { ...page, Marker: marker }, mine);
    expect(own.status).toBe(200);
  });

  test('opens no message that was encoded for the first', async () => {
    const fresh = await makeUser(gateway, 'decoding', mine);
    const refused = await gateway.call(
      'ec2',
      { Action: 'DeleteVpc', VpcId: 'vpc-0123456789abcdef0' },
      fresh,
    );
    const encoded = /message: ([\w+/=-]+)/.exec(refused.body)?.[1] ?? '';
    expect(encoded).not.toBe('');
    const decode = { Action: 'DecodeAuthorizationMessage', EncodedMessage: encoded };
    expect((await gateway.call('sts', decode, theirs)).code).toBe(
      'InvalidAuthorizationMessageException',
    );
    expect((await gateway.call('sts', decode, mine)).status).toBe(200);
  });
});
