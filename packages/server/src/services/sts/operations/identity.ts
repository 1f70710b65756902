/** GetCallerIdentity and GetAccessKeyInfo: whose credentials these are. */
import { strict as assert } from 'node:assert';
import type {
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@sekisho/catalog/types/sts';
import { accountOfAccessKey } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { validationError } from '../errors.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function getCallerIdentity(
  _input: GetCallerIdentityRequest,
  { caller }: OperationContext,
): GetCallerIdentityResponse {
  assert('userId' in caller, 'GetCallerIdentity is always signed');
  return { UserId: caller.userId, Account: caller.account, Arn: caller.arn };
}

/**
 * The account is read off the id; keys whose id does not hold it are looked up.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export function getAccessKeyInfo(
  { AccessKeyId: id }: GetAccessKeyInfoRequest,
  { runtime }: OperationContext,
): GetAccessKeyInfoResponse {
  const account = runtime.directory.accessKey(id)?.account ?? accountOfAccessKey(id);
  // Unverified: the answer to ids that do not hold an account.
  if (account === undefined) throw validationError(`Invalid access key id: ${id}`);
  return { Account: account };
}
