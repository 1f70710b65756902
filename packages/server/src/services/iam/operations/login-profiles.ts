/** Passwords of users. They are kept and checked; nobody signs in to this server with one yet. */
import type {
  ChangePasswordRequest,
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile,
  UpdateLoginProfileRequest,
} from '@sekisho/catalog/types/iam';
import { isPassword, sealPassword } from '../../../authentication/password.ts';
import { wrongAttemptsOf } from '../../../authentication/wrong-attempts.ts';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import { type LoginProfileRecord, recordKey, type UserRecord } from '../../../directory/records.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { accountOf } from '../account-record.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { accessDenied, entityAlreadyExists, noSuchEntity, validationError } from '../errors.ts';
import { findUser } from '../find.ts';
import { checkPassword, usedBefore } from '../password-policy.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html */
export async function createLoginProfile(
  input: CreateLoginProfileRequest,
  context: OperationContext,
): Promise<CreateLoginProfileResponse> {
  const { account, now, runtime } = context;
  const user = namedOrCallingUser(input.UserName, context);
  const { id: userId, name } = user.record;
  const { Password: password } = input;
  // Unverified: the answer. Only sessions of AssumeRoot may leave it out.
  if (password === undefined) {
    throw validationError(
      "1 validation error detected: Value at 'password' failed to satisfy constraint: " +
        'Member must not be null',
    );
  }
  checkPassword(password, accountOf(context).passwordPolicy);
  if (runtime.directory.find(account, 'login-profile', userId) !== undefined) {
    throw entityAlreadyExists(`Login Profile for user ${name} already exists.`);
  }
  const record: LoginProfileRecord = {
    userId,
    createdAt: now,
    changedAt: now,
    resetRequired: input.PasswordResetRequired ?? false,
    sealedPassword: await seal(password, userId, context),
    formerPasswords: [],
  };
  await context.commit([createRecord(account, 'login-profile', userId, record), holdRecord(user)]);
  return { LoginProfile: toLoginProfile(name, record) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html */
export function getLoginProfile(
  input: GetLoginProfileRequest,
  context: OperationContext,
): GetLoginProfileResponse {
  const user = namedOrCallingUser(input.UserName, context);
  const { record } = findLoginProfile(user, context);
  return { LoginProfile: toLoginProfile(user.record.name, record) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html */
export async function updateLoginProfile(
  input: UpdateLoginProfileRequest,
  context: OperationContext,
): Promise<object> {
  const profile = findLoginProfile(findUser(context, input.UserName), context);
  const { Password, PasswordResetRequired } = input;
  const { record } = profile;
  const changed = Password === undefined ? record : await withPassword(record, Password, context);
  const resetRequired = PasswordResetRequired ?? record.resetRequired;
  await context.commit([replaceRecord(profile, { ...changed, resetRequired })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html */
export async function deleteLoginProfile(
  input: DeleteLoginProfileRequest,
  context: OperationContext,
): Promise<object> {
  const user = namedOrCallingUser(input.UserName, context);
  await context.commit([removeRecord(findLoginProfile(user, context))]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html */
export async function changePassword(
  { OldPassword, NewPassword }: ChangePasswordRequest,
  context: OperationContext,
): Promise<object> {
  const { caller } = context;
  if (caller.kind !== 'user') {
    // Unverified: the text.
    const message = 'Only IAM Users can change their own password';
    throw new ServiceError('InvalidUserType', message, 400);
  }
  const profile = findLoginProfile(findUser(context, caller.userName), context);
  // Unverified: both texts, and that guesses are bounded.
  if (!(await isCurrent(profile, OldPassword, context))) {
    throw accessDenied('The old password was incorrect.');
  }
  if (OldPassword === NewPassword) {
    throw accessDenied('The new password is the same as the old one.');
  }
  const changed = await withPassword(profile.record, NewPassword, context);
  await context.commit([replaceRecord(profile, { ...changed, resetRequired: false })]);
  return {};
}

function toLoginProfile(UserName: string, record: LoginProfileRecord): LoginProfile {
  return {
    UserName,
    CreateDate: toDate(record.createdAt),
    PasswordResetRequired: record.resetRequired,
  };
}

function findLoginProfile(
  { record: { id, name } }: Owned<UserRecord>,
  { account, runtime }: OperationContext,
): Owned<LoginProfileRecord> {
  const profile = runtime.directory.find(account, 'login-profile', id);
  if (profile === undefined) {
    throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  }
  return profile;
}

/** The record with another password, which the policy allows. Throws PasswordPolicyViolation. */
async function withPassword(
  record: LoginProfileRecord,
  password: string,
  context: OperationContext,
): Promise<LoginProfileRecord> {
  const policy = accountOf(context).passwordPolicy;
  checkPassword(password, policy);
  const { sealedPassword, userId, formerPasswords } = record;
  // Unverified: that the present password is one of those that may not be used again.
  const former = [sealedPassword, ...formerPasswords].slice(0, policy?.reusePrevention ?? 0);
  for (const sealed of former) {
    if (await opens(password, sealed, userId, context)) throw usedBefore();
  }
  return {
    ...record,
    changedAt: context.now,
    sealedPassword: await seal(password, userId, context),
    formerPasswords: former,
  };
}

async function isCurrent(
  { key, record }: Owned<LoginProfileRecord>,
  password: string,
  context: OperationContext,
): Promise<boolean> {
  const attempts = wrongAttemptsOf(context.runtime.state);
  if (attempts.isLocked(key, context.now)) return false;
  // Noted at once, so that guesses at the same time count too.
  attempts.note(key, context.now);
  const isRight = await opens(password, record.sealedPassword, record.userId, context);
  if (isRight) attempts.forgive(key, context.now);
  return isRight;
}

async function seal(password: string, userId: string, context: OperationContext): Promise<string> {
  const { sealer, platform } = context.runtime;
  const { random } = platform;
  return await sealPassword(password, associated(userId, context), { sealer, random });
}

async function opens(
  password: string,
  sealed: string,
  userId: string,
  context: OperationContext,
): Promise<boolean> {
  return await isPassword(password, sealed, associated(userId, context), context.runtime.sealer);
}

function associated(userId: string, { account }: OperationContext): string {
  return recordKey(account, 'login-profile', userId);
}
