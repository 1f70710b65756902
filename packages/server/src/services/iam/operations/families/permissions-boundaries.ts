/** The permissions boundary of users and roles. */
import type {
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '@sekisho/catalog/types/iam';
import { holdRecord, replaceRecord } from '../../../../directory/changes.ts';
import type { Owned } from '../../../../directory/directory.ts';
import type { RoleRecord, UserRecord } from '../../../../directory/records.ts';
import type { Change } from '../../../../store/store.ts';
import type { OperationContext } from '../../../service.ts';
import { checkBoundaryArn } from '../../arn.ts';
import { noSuchEntity } from '../../errors.ts';
import { checkRoleIsModifiable, findRole, findUser } from '../../find.ts';
import { managedPolicy } from '../../managed-policy.ts';

/** A policy that may bound, and the changes that keep it from being deleted meanwhile. */
export interface Boundary {
  readonly arn: string;
  readonly hold: readonly Change[];
}

/** The policy that is to be a boundary. Throws InvalidInput and NoSuchEntity. */
export async function findBoundary(
  arn: string | undefined,
  context: OperationContext,
): Promise<Boundary | undefined> {
  if (arn === undefined) return undefined;
  checkBoundaryArn(arn);
  const policy = await managedPolicy(arn, context);
  if (policy === undefined) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return { arn: policy.arn, hold: policy.owned === undefined ? [] : [holdRecord(policy.owned)] };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html */
export async function putRolePermissionsBoundary(
  input: PutRolePermissionsBoundaryRequest,
  context: OperationContext,
): Promise<object> {
  const role = findRole(context, input.RoleName);
  checkRoleIsModifiable(role.record);
  return await putBoundary(role, input.PermissionsBoundary, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html */
export async function putUserPermissionsBoundary(
  input: PutUserPermissionsBoundaryRequest,
  context: OperationContext,
): Promise<object> {
  return await putBoundary(findUser(context, input.UserName), input.PermissionsBoundary, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html */
export async function deleteRolePermissionsBoundary(
  input: DeleteRolePermissionsBoundaryRequest,
  context: OperationContext,
): Promise<object> {
  const role = findRole(context, input.RoleName);
  checkRoleIsModifiable(role.record);
  return await deleteBoundary(role, `role with name ${input.RoleName}`, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html */
export async function deleteUserPermissionsBoundary(
  input: DeleteUserPermissionsBoundaryRequest,
  context: OperationContext,
): Promise<object> {
  const user = findUser(context, input.UserName);
  return await deleteBoundary(user, `user with name ${input.UserName}`, context);
}

async function putBoundary<T extends UserRecord | RoleRecord>(
  owned: Owned<T>,
  arn: string,
  context: OperationContext,
): Promise<object> {
  const boundary = await findBoundary(arn, context);
  if (boundary === undefined) return {};
  const record = { ...owned.record, permissionsBoundary: boundary.arn };
  await context.commit([replaceRecord(owned, record), ...boundary.hold]);
  return {};
}

async function deleteBoundary(
  owned: Owned<UserRecord | RoleRecord>,
  who: string,
  context: OperationContext,
): Promise<object> {
  const { permissionsBoundary, ...withoutBoundary } = owned.record;
  if (permissionsBoundary === undefined) {
    // Unverified: the text.
    throw noSuchEntity(`The ${who} does not have a permissions boundary.`);
  }
  await context.commit([replaceRecord(owned, withoutBoundary)]);
  return {};
}
