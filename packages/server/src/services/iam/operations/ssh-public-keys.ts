/** SSH public keys of users. */
import type {
  DeleteSSHPublicKeyRequest,
  GetSSHPublicKeyRequest,
  GetSSHPublicKeyResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
  SSHPublicKey,
  UpdateSSHPublicKeyRequest,
  UploadSSHPublicKeyRequest,
  UploadSSHPublicKeyResponse,
} from '@sekisho/catalog/types/iam';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { SshPublicKeyRecord, UserRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { noSuchEntity } from '../errors.ts';
import { findUser } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { paginate } from '../pagination.ts';
import { encodingOf, readSshPublicKey, sshFingerprint, writeSshPublicKey } from '../ssh-key.ts';
import { readStatus } from '../status.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html */
export async function uploadSSHPublicKey(
  input: UploadSSHPublicKeyRequest,
  context: OperationContext,
): Promise<UploadSSHPublicKeyResponse> {
  const { account, runtime } = context;
  const user = findUser(context, input.UserName);
  const { id: userId } = user.record;
  const blob = readSshPublicKey(input.SSHPublicKeyBody);
  const held = runtime.directory.credentialsOf('ssh-public-key', userId);
  if (held.some(({ record }) => record.blob === blob)) {
    const message = 'Duplicate SSH public key uploaded.';
    throw new ServiceError('DuplicateSSHPublicKey', message, 400);
  }
  checkQuota('PublicKeysPerUser', held.length + 1);
  const id = createUniqueId('APKA', account, runtime.platform.random);
  const record: SshPublicKeyRecord = {
    id,
    userId,
    body: input.SSHPublicKeyBody,
    blob,
    status: 'Active',
    createdAt: context.now,
  };
  await context.commit([createRecord(account, 'ssh-public-key', id, record), holdRecord(user)]);
  return { SSHPublicKey: toPublicKey(record, user.record, record.body) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html */
export function getSSHPublicKey(
  input: GetSSHPublicKeyRequest,
  context: OperationContext,
): GetSSHPublicKeyResponse {
  const user = findUser(context, input.UserName);
  const { record } = findPublicKey(user.record, input.SSHPublicKeyId, context);
  const encoding = input.Encoding === 'PEM' ? 'PEM' : 'SSH';
  const body =
    encoding === encodingOf(record.body) ? record.body : writeSshPublicKey(record.blob, encoding);
  return { SSHPublicKey: toPublicKey(record, user.record, body) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html */
export async function updateSSHPublicKey(
  input: UpdateSSHPublicKeyRequest,
  context: OperationContext,
): Promise<object> {
  const status = readStatus(input.Status);
  const user = findUser(context, input.UserName);
  const owned = findPublicKey(user.record, input.SSHPublicKeyId, context);
  await context.commit([replaceRecord(owned, { ...owned.record, status })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html */
export async function deleteSSHPublicKey(
  input: DeleteSSHPublicKeyRequest,
  context: OperationContext,
): Promise<object> {
  const user = findUser(context, input.UserName);
  await context.commit([removeRecord(findPublicKey(user.record, input.SSHPublicKeyId, context))]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html */
export function listSSHPublicKeys(
  input: ListSSHPublicKeysRequest,
  context: OperationContext,
): ListSSHPublicKeysResponse {
  const { record: user } = namedOrCallingUser(input.UserName, context);
  const held = context.runtime.directory.credentialsOf('ssh-public-key', user.id);
  const page = paginate(held, input, context, {
    list: ['ListSSHPublicKeys', user.id],
    keyOf: ({ key }) => key,
    sorted: true,
  });
  const items = page.items.map(({ record }) => ({
    UserName: user.name,
    SSHPublicKeyId: record.id,
    Status: record.status,
    UploadDate: toDate(record.createdAt),
  }));
  return { SSHPublicKeys: items, ...page.rest };
}

function toPublicKey(record: SshPublicKeyRecord, user: UserRecord, body: string): SSHPublicKey {
  return {
    UserName: user.name,
    SSHPublicKeyId: record.id,
    Fingerprint: sshFingerprint(record.blob),
    SSHPublicKeyBody: body,
    Status: record.status,
    UploadDate: toDate(record.createdAt),
  };
}

/** Throws NoSuchEntity, in other words for another user's key. */
function findPublicKey(
  user: UserRecord,
  id: string,
  { account, runtime }: OperationContext,
): Owned<SshPublicKeyRecord> {
  const owned = runtime.directory.find(account, 'ssh-public-key', id);
  if (owned === undefined || owned.record.id !== id) {
    throw noSuchEntity(`The Public Key with id ${id} cannot be found.`);
  }
  if (owned.record.userId !== user.id) throw noSuchEntity(`User has no Public Key with id ${id}.`);
  return owned;
}
