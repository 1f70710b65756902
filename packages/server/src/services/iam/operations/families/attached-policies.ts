/** Managed policies attached to users, groups and roles. */
import type {
  AttachGroupPolicyRequest,
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachGroupPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedGroupPoliciesRequest,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
} from '@sekisho/catalog/types/iam';
import { holdRecord, replaceRecord } from '../../../../directory/changes.ts';
import type { GroupRecord, RoleRecord, UserRecord } from '../../../../directory/records.ts';
import { ServiceError } from '../../../../protocol/service-error.ts';
import type { OperationContext } from '../../../service.ts';
import { checkArn, parseIamArn } from '../../arn.ts';
import { noSuchEntity } from '../../errors.ts';
import { checkQuota } from '../../limits.ts';
import { managedPolicy } from '../../managed-policy.ts';
import { checkPathPrefix } from '../../names.ts';
import { type PageInput, paginate } from '../../pagination.ts';
import {
  groupPrincipal,
  type PrincipalDescriptor,
  rolePrincipal,
  userPrincipal,
} from './principals.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export async function attachRolePolicy(
  input: AttachRolePolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await attach(rolePrincipal, input.RoleName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export async function attachUserPolicy(
  input: AttachUserPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await attach(userPrincipal, input.UserName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export async function attachGroupPolicy(
  input: AttachGroupPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await attach(groupPrincipal, input.GroupName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export async function detachRolePolicy(
  input: DetachRolePolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await detach(rolePrincipal, input.RoleName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export async function detachUserPolicy(
  input: DetachUserPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await detach(userPrincipal, input.UserName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html */
export async function detachGroupPolicy(
  input: DetachGroupPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await detach(groupPrincipal, input.GroupName, input.PolicyArn, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export function listAttachedRolePolicies(
  input: ListAttachedRolePoliciesRequest,
  context: OperationContext,
): ListAttachedRolePoliciesResponse {
  return listAttached(rolePrincipal, input.RoleName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html */
export function listAttachedUserPolicies(
  input: ListAttachedUserPoliciesRequest,
  context: OperationContext,
): ListAttachedRolePoliciesResponse {
  return listAttached(userPrincipal, input.UserName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html */
export function listAttachedGroupPolicies(
  input: ListAttachedGroupPoliciesRequest,
  context: OperationContext,
): ListAttachedRolePoliciesResponse {
  return listAttached(groupPrincipal, input.GroupName, input, context);
}

/** Attaching again is no error and counts once. */
async function attach<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  policyArn: string,
  context: OperationContext,
): Promise<object> {
  checkArn(policyArn);
  const owned = principal.find(context, name);
  const policy = await managedPolicy(policyArn, context);
  if (policy === undefined) {
    throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
  }
  const { record } = owned;
  principal.checkIsModifiable(record);
  if (record.attachedPolicies.includes(policy.arn)) return {};
  checkQuota(principal.attachmentQuota, record.attachedPolicies.length + 1);
  if (policy.isServiceRolePolicy) {
    throw new ServiceError(
      'PolicyNotAttachable',
      'Cannot attach a Service Role Policy to a Customer Role.',
      400,
    );
  }
  const attachedPolicies = [...record.attachedPolicies, policy.arn];
  const changes = [replaceRecord(owned, { ...record, attachedPolicies })];
  if (policy.owned !== undefined) changes.push(holdRecord(policy.owned));
  await context.commit(changes);
  return {};
}

async function detach<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  policyArn: string,
  context: OperationContext,
): Promise<object> {
  checkArn(policyArn);
  const owned = principal.find(context, name);
  const { record } = owned;
  if (!record.attachedPolicies.includes(policyArn)) {
    throw noSuchEntity(`Policy ${policyArn} was not found.`);
  }
  principal.checkIsModifiable(record);
  const attachedPolicies = record.attachedPolicies.filter((arn) => arn !== policyArn);
  await context.commit([replaceRecord(owned, { ...record, attachedPolicies })]);
  return {};
}

function listAttached<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  input: PageInput & { readonly PathPrefix?: string | undefined },
  context: OperationContext,
): ListAttachedRolePoliciesResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const { record } = principal.find(context, name);
  const policies = toAttachedPolicies(record.attachedPolicies).filter(({ path }) =>
    path.startsWith(PathPrefix ?? '/'),
  );
  const page = paginate(policies, input, context, {
    list: ['ListAttachedPolicies', record.id, PathPrefix],
    keyOf: ({ PolicyArn }) => PolicyArn,
    sorted: false,
  });
  const items = page.items.map(({ PolicyName, PolicyArn }) => ({ PolicyName, PolicyArn }));
  return { AttachedPolicies: items, ...page.rest };
}

/** Name and path of attached policies, which their ARNs tell. */
export function toAttachedPolicies(
  arns: readonly string[],
): readonly { readonly PolicyName: string; readonly PolicyArn: string; readonly path: string }[] {
  return arns.map((arn) => {
    const resource = parseIamArn(arn)?.resource ?? '';
    const slash = resource.lastIndexOf('/');
    const path = `/${resource.slice(0, slash + 1)}`;
    return { PolicyName: resource.slice(slash + 1), PolicyArn: arn, path };
  });
}
