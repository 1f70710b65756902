/** The account's password policy. */
import type {
  GetAccountPasswordPolicyResponse,
  UpdateAccountPasswordPolicyRequest,
} from '@sekisho/catalog/types/iam';
import type { PasswordPolicyRecord } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { accountChange, accountOf } from '../account-record.ts';
import { noSuchEntity } from '../errors.ts';

const lengthMinDefault = 6;

/**
 * Replaces the whole policy: what is left out has its default.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
export async function updateAccountPasswordPolicy(
  input: UpdateAccountPasswordPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const { MaxPasswordAge, PasswordReusePrevention, HardExpiry } = input;
  const passwordPolicy: PasswordPolicyRecord = {
    lengthMin: input.MinimumPasswordLength ?? lengthMinDefault,
    requireSymbols: input.RequireSymbols ?? false,
    requireNumbers: input.RequireNumbers ?? false,
    requireUppercase: input.RequireUppercaseCharacters ?? false,
    requireLowercase: input.RequireLowercaseCharacters ?? false,
    usersMayChange: input.AllowUsersToChangePassword ?? false,
    ...(MaxPasswordAge === undefined ? {} : { ageDaysMax: MaxPasswordAge }),
    ...(PasswordReusePrevention === undefined ? {} : { reusePrevention: PasswordReusePrevention }),
    ...(HardExpiry === undefined ? {} : { hardExpiry: HardExpiry }),
  };
  await context.commit([accountChange(context, { passwordPolicy })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html */
export function getAccountPasswordPolicy(
  _input: object,
  context: OperationContext,
): GetAccountPasswordPolicyResponse {
  const { passwordPolicy: policy } = accountOf(context);
  if (policy === undefined) {
    throw noSuchEntity(`The Password Policy with domain name ${context.account} cannot be found.`);
  }
  return {
    PasswordPolicy: {
      MinimumPasswordLength: policy.lengthMin,
      RequireSymbols: policy.requireSymbols,
      RequireNumbers: policy.requireNumbers,
      RequireUppercaseCharacters: policy.requireUppercase,
      RequireLowercaseCharacters: policy.requireLowercase,
      AllowUsersToChangePassword: policy.usersMayChange,
      ExpirePasswords: policy.ageDaysMax !== undefined,
      MaxPasswordAge: policy.ageDaysMax,
      PasswordReusePrevention: policy.reusePrevention,
      HardExpiry: policy.hardExpiry,
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html */
export async function deleteAccountPasswordPolicy(
  _input: object,
  context: OperationContext,
): Promise<object> {
  if (accountOf(context).passwordPolicy === undefined) {
    throw noSuchEntity('The account policy with name PasswordPolicy cannot be found.');
  }
  await context.commit([accountChange(context, { passwordPolicy: undefined })]);
  return {};
}
