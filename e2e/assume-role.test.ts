/** 001-2: temporary credentials by AssumeRole, through the profiles of the AWS CLI. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article, account, words } from './article-002.harness.ts';
import { type AwsCli, findAwsClis } from './harness.ts';

const RoleName = 'operator';
const roleArn = `arn:aws:iam::${account}:role/${RoleName}`;
const document = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (principal: string, more: object = {}): string =>
  document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...more });

/** Debian's 2.9 sends the AssumeRole of a profile to AWS itself, whatever the endpoint. */
const clis = findAwsClis().filter(({ needsEndpointFlag }) => !needsEndpointFlag);

describe.each(clis)('001-2 assume a role with $name', (cli: AwsCli) => {
  let article: Article;
  let user = { id: '', secret: '' };

  beforeAll(async () => {
    article = await Article.open(cli);
    await article.iam.send(new CreateUserCommand({ UserName: 'umemoto' }));
    const { AccessKey } = await article.iam.send(
      new CreateAccessKeyCommand({ UserName: 'umemoto' }),
    );
    user = { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    const AssumeRolePolicyDocument = trust(`arn:aws:iam::${account}:user/umemoto`);
    await article.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = document({ Effect: 'Allow', Action: 'iam:GetRole', Resource: roleArn });
    const policy = { RoleName, PolicyName: 'read', PolicyDocument };
    await article.iam.send(new PutRolePolicyCommand(policy));
    const folder = article.sekisho.folder;
    writeFileSync(
      join(folder, 'profiles'),
      `[profile base]\n[profile operator]\nrole_arn = ${roleArn}\nsource_profile = base\n` +
        `role_session_name = me\n[profile external]\nrole_arn = ${roleArn}\nsource_profile = base\n` +
        'role_session_name = me\nexternal_id = secret-id\n',
    );
    writeFileSync(
      join(folder, 'keys'),
      `[base]\naws_access_key_id = ${user.id}\naws_secret_access_key = ${user.secret}\n`,
    );
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  let runs = 0;
  const asProfile = (profile: string, command: string) => {
    runs += 1;
    return article.run(words(command), {
      environment: {
        // The CLI keeps assumed credentials below the home folder.
        HOME: join(article.sekisho.folder, `home-${runs}`),
        AWS_CONFIG_FILE: join(article.sekisho.folder, 'profiles'),
        AWS_SHARED_CREDENTIALS_FILE: join(article.sekisho.folder, 'keys'),
        AWS_PROFILE: profile,
      },
    });
  };
  const setTrust = async (PolicyDocument: string): Promise<void> => {
    await article.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  };

  test('the role’s rights are there, the user’s are not meanwhile', async () => {
    const identity = asProfile('operator', 'sts get-caller-identity --query Arn --output text');
    expect(identity).toMatchObject({
      stderr: '',
      stdout: `arn:aws:sts::${account}:assumed-role/${RoleName}/me\n`,
    });
    expect(asProfile('operator', `iam get-role --role-name ${RoleName}`).code).toBe(0);
    const PolicyDocument = document({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' });
    const policy = { UserName: 'umemoto', PolicyName: 'list', PolicyDocument };
    await article.iam.send(new PutUserPolicyCommand(policy));
    expect(asProfile('base', 'iam list-users').code).toBe(0);
    expect(asProfile('operator', 'iam list-users').stderr).toContain('iam:ListUsers');
    await article.iam.send(new DeleteUserPolicyCommand(policy));
    const { Role } = await article.iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.RoleLastUsed?.Region).toBe('us-east-1');
  });

  test('a user that the trust policy does not name is refused', async () => {
    await article.iam.send(new CreateUserCommand({ UserName: 'other' }));
    await setTrust(trust(`arn:aws:iam::${account}:user/other`));
    expect(asProfile('operator', 'sts get-caller-identity').stderr).toContain(
      '(AccessDenied) when calling the AssumeRole operation: ' +
        `User: arn:aws:iam::${account}:user/umemoto is not authorized to perform: sts:AssumeRole ` +
        `on resource: ${roleArn}`,
    );
  });

  test('a trust in the account delegates: the user’s own policy must allow too', async () => {
    await setTrust(trust(`arn:aws:iam::${account}:root`));
    expect(asProfile('operator', 'sts get-caller-identity').stderr).toContain('sts:AssumeRole');
    const PolicyDocument = document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: roleArn,
    });
    const policy = { UserName: 'umemoto', PolicyName: 'assume', PolicyDocument };
    await article.iam.send(new PutUserPolicyCommand(policy));
    expect(asProfile('operator', 'sts get-caller-identity')).toMatchObject({ code: 0 });
    await article.iam.send(new DeleteUserPolicyCommand(policy));
  });

  test('an external id must be the right one', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'secret-id' } } };
    await setTrust(trust(`arn:aws:iam::${account}:user/umemoto`, condition));
    expect(asProfile('operator', 'sts get-caller-identity').code).not.toBe(0);
    expect(asProfile('external', 'sts get-caller-identity').code).toBe(0);
  });

  test('MFA asked for and not given: refused', async () => {
    const condition = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    await setTrust(trust(`arn:aws:iam::${account}:user/umemoto`, condition));
    expect(asProfile('operator', 'sts get-caller-identity').code).not.toBe(0);
  });

  test('a role assumes itself only where its own trust policy says so', async () => {
    const principals = [`arn:aws:iam::${account}:user/umemoto`, roleArn];
    const itself = `sts assume-role --role-arn ${roleArn} --role-session-name me`;
    const own = { RoleName, PolicyName: 'itself' };
    const Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn };
    await article.iam.send(
      new PutRolePolicyCommand({ ...own, PolicyDocument: document(Statement) }),
    );
    await setTrust(trust(principals[0] ?? ''));
    expect(asProfile('operator', itself).stderr).toContain(
      `User: arn:aws:sts::${account}:assumed-role/${RoleName}/me is not authorized to perform: ` +
        `sts:AssumeRole on resource: ${roleArn}`,
    );
    await setTrust(document({ ...Statement, Resource: undefined, Principal: { AWS: principals } }));
    expect(asProfile('operator', itself).code).toBe(0);
    await article.iam.send(new DeleteRolePolicyCommand(own));
  });

  test('001-14 a role made again under the same name is another role', async () => {
    await setTrust(trust(`arn:aws:iam::${account}:user/umemoto`));
    const assume = words(
      `sts assume-role --role-arn ${roleArn} --role-session-name old --output json`,
    );
    const { Credentials } = JSON.parse(article.run(assume, { credentials: user }).stdout);
    const credentials = {
      id: Credentials.AccessKeyId,
      secret: Credentials.SecretAccessKey,
      token: Credentials.SessionToken,
    };
    expect(article.run(words('sts get-caller-identity'), { credentials }).code).toBe(0);
    await article.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'read' }));
    await article.iam.send(new DeleteRoleCommand({ RoleName }));
    const AssumeRolePolicyDocument = trust(`arn:aws:iam::${account}:user/umemoto`);
    await article.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    expect(article.refused(words('sts get-caller-identity'), { credentials })).toContain(
      '(InvalidClientTokenId)',
    );
  });
});
