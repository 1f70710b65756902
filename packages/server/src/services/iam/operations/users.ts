/** Users: their life from CreateUser to DeleteUser. */
import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User,
} from '@sekisho/catalog/types/iam';
import { createRecord, removeRecord, replaceRecord } from '../../../directory/changes.ts';
import { foldCase, type UserRecord } from '../../../directory/records.ts';
import { removedServiceUses } from '../../../directory/service-use.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { accountOf } from '../account-record.ts';
import { entityArn } from '../arn.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { echoTags, toBoundary, toDate, toFullUser, toGroup, toListedUser } from '../entities.ts';
import { deleteConflict, entityAlreadyExists } from '../errors.ts';
import { findUser } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath, checkPathPrefix } from '../names.ts';
import { paginate } from '../pagination.ts';
import { readTags } from '../tags.ts';
import { withPrincipalRenamed } from '../trust-policy.ts';
import { findBoundary } from './families/permissions-boundaries.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export async function createUser(
  input: CreateUserRequest,
  context: OperationContext,
): Promise<CreateUserResponse> {
  const { account, runtime } = context;
  const { directory, platform } = runtime;
  checkName('userName', input.UserName);
  checkPath(input.Path);
  const tags = readTags(input.Tags, 'ignore-case');
  const boundary = await findBoundary(input.PermissionsBoundary, context);
  checkUserNameIsFree(input.UserName, context);
  checkQuota('UsersPerAccount', directory.count(account, 'user') + 1);
  const record: UserRecord = {
    name: input.UserName,
    id: createUniqueId('AIDA', account, platform.random),
    path: input.Path ?? '/',
    createdAt: context.now,
    inlinePolicies: [],
    attachedPolicies: [],
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary.arn }),
    tags,
    groups: [],
  };
  const creation = createRecord(account, 'user', record.name, record);
  await context.commit([creation, ...(boundary?.hold ?? [])]);
  const owned = { account, key: creation.key, revision: 0, record };
  return {
    User: {
      ...toListedUser(owned, context),
      PermissionsBoundary: toBoundary(record.permissionsBoundary),
      Tags: echoTags(tags),
    },
  };
}

function checkUserNameIsFree(name: string, context: OperationContext): void {
  if (context.runtime.directory.find(context.account, 'user', name) !== undefined) {
    throw entityAlreadyExists(`User with name ${name} already exists.`);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export function getUser(
  input: GetUserRequest,
  context: OperationContext,
): GetUserResponse | { readonly User: Partial<User> } {
  const { account, caller } = context;
  if (input.UserName === undefined && caller.kind === 'root') {
    const createdAt = accountOf(context).createdAt ?? 0;
    return { User: { UserId: account, Arn: caller.arn, CreateDate: toDate(createdAt) } };
  }
  return { User: toFullUser(namedOrCallingUser(input.UserName, context), context) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export function listUsers(input: ListUsersRequest, context: OperationContext): ListUsersResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const users = context.runtime.directory
    .list(context.account, 'user')
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  const page = paginate(users, input, context, {
    list: ['ListUsers', PathPrefix],
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  return { Users: page.items.map((owned) => toListedUser(owned, context)), ...page.rest };
}

/**
 * A renamed user keeps its id, policies, groups and keys, and the trust of roles.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
export async function updateUser(
  input: UpdateUserRequest,
  context: OperationContext,
): Promise<object> {
  const { NewPath, NewUserName } = input;
  if (NewUserName !== undefined) checkName('newUserName', NewUserName);
  checkPath(NewPath, 'newPath');
  const owned = findUser(context, input.UserName);
  const { record } = owned;
  const name = NewUserName ?? record.name;
  const renamed: UserRecord = { ...record, name, path: NewPath ?? record.path };
  const sameKey = foldCase(name) === foldCase(record.name);
  if (!sameKey) checkUserNameIsFree(name, context);
  const changes = sameKey
    ? [replaceRecord(owned, renamed)]
    : [removeRecord(owned), createRecord(context.account, 'user', name, renamed)];
  await context.commit([
    ...changes,
    ...renamedKeys(renamed, context),
    ...renamedPrincipals(record, renamed, context),
  ]);
  return {};
}

function renamedKeys({ id, name }: UserRecord, context: OperationContext): readonly Change[] {
  return context.runtime.directory
    .accessKeysOf(id)
    .filter((key) => key.record.userName !== name)
    .map((key) => replaceRecord(key, { ...key.record, userName: name }));
}

/** Roles of every account that trust the user go on doing so, under its new name. */
function renamedPrincipals(
  before: UserRecord,
  after: UserRecord,
  context: OperationContext,
): readonly Change[] {
  const { accounts, directory } = context.runtime;
  const oldArn = entityArn(context, 'user', before);
  const newArn = entityArn(context, 'user', after);
  return accounts
    .flatMap((account) => directory.list(account, 'role'))
    .filter(({ record }) => record.trustPrincipalIds.some(([, id]) => id === after.id))
    .map((role) => replaceRecord(role, withPrincipalRenamed(role.record, oldArn, newArn)));
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
export async function deleteUser(
  input: DeleteUserRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findUser(context, input.UserName);
  const { attachedPolicies, inlinePolicies, groups, id } = owned.record;
  // Unverified: the order, beyond policies before access keys.
  if (attachedPolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  }
  if (inlinePolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  }
  if (groups.length > 0) {
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  }
  if (context.runtime.directory.find(context.account, 'login-profile', id) !== undefined) {
    throw deleteConflict('Cannot delete entity, must delete login profile first.');
  }
  if (context.runtime.directory.accessKeysOf(id).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete access keys first.');
  }
  const { account, runtime } = context;
  const { directory } = runtime;
  if (directory.credentialsOf('signing-certificate', id).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete certificates first.');
  }
  if (directory.mfaDevicesOf(id).length > 0) {
    throw deleteConflict('Cannot delete entity, must remove tokens from principal first.');
  }
  // Unverified: that SSH keys are told of in the same words.
  if (
    directory.credentialsOf('service-specific-credential', id).length > 0 ||
    directory.credentialsOf('ssh-public-key', id).length > 0
  ) {
    throw deleteConflict('Cannot delete entity, must remove referenced objects first.');
  }
  const uses = removedServiceUses(runtime.state, { account, id });
  await context.commit([removeRecord(owned), ...uses]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export function listGroupsForUser(
  input: ListGroupsForUserRequest,
  context: OperationContext,
): ListGroupsForUserResponse {
  const { record } = findUser(context, input.UserName);
  const { account, runtime } = context;
  const groups = [...record.groups]
    .sort((a, b) => (foldCase(a) < foldCase(b) ? -1 : 1))
    .flatMap((name) => runtime.directory.find(account, 'group', name) ?? []);
  const page = paginate(groups, input, context, {
    list: ['ListGroupsForUser', record.id],
    keyOf: (group) => foldCase(group.record.name),
    sorted: true,
  });
  return { Groups: page.items.map((group) => toGroup(group, context)), ...page.rest };
}
