/** Records as IAM prints them: which members appear in which operation's output. */
import type {
  AttachedPermissionsBoundary,
  Group,
  InstanceProfile,
  Role,
  RoleLastUsed,
  User,
} from '@sekisho/catalog/types/iam';
import { encodeDocument } from '@sekisho/policy';
import type { Owned } from '../../directory/directory.ts';
import type {
  GroupRecord,
  InstanceProfileRecord,
  RoleRecord,
  UserRecord,
} from '../../directory/records.ts';
import { currentTrustPolicy } from '../../directory/trust-policy.ts';
import type { OperationContext } from '../service.ts';
import { entityArn } from './arn.ts';
import { toSortedTags, toTags } from './tags.ts';

/** Whole seconds: IAM prints no fractions (but for OIDC and SAML providers). */
export function toDate(milliseconds: number): Date {
  return new Date(milliseconds - (milliseconds % 1000));
}

/** What every role output has, and all that the role nested in an instance profile has. */
export function toRoleCore(owned: Owned<RoleRecord>, context: OperationContext): Role {
  const { record } = owned;
  return {
    Path: record.path,
    RoleName: record.name,
    RoleId: record.id,
    Arn: entityArn(context, 'role', record),
    CreateDate: toDate(record.createdAt),
    AssumeRolePolicyDocument: encodeDocument(
      currentTrustPolicy(record, context.runtime.directory, context.partition),
    ),
  };
}

/** ListRoles and UpdateRoleDescription print a description, no tags and no boundary. */
export function toListedRole(owned: Owned<RoleRecord>, context: OperationContext): Role {
  return {
    ...toRoleCore(owned, context),
    Description: owned.record.description,
    MaxSessionDuration: owned.record.maxSessionSeconds,
  };
}

/** GetRole prints everything. */
export function toFullRole(owned: Owned<RoleRecord>, context: OperationContext): Role {
  const { record } = owned;
  return {
    ...toListedRole(owned, context),
    PermissionsBoundary: toBoundary(record.permissionsBoundary),
    Tags: record.tags.length > 0 ? toSortedTags(record.tags) : undefined,
    RoleLastUsed: toRoleLastUsed(record),
  };
}

/** `{}` for a role that was never used. */
export function toRoleLastUsed({ lastUsed }: RoleRecord): RoleLastUsed {
  if (lastUsed === undefined) return {};
  return { LastUsedDate: toDate(lastUsed.at), Region: lastUsed.region };
}

/** The wire says `Policy` although the model's enum says `PermissionsBoundaryPolicy`. */
export function toBoundary(arn: string | undefined): AttachedPermissionsBoundary | undefined {
  if (arn === undefined) return undefined;
  return { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn };
}

/** ListUsers and GetGroup print neither tags nor boundary. */
export function toListedUser({ record }: Owned<UserRecord>, context: OperationContext): User {
  return {
    Path: record.path,
    UserName: record.name,
    UserId: record.id,
    Arn: entityArn(context, 'user', record),
    CreateDate: toDate(record.createdAt),
  };
}

export function toFullUser(owned: Owned<UserRecord>, context: OperationContext): User {
  const { permissionsBoundary, tags } = owned.record;
  return {
    ...toListedUser(owned, context),
    PermissionsBoundary: toBoundary(permissionsBoundary),
    Tags: tags.length > 0 ? toSortedTags(tags) : undefined,
  };
}

export function toGroup({ record }: Owned<GroupRecord>, context: OperationContext): Group {
  return {
    Path: record.path,
    GroupName: record.name,
    GroupId: record.id,
    Arn: entityArn(context, 'group', record),
    CreateDate: toDate(record.createdAt),
  };
}

/** List operations print no tags, GetInstanceProfile prints them even when there are none. */
export function toListedInstanceProfile(
  { record }: Owned<InstanceProfileRecord>,
  context: OperationContext,
): InstanceProfile {
  const { account, runtime } = context;
  const role =
    record.roleName === undefined
      ? undefined
      : runtime.directory.find(account, 'role', record.roleName);
  return {
    Path: record.path,
    InstanceProfileName: record.name,
    InstanceProfileId: record.id,
    Arn: entityArn(context, 'instance-profile', record),
    CreateDate: toDate(record.createdAt),
    Roles: role === undefined ? [] : [toRoleCore(role, context)],
  };
}

export function toFullInstanceProfile(
  owned: Owned<InstanceProfileRecord>,
  context: OperationContext,
): InstanceProfile {
  return { ...toListedInstanceProfile(owned, context), Tags: toSortedTags(owned.record.tags) };
}

/** Tags in a Create… output: in the order of the request, and only when there are any. */
export function echoTags(tags: RoleRecord['tags']): ReturnType<typeof toTags> | undefined {
  return tags.length > 0 ? toTags(tags) : undefined;
}
