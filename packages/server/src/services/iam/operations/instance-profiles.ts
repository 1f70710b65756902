/** Instance profiles: the boxes in which roles are handed to instances. */
import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '@sekisho/catalog/types/iam';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import { foldCase, type InstanceProfileRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { echoTags, toFullInstanceProfile, toListedInstanceProfile } from '../entities.ts';
import { deleteConflict, entityAlreadyExists, noSuchEntity } from '../errors.ts';
import { checkRoleIsModifiable, findInstanceProfile, findRole } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath, checkPathPrefix } from '../names.ts';
import { type PageInput, paginate } from '../pagination.ts';
import { readTags } from '../tags.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html */
export async function createInstanceProfile(
  input: CreateInstanceProfileRequest,
  context: OperationContext,
): Promise<CreateInstanceProfileResponse> {
  const { account, runtime } = context;
  const { directory, platform } = runtime;
  const name = input.InstanceProfileName;
  checkName('instanceProfileName', name);
  checkPath(input.Path);
  const tags = readTags(input.Tags, 'exact');
  if (directory.find(account, 'instance-profile', name) !== undefined) {
    throw entityAlreadyExists(`Instance Profile ${name} already exists.`);
  }
  checkQuota('InstanceProfilesPerAccount', directory.count(account, 'instance-profile') + 1);
  const record: InstanceProfileRecord = {
    name,
    id: createUniqueId('AIPA', account, platform.random),
    path: input.Path ?? '/',
    createdAt: context.now,
    tags,
  };
  const creation = createRecord(account, 'instance-profile', name, record);
  await context.commit([creation]);
  const owned = { account, key: creation.key, revision: 0, record };
  return {
    InstanceProfile: { ...toListedInstanceProfile(owned, context), Tags: echoTags(tags) },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html */
export function getInstanceProfile(
  input: GetInstanceProfileRequest,
  context: OperationContext,
): GetInstanceProfileResponse {
  const owned = findInstanceProfile(context, input.InstanceProfileName);
  return { InstanceProfile: toFullInstanceProfile(owned, context) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export function listInstanceProfiles(
  input: ListInstanceProfilesRequest,
  context: OperationContext,
): ListInstanceProfilesResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const profiles = context.runtime.directory
    .list(context.account, 'instance-profile')
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  return pageOfProfiles(profiles, input, context, ['ListInstanceProfiles', PathPrefix]);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export function listInstanceProfilesForRole(
  input: ListInstanceProfilesForRoleRequest,
  context: OperationContext,
): ListInstanceProfilesForRoleResponse {
  const { record } = findRole(context, input.RoleName);
  const { account, runtime } = context;
  const profiles = runtime.directory.instanceProfilesOf(account, record.name);
  return pageOfProfiles(profiles, input, context, ['ListInstanceProfilesForRole', record.id]);
}

function pageOfProfiles(
  profiles: readonly Owned<InstanceProfileRecord>[],
  input: PageInput,
  context: OperationContext,
  list: readonly (string | undefined)[],
): ListInstanceProfilesResponse {
  const page = paginate(profiles, input, context, {
    list,
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  const items = page.items.map((owned) => toListedInstanceProfile(owned, context));
  return { InstanceProfiles: items, ...page.rest };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html */
export async function addRoleToInstanceProfile(
  input: AddRoleToInstanceProfileRequest,
  context: OperationContext,
): Promise<object> {
  checkName('roleName', input.RoleName);
  const profile = findInstanceProfile(context, input.InstanceProfileName);
  const role = findRole(context, input.RoleName);
  const held = profile.record.roleName === undefined ? 0 : 1;
  checkQuota('InstanceSessionsPerInstanceProfile', held + 1);
  checkRoleIsModifiable(role.record);
  const roleName = role.record.name;
  await context.commit([replaceRecord(profile, { ...profile.record, roleName }), holdRecord(role)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html */
export async function removeRoleFromInstanceProfile(
  input: RemoveRoleFromInstanceProfileRequest,
  context: OperationContext,
): Promise<object> {
  const { InstanceProfileName, RoleName } = input;
  checkName('roleName', RoleName);
  const profile = findInstanceProfile(context, InstanceProfileName);
  const role = findRole(context, RoleName);
  const { roleName, ...withoutRole } = profile.record;
  if (roleName !== role.record.name) {
    throw noSuchEntity(
      `Role ${RoleName} in Instance Profile ${InstanceProfileName} cannot be found.`,
    );
  }
  await context.commit([replaceRecord(profile, withoutRole)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html */
export async function deleteInstanceProfile(
  input: DeleteInstanceProfileRequest,
  context: OperationContext,
): Promise<object> {
  const profile = findInstanceProfile(context, input.InstanceProfileName);
  if (profile.record.roleName !== undefined) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  await context.commit([removeRecord(profile)]);
  return {};
}
