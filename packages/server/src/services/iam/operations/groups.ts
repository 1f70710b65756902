/** Groups and their members. */
import type {
  AddUserToGroupRequest,
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  RemoveUserFromGroupRequest,
  UpdateGroupRequest,
} from '@sekisho/catalog/types/iam';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import { foldCase, type GroupRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { toGroup, toListedUser } from '../entities.ts';
import { deleteConflict, entityAlreadyExists } from '../errors.ts';
import { findGroup, findUser } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath, checkPathPrefix } from '../names.ts';
import { paginate } from '../pagination.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export async function createGroup(
  input: CreateGroupRequest,
  context: OperationContext,
): Promise<CreateGroupResponse> {
  const { account, runtime } = context;
  const { directory, platform } = runtime;
  checkName('groupName', input.GroupName);
  checkPath(input.Path);
  checkGroupNameIsFree(input.GroupName, context);
  checkQuota('GroupsPerAccount', directory.count(account, 'group') + 1);
  const record: GroupRecord = {
    name: input.GroupName,
    id: createUniqueId('AGPA', account, platform.random),
    path: input.Path ?? '/',
    createdAt: context.now,
    inlinePolicies: [],
    attachedPolicies: [],
  };
  const creation = createRecord(account, 'group', record.name, record);
  await context.commit([creation]);
  return { Group: toGroup({ account, key: creation.key, revision: 0, record }, context) };
}

function checkGroupNameIsFree(name: string, context: OperationContext): void {
  if (context.runtime.directory.find(context.account, 'group', name) !== undefined) {
    throw entityAlreadyExists(`Group with name ${name} already exists.`);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
export function getGroup(input: GetGroupRequest, context: OperationContext): GetGroupResponse {
  const group = findGroup(context, input.GroupName);
  const { account, runtime } = context;
  const members = runtime.directory.membersOf(account, group.record.name);
  const page = paginate(members, input, context, {
    list: ['GetGroup', group.record.id],
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  return {
    Group: toGroup(group, context),
    Users: page.items.map((user) => toListedUser(user, context)),
    ...page.rest,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export function listGroups(
  input: ListGroupsRequest,
  context: OperationContext,
): ListGroupsResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const groups = context.runtime.directory
    .list(context.account, 'group')
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  const page = paginate(groups, input, context, {
    list: ['ListGroups', PathPrefix],
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  return { Groups: page.items.map((group) => toGroup(group, context)), ...page.rest };
}

/**
 * A renamed group keeps its id, policies and members.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
export async function updateGroup(
  input: UpdateGroupRequest,
  context: OperationContext,
): Promise<object> {
  const { NewPath, NewGroupName } = input;
  if (NewGroupName !== undefined) checkName('newGroupName', NewGroupName);
  checkPath(NewPath, 'newPath');
  const { account, runtime } = context;
  const owned = findGroup(context, input.GroupName);
  const { record } = owned;
  const name = NewGroupName ?? record.name;
  const renamed: GroupRecord = { ...record, name, path: NewPath ?? record.path };
  const sameKey = foldCase(name) === foldCase(record.name);
  if (!sameKey) checkGroupNameIsFree(name, context);
  const members =
    name === record.name
      ? []
      : runtime.directory.membersOf(account, record.name).map((user) => {
          const groups = user.record.groups.map((group) => (group === record.name ? name : group));
          return replaceRecord(user, { ...user.record, groups });
        });
  const changes = sameKey
    ? [replaceRecord(owned, renamed)]
    : [removeRecord(owned), createRecord(account, 'group', name, renamed)];
  await context.commit([...changes, ...members]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
export async function deleteGroup(
  input: DeleteGroupRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findGroup(context, input.GroupName);
  const { record } = owned;
  // Unverified: the order of the three.
  if (record.attachedPolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  }
  if (record.inlinePolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  }
  const { account, runtime } = context;
  if (runtime.directory.membersOf(account, record.name).length > 0) {
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  }
  await context.commit([removeRecord(owned)]);
  return {};
}

/**
 * Adding a member again is no error.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
export async function addUserToGroup(
  input: AddUserToGroupRequest,
  context: OperationContext,
): Promise<object> {
  checkName('groupName', input.GroupName);
  const user = findUser(context, input.UserName);
  const group = findGroup(context, input.GroupName);
  const { name } = group.record;
  const { groups } = user.record;
  if (groups.includes(name)) return {};
  checkQuota('GroupsPerUser', groups.length + 1);
  const joined = { ...user.record, groups: [...groups, name] };
  await context.commit([replaceRecord(user, joined), holdRecord(group)]);
  return {};
}

/**
 * Removing one who is no member is no error.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
export async function removeUserFromGroup(
  input: RemoveUserFromGroupRequest,
  context: OperationContext,
): Promise<object> {
  checkName('groupName', input.GroupName);
  const user = findUser(context, input.UserName);
  const group = findGroup(context, input.GroupName);
  const groups = user.record.groups.filter((name) => name !== group.record.name);
  if (groups.length === user.record.groups.length) return {};
  await context.commit([replaceRecord(user, { ...user.record, groups })]);
  return {};
}
