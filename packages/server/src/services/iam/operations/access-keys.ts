/** Access keys of users. */
import type {
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@sekisho/catalog/types/iam';
import { accessKeyAssociated } from '../../../authentication/credentials.ts';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { AccessKeyRecord } from '../../../directory/records.ts';
import { createSecretAccessKey, createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { accessDenied, noSuchEntity } from '../errors.ts';
import { checkQuota } from '../limits.ts';
import { checkAccessKeyId } from '../names.ts';
import { paginate } from '../pagination.ts';
import { readStatus } from '../status.ts';

/**
 * The only time that the secret is shown.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export async function createAccessKey(
  input: CreateAccessKeyRequest,
  context: OperationContext,
): Promise<CreateAccessKeyResponse> {
  const { account, runtime } = context;
  const user = namedOrCallingUser(input.UserName, context);
  const { name, id: userId } = user.record;
  checkQuota('AccessKeysPerUser', runtime.directory.accessKeysOf(userId).length + 1);
  const id = createUniqueId('AKIA', account, runtime.platform.random);
  const secret = createSecretAccessKey(runtime.platform.random);
  const record: AccessKeyRecord = {
    id,
    userName: name,
    userId,
    status: 'Active',
    createdAt: context.now,
    sealedSecret: runtime.sealer.seal(secret, accessKeyAssociated(id, account)),
  };
  await context.commit([createRecord(account, 'access-key', id, record), holdRecord(user)]);
  return {
    AccessKey: {
      UserName: name,
      AccessKeyId: id,
      Status: record.status,
      SecretAccessKey: secret,
      CreateDate: toDate(record.createdAt),
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export async function updateAccessKey(
  input: UpdateAccessKeyRequest,
  context: OperationContext,
): Promise<object> {
  const status = readStatus(input.Status);
  const owned = findKey(input.UserName, input.AccessKeyId, context);
  await context.commit([replaceRecord(owned, { ...owned.record, status })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
export async function deleteAccessKey(
  input: DeleteAccessKeyRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findKey(input.UserName, input.AccessKeyId, context);
  await context.commit([removeRecord(owned)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export function listAccessKeys(
  input: ListAccessKeysRequest,
  context: OperationContext,
): ListAccessKeysResponse {
  const { record: user } = namedOrCallingUser(input.UserName, context);
  const keys = context.runtime.directory.accessKeysOf(user.id);
  const page = paginate(keys, input, context, {
    list: ['ListAccessKeys', user.id],
    keyOf: ({ record }) => record.id,
    sorted: true,
  });
  const items = page.items.map(({ record }) => ({
    UserName: record.userName,
    AccessKeyId: record.id,
    Status: record.status,
    CreateDate: toDate(record.createdAt),
  }));
  return { AccessKeyMetadata: items, ...page.rest };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export function getAccessKeyLastUsed(
  input: GetAccessKeyLastUsedRequest,
  context: OperationContext,
): GetAccessKeyLastUsedResponse {
  const { AccessKeyId } = input;
  const { account, caller, runtime } = context;
  checkAccessKeyId(AccessKeyId);
  const owned = runtime.directory.accessKey(AccessKeyId);
  if (owned?.account !== account) {
    const arn = 'arn' in caller ? caller.arn : caller.kind;
    // No colon after `perform`, unlike every other refusal.
    throw accessDenied(
      `User: ${arn} is not authorized to perform iam:GetAccessKeyLastUsed ` +
        `on resource: access key ${AccessKeyId}`,
    );
  }
  const { userName, lastUsed } = owned.record;
  if (lastUsed === undefined) {
    return { UserName: userName, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } };
  }
  const { at, service, region } = lastUsed;
  return {
    UserName: userName,
    AccessKeyLastUsed: { LastUsedDate: toDate(at), ServiceName: service, Region: region },
  };
}

/** The user's key of that id; another user's key is as good as none. */
function findKey(
  userName: string | undefined,
  id: string,
  context: OperationContext,
): Owned<AccessKeyRecord> {
  checkAccessKeyId(id);
  const user = namedOrCallingUser(userName, context);
  const owned = context.runtime.directory.accessKey(id);
  if (owned === undefined || owned.record.userId !== user.record.id) {
    throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  }
  return owned;
}
