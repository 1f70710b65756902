/** Inline policies of users, groups and roles. */
import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@sekisho/catalog/types/iam';
import { checkInlinePolicySizes, encodeDocument } from '@sekisho/policy';
import { replaceRecord } from '../../../../directory/changes.ts';
import {
  foldCase,
  type GroupRecord,
  type InlinePolicies,
  type RoleRecord,
  type UserRecord,
} from '../../../../directory/records.ts';
import type { OperationContext } from '../../../service.ts';
import { noSuchEntity } from '../../errors.ts';
import { checkName } from '../../names.ts';
import { type PageInput, paginate } from '../../pagination.ts';
import { checkInlinePolicy, refuse } from '../../permissions-policy.ts';
import {
  groupPrincipal,
  type PrincipalDescriptor,
  rolePrincipal,
  userPrincipal,
} from './principals.ts';

/** What every Put…Policy has besides the principal's name. */
interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export async function putRolePolicy(
  input: PutRolePolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await put(rolePrincipal, input.RoleName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export async function putUserPolicy(
  input: PutUserPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await put(userPrincipal, input.UserName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export async function putGroupPolicy(
  input: PutGroupPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await put(groupPrincipal, input.GroupName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function getRolePolicy(
  input: GetRolePolicyRequest,
  context: OperationContext,
): GetRolePolicyResponse {
  const { name, policy } = get(rolePrincipal, input.RoleName, input.PolicyName, context);
  return { RoleName: name, ...policy };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export function getUserPolicy(
  input: GetUserPolicyRequest,
  context: OperationContext,
): GetUserPolicyResponse {
  const { name, policy } = get(userPrincipal, input.UserName, input.PolicyName, context);
  return { UserName: name, ...policy };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export function getGroupPolicy(
  input: GetGroupPolicyRequest,
  context: OperationContext,
): GetGroupPolicyResponse {
  const { name, policy } = get(groupPrincipal, input.GroupName, input.PolicyName, context);
  return { GroupName: name, ...policy };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export async function deleteRolePolicy(
  input: DeleteRolePolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await remove(rolePrincipal, input.RoleName, input.PolicyName, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export async function deleteUserPolicy(
  input: DeleteUserPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await remove(userPrincipal, input.UserName, input.PolicyName, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export async function deleteGroupPolicy(
  input: DeleteGroupPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await remove(groupPrincipal, input.GroupName, input.PolicyName, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export function listRolePolicies(
  input: ListRolePoliciesRequest,
  context: OperationContext,
): ListRolePoliciesResponse {
  return list(rolePrincipal, input.RoleName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export function listUserPolicies(
  input: ListUserPoliciesRequest,
  context: OperationContext,
): ListRolePoliciesResponse {
  return list(userPrincipal, input.UserName, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html */
export function listGroupPolicies(
  input: ListGroupPoliciesRequest,
  context: OperationContext,
): ListRolePoliciesResponse {
  return list(groupPrincipal, input.GroupName, input, context);
}

/** Overwrites silently; a name in another case is the same policy and keeps its spelling. */
async function put<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  { PolicyName, PolicyDocument }: InlinePolicy,
  context: OperationContext,
): Promise<object> {
  checkName('policyName', PolicyName);
  const owned = principal.find(context, name);
  const { record } = owned;
  checkInlinePolicy(PolicyDocument);
  const inlinePolicies = withPolicy(record.inlinePolicies, PolicyName, PolicyDocument);
  const documents = inlinePolicies.map(([, document]) => document);
  refuse(checkInlinePolicySizes(principal.noun, record.name, documents));
  principal.checkIsModifiable(record);
  await context.commit([replaceRecord(owned, { ...record, inlinePolicies })]);
  return {};
}

function withPolicy(policies: InlinePolicies, name: string, document: string): InlinePolicies {
  const index = indexOf(policies, name);
  if (index === -1) return [...policies, [name, document]];
  return policies.map((policy, i) => (i === index ? [policy[0], document] : policy));
}

/** The policy's name comes back as it was asked for, the principal's as it is stored. */
function get<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  policyName: string,
  context: OperationContext,
): { readonly name: string; readonly policy: InlinePolicy } {
  checkName('policyName', policyName);
  const { record } = principal.find(context, name);
  const found = record.inlinePolicies[indexOf(record.inlinePolicies, policyName)];
  if (found === undefined) throw absent(principal.noun, policyName);
  const policy = { PolicyName: policyName, PolicyDocument: encodeDocument(found[1]) };
  return { name: record.name, policy };
}

async function remove<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  policyName: string,
  context: OperationContext,
): Promise<object> {
  checkName('policyName', policyName);
  const owned = principal.find(context, name);
  const { record } = owned;
  const index = indexOf(record.inlinePolicies, policyName);
  if (index === -1) throw absent(principal.noun, policyName);
  principal.checkIsModifiable(record);
  const inlinePolicies = record.inlinePolicies.filter((_, i) => i !== index);
  await context.commit([replaceRecord(owned, { ...record, inlinePolicies })]);
  return {};
}

function list<T extends UserRecord | GroupRecord | RoleRecord>(
  principal: PrincipalDescriptor<T>,
  name: string,
  input: PageInput,
  context: OperationContext,
): ListRolePoliciesResponse {
  const { record } = principal.find(context, name);
  const names = record.inlinePolicies.map(([policyName]) => policyName).sort();
  const page = paginate(names, input, context, {
    list: ['ListPolicies', record.id],
    keyOf: (policyName) => policyName,
    sorted: true,
  });
  return { PolicyNames: page.items, ...page.rest };
}

function indexOf(policies: InlinePolicies, name: string): number {
  const folded = foldCase(name);
  return policies.findIndex(([policyName]) => foldCase(policyName) === folded);
}

function absent(noun: string, policyName: string): Error {
  return noSuchEntity(`The ${noun} policy with name ${policyName} cannot be found.`);
}
