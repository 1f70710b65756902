/** Roles: their life from CreateRole to DeleteRole. */
import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@sekisho/catalog/types/iam';
import { createRecord, removeRecord, replaceRecord } from '../../../directory/changes.ts';
import { foldCase, type RoleRecord } from '../../../directory/records.ts';
import { removedServiceUses } from '../../../directory/service-use.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { echoTags, toBoundary, toFullRole, toListedRole, toRoleCore } from '../entities.ts';
import { deleteConflict, entityAlreadyExists } from '../errors.ts';
import { checkRoleIsModifiable, findRole, isServiceLinked } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath, checkPathPrefix } from '../names.ts';
import { paginate } from '../pagination.ts';
import { readTags } from '../tags.ts';
import { readTrustPolicy } from '../trust-policy.ts';
import { findBoundary } from './families/permissions-boundaries.ts';

const sessionSecondsDefault = 3600;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export async function createRole(
  input: CreateRoleRequest,
  context: OperationContext,
): Promise<CreateRoleResponse> {
  const { account, runtime } = context;
  const { directory, platform } = runtime;
  checkName('roleName', input.RoleName);
  checkPath(input.Path);
  const tags = readTags(input.Tags, 'ignore-case');
  const trust = await readTrustPolicy(input.AssumeRolePolicyDocument, context);
  const boundary = await findBoundary(input.PermissionsBoundary, context);
  if (directory.find(account, 'role', input.RoleName) !== undefined) {
    throw entityAlreadyExists(`Role with name ${input.RoleName} already exists.`);
  }
  checkQuota('RolesPerAccount', directory.count(account, 'role') + 1);
  const record: RoleRecord = {
    name: input.RoleName,
    id: createUniqueId('AROA', account, platform.random),
    path: input.Path ?? '/',
    createdAt: context.now,
    inlinePolicies: [],
    attachedPolicies: [],
    ...trust,
    ...(input.Description ? { description: input.Description } : {}),
    maxSessionSeconds: input.MaxSessionDuration ?? sessionSecondsDefault,
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary.arn }),
    tags,
  };
  const creation = createRecord(account, 'role', record.name, record);
  await context.commit([creation, ...(boundary?.hold ?? [])]);
  const owned = { account, key: creation.key, revision: 0, record };
  return {
    Role: {
      ...toRoleCore(owned, context),
      PermissionsBoundary: toBoundary(record.permissionsBoundary),
      Tags: echoTags(tags),
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export function getRole(input: GetRoleRequest, context: OperationContext): GetRoleResponse {
  return { Role: toFullRole(findRole(context, input.RoleName), context) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export function listRoles(input: ListRolesRequest, context: OperationContext): ListRolesResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const roles = context.runtime.directory
    .list(context.account, 'role')
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  const page = paginate(roles, input, context, {
    list: ['ListRoles', PathPrefix],
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  return { Roles: page.items.map((owned) => toListedRole(owned, context)), ...page.rest };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
export async function updateRole(
  input: UpdateRoleRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findRole(context, input.RoleName);
  const { record } = owned;
  if (input.MaxSessionDuration !== undefined && isServiceLinked(record)) {
    throw new ServiceError(
      'UnmodifiableEntity',
      `${record.name} is an AWS service linked role, max session duration cannot be changed.`,
      400,
    );
  }
  const changed = {
    ...describe(record, input.Description),
    maxSessionSeconds: input.MaxSessionDuration ?? record.maxSessionSeconds,
  };
  await context.commit([replaceRecord(owned, changed)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
export async function updateRoleDescription(
  input: UpdateRoleDescriptionRequest,
  context: OperationContext,
): Promise<UpdateRoleDescriptionResponse> {
  const owned = findRole(context, input.RoleName);
  const record = describe(owned.record, input.Description);
  await context.commit([replaceRecord(owned, record)]);
  return {
    Role: { ...toRoleCore({ ...owned, record }, context), Description: record.description },
  };
}

/** An absent description keeps the old one, an empty one clears it. */
function describe(record: RoleRecord, description: string | undefined): RoleRecord {
  if (description === undefined) return record;
  const { description: _, ...rest } = record;
  return description === '' ? rest : { ...rest, description };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export async function updateAssumeRolePolicy(
  input: UpdateAssumeRolePolicyRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findRole(context, input.RoleName);
  checkRoleIsModifiable(owned.record);
  const trust = await readTrustPolicy(input.PolicyDocument, context);
  await context.commit([replaceRecord(owned, { ...owned.record, ...trust })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
export async function deleteRole(
  input: DeleteRoleRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findRole(context, input.RoleName);
  const { record } = owned;
  // Also while policies are attached to it: https://github.com/rebuy-de/aws-nuke/pull/1028
  checkRoleIsModifiable(record);
  // Unverified: the order of the three conflicts.
  if (record.attachedPolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  }
  if (record.inlinePolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  }
  const { account, runtime } = context;
  if (runtime.directory.instanceProfilesOf(account, record.name).length > 0) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  const uses = removedServiceUses(runtime.state, { account, id: record.id });
  await context.commit([removeRecord(owned), ...uses]);
  return {};
}
