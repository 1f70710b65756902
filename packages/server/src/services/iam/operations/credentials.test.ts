/** Passwords, the account's password policy, and the report over all credentials. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createRecord } from '../../../directory/changes.ts';
import { account, rootCaller, TestIam, userCaller } from '../testing.ts';

const Password = 'Correct-horse-1';
const UserName = 'alice';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
  await iam.call('CreateUser', { UserName });
});

const violation = '400 PasswordPolicyViolation: Password should ';

describe('login profiles', () => {
  test('are made, read, changed and deleted with AWS’s words', async () => {
    const missing = '404 NoSuchEntity: Login Profile for User alice cannot be found.';
    expect(await iam.answer('GetLoginProfile', { UserName })).toBe(missing);
    expect(await iam.answer('UpdateLoginProfile', { UserName })).toBe(missing);
    expect(await iam.answer('DeleteLoginProfile', { UserName })).toBe(missing);
    const input = { UserName, Password, PasswordResetRequired: true };
    const CreateDate = new Date(iam.now - (iam.now % 1000));
    const LoginProfile = { UserName, CreateDate, PasswordResetRequired: true };
    expect(await iam.call('CreateLoginProfile', input)).toEqual({ LoginProfile });
    expect(await iam.answer('CreateLoginProfile', input)).toBe(
      '409 EntityAlreadyExists: Login Profile for user alice already exists.',
    );
    expect(await iam.answer('UpdateLoginProfile', { UserName })).toBe('success');
    expect(await iam.call('GetLoginProfile', {}, userCaller(UserName))).toEqual({ LoginProfile });
    expect(await iam.answer('DeleteUser', { UserName })).toBe(
      '409 DeleteConflict: Cannot delete entity, must delete login profile first.',
    );
    await iam.call('UpdateUser', { UserName, NewUserName: 'alicia' });
    expect(await iam.answer('DeleteLoginProfile', { UserName: 'alicia' })).toBe('success');
    expect(await iam.answer('DeleteUser', { UserName: 'alicia' })).toBe('success');
  });

  test('hold no password in plain', async () => {
    await iam.call('CreateLoginProfile', { UserName, Password });
    expect(JSON.stringify(iam.directory.list(account, 'login-profile'))).not.toContain(Password);
  });

  test('the default policy asks for eight characters of three kinds', async () => {
    const create = (text: string) => iam.answer('CreateLoginProfile', { UserName, Password: text });
    expect(await create('Abc-123')).toBe(`${violation}have a minimum length of 8 `);
    expect(await create('abcdefg1')).toBe(
      `${violation}meet 1 more of the following requirements: Password should have at least one ` +
        'uppercase letter, Password should have at least one symbol',
    );
    expect(await create('Abcdefg1')).toBe('success');
  });
});

describe('ChangePassword', () => {
  const change = (OldPassword: string, NewPassword: string, caller = userCaller(UserName)) =>
    iam.answer('ChangePassword', { OldPassword, NewPassword }, caller);
  beforeEach(async () => {
    await iam.call('CreateLoginProfile', { UserName, Password, PasswordResetRequired: true });
  });

  test('wants the old one, and another one, of a user', async () => {
    expect(await change('wrong', 'Another-1-word')).toMatch(/^403 AccessDenied/);
    expect(await change(Password, Password)).toMatch(/^403 AccessDenied/);
    expect(await change(Password, 'short')).toMatch(/^400 PasswordPolicyViolation/);
    expect(await change(Password, 'Another-1-word', rootCaller)).toMatch(/^400 InvalidUserType/);
    expect(await change(Password, 'Another-1-word')).toBe('success');
    expect(await change(Password, 'Third-1-word')).toMatch(/^403 AccessDenied/);
    const { LoginProfile } = await iam.call('GetLoginProfile', { UserName });
    expect(LoginProfile.PasswordResetRequired).toBe(false);
  });

  test('guesses are bounded, also at the same time', async () => {
    const guesses = Array.from({ length: 12 }, (_, index) => change(`guess-${index}`, 'Another-1'));
    await Promise.all(guesses);
    expect(await change(Password, 'Another-1-word')).toMatch(/^403 AccessDenied/);
    iam.now += 3 * 60_000;
    expect(await change(Password, 'Another-1-word')).toBe('success');
  });

  test('passwords of before are refused as far back as the policy says', async () => {
    await iam.call('UpdateAccountPasswordPolicy', { PasswordReusePrevention: 2 });
    expect(await change(Password, 'second')).toBe('success');
    expect(await change('second', Password)).toMatch(/^400 PasswordPolicyViolation/);
    expect(await change('second', 'third!')).toBe('success');
    expect(await change('third!', Password)).toBe('success');
  });
});

describe('the password policy', () => {
  test('is replaced as a whole, shown with its defaults, and deleted once', async () => {
    const absent = `404 NoSuchEntity: The Password Policy with domain name ${account} cannot be found.`;
    expect(await iam.answer('GetAccountPasswordPolicy', {})).toBe(absent);
    await iam.call('UpdateAccountPasswordPolicy', { MaxPasswordAge: 90, RequireSymbols: true });
    await iam.call('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 10 });
    const { PasswordPolicy } = await iam.call('GetAccountPasswordPolicy', {});
    expect(JSON.parse(JSON.stringify(PasswordPolicy))).toEqual({
      MinimumPasswordLength: 10,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    });
    await iam.call('CreateAccountAlias', { AccountAlias: 'my-account' });
    expect(await iam.answer('GetAccountPasswordPolicy', {})).toBe('success');
    expect(await iam.answer('DeleteAccountPasswordPolicy', {})).toBe('success');
    expect(await iam.answer('DeleteAccountPasswordPolicy', {})).toBe(
      '404 NoSuchEntity: The account policy with name PasswordPolicy cannot be found.',
    );
    expect(await iam.answer('GetAccountPasswordPolicy', {})).toBe(absent);
    expect((await iam.call('ListAccountAliases', {})).AccountAliases).toEqual(['my-account']);
  });

  test('decides over passwords', async () => {
    await iam.call('UpdateAccountPasswordPolicy', { RequireSymbols: true, RequireNumbers: true });
    const create = (text: string) => iam.answer('CreateLoginProfile', { UserName, Password: text });
    expect(await create('abcde')).toBe(`${violation}have a minimum length of 6 `);
    expect(await create('abcdef')).toBe(
      `${violation}have at least one number, Password should have at least one symbol`,
    );
    expect(await create('abcd1!')).toBe('success');
  });
});

describe('the credential report', () => {
  const columns =
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
    'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
    'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
    'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
    'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
    'cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
  const at = '2026-01-02T03:04:05Z';
  const none = 'false,N/A,N/A,N/A,N/A';
  const report = async (): Promise<readonly string[]> => {
    const { Content, ReportFormat } = await iam.call('GetCredentialReport', {});
    expect(ReportFormat).toBe('text/csv');
    return Buffer.from(Content ?? [])
      .toString()
      .split('\n');
  };

  test('is generated first, lasts four hours, and is then generated again', async () => {
    expect(await iam.answer('GetCredentialReport', {})).toBe('410 ReportNotPresent: ');
    expect(await iam.call('GenerateCredentialReport', {})).toEqual({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    expect(await iam.call('GenerateCredentialReport', {})).toEqual({ State: 'COMPLETE' });
    iam.now += 4 * 60 * 60_000;
    expect(await iam.answer('GetCredentialReport', {})).toBe('410 ReportExpired: ');
    expect(await iam.call('GenerateCredentialReport', {})).toMatchObject({ State: 'STARTED' });
    expect(await report()).toHaveLength(3);
  });

  test('has a line for root and one for each user, with what they have', async () => {
    await iam.state.commit([createRecord(account, 'account', 'account', { createdAt: iam.now })]);
    await iam.call('CreateUser', { UserName: 'bob,b' });
    await iam.call('CreateLoginProfile', { UserName, Password });
    await iam.call('UpdateAccountPasswordPolicy', { MaxPasswordAge: 1 });
    const first = await iam.call('CreateAccessKey', { UserName });
    await iam.call('CreateAccessKey', { UserName });
    const { AccessKeyId } = first.AccessKey;
    await iam.call('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' });
    await iam.call('GenerateCredentialReport', {});
    const user = `arn:aws:iam::${account}:user`;
    expect(await report()).toEqual([
      columns,
      `<root_account>,arn:aws:iam::${account}:root,${at},not_supported,no_information,` +
        `not_supported,not_supported,false,true,${at},N/A,N/A,N/A,${none},false,N/A,false,N/A`,
      `alice,${user}/alice,${at},true,no_information,${at},2026-01-03T03:04:05Z,false,` +
        `true,${at},N/A,N/A,N/A,false,${at},N/A,N/A,N/A,false,N/A,false,N/A`,
      `"bob,b","${user}/bob,b",${at},false,N/A,N/A,N/A,false,${none},${none},false,N/A,false,N/A`,
    ]);
  });
});
