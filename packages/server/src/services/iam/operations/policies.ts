/** Customer managed policies, and AWS's, which can only be read. */
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from '@sekisho/catalog/types/iam';
import { createRecord, removeRecord } from '../../../directory/changes.ts';
import { foldCase, type PolicyRecord, type PrincipalRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { echoTags } from '../entities.ts';
import { accessDenied, deleteConflict, entityAlreadyExists } from '../errors.ts';
import { checkQuota } from '../limits.ts';
import {
  allPolicies,
  attachmentsOf,
  boundaryUsesOf,
  findManagedPolicy,
  findOwnPolicy,
  isOthersPolicy,
  type ManagedPolicy,
  policyOrder,
  toFullPolicy,
  toListedPolicy,
  toManagedPolicy,
} from '../managed-policy.ts';
import { checkName, checkPathPrefix } from '../names.ts';
import { paginate } from '../pagination.ts';
import { checkManagedPolicy } from '../permissions-policy.ts';
import { readTags } from '../tags.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export async function createPolicy(
  input: CreatePolicyRequest,
  context: OperationContext,
): Promise<CreatePolicyResponse> {
  const { account, runtime, now } = context;
  const { directory, platform } = runtime;
  const name = input.PolicyName;
  checkName('policyName', name);
  const tags = readTags(input.Tags, 'exact');
  checkManagedPolicy(input.PolicyDocument);
  if (directory.find(account, 'policy', name) !== undefined) {
    throw entityAlreadyExists(
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
    );
  }
  checkQuota('PoliciesPerAccount', directory.count(account, 'policy') + 1);
  const record: PolicyRecord = {
    name,
    id: createUniqueId('ANPA', account, platform.random),
    path: input.Path ?? '/',
    ...(input.Description ? { description: input.Description } : {}),
    createdAt: now,
    updatedAt: now,
    tags,
    defaultVersion: 'v1',
    nextVersion: 2,
    versions: [{ id: 'v1', document: input.PolicyDocument, createdAt: now }],
  };
  const creation = createRecord(account, 'policy', name, record);
  await context.commit([creation]);
  const policy = toManagedPolicy({ account, key: creation.key, revision: 0, record }, context);
  return { Policy: { ...toListedPolicy(policy, context), Tags: echoTags(tags) } };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
export async function getPolicy(
  input: GetPolicyRequest,
  context: OperationContext,
): Promise<GetPolicyResponse> {
  return { Policy: toFullPolicy(await findManagedPolicy(input.PolicyArn, context), context) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export async function listPolicies(
  input: ListPoliciesRequest,
  context: OperationContext,
): Promise<ListPoliciesResponse> {
  const { PathPrefix, PolicyUsageFilter, OnlyAttached } = input;
  const scope = readScope(input.Scope);
  checkPathPrefix(PathPrefix);
  const policies = (await allPolicies(scope, context)).filter(
    (policy) =>
      policy.path.startsWith(PathPrefix ?? '/') &&
      (OnlyAttached !== true || isUsed(policy, PolicyUsageFilter, context)),
  );
  const usage = OnlyAttached === true ? (PolicyUsageFilter ?? 'any') : undefined;
  const page = paginate(policies, input, context, {
    list: ['ListPolicies', scope, PathPrefix, usage],
    keyOf: policyOrder,
    sorted: true,
  });
  return { Policies: page.items.map((policy) => toListedPolicy(policy, context)), ...page.rest };
}

function readScope(scope: string | undefined): 'All' | 'AWS' | 'Local' {
  return scope === 'AWS' || scope === 'Local' ? scope : 'All';
}

function isUsed(
  { arn }: ManagedPolicy,
  usage: string | undefined,
  context: OperationContext,
): boolean {
  return usesOf(arn, usage, context).length > 0;
}

/** Record keys of the principals that use the policy in that way; in either way by default. */
function usesOf(
  arn: string,
  usage: string | undefined,
  context: OperationContext,
): readonly string[] {
  const attached = usage === 'PermissionsBoundary' ? [] : attachmentsOf(arn, context);
  const bounded = usage === 'PermissionsPolicy' ? [] : boundaryUsesOf(arn, context);
  return [...new Set([...attached, ...bounded])].sort();
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export async function deletePolicy(
  input: DeletePolicyRequest,
  context: OperationContext,
): Promise<object> {
  if (isOthersPolicy(input.PolicyArn, context)) {
    throw accessDenied('Cannot delete policies outside your own account.');
  }
  const owned = findOwnPolicy(input.PolicyArn, context);
  if (usesOf(input.PolicyArn, undefined, context).length > 0) {
    throw deleteConflict('Cannot delete a policy attached to entities.');
  }
  if (owned.record.versions.length > 1) {
    throw deleteConflict(
      'This policy has more than one version. Before you delete a policy, you must delete the ' +
        "policy's versions. The default version is deleted with the policy.",
    );
  }
  await context.commit([removeRecord(owned)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
export async function listEntitiesForPolicy(
  input: ListEntitiesForPolicyRequest,
  context: OperationContext,
): Promise<ListEntitiesForPolicyResponse> {
  const { PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter } = input;
  checkPathPrefix(PathPrefix);
  const absent = `Policy ${PolicyArn} does not exist or is not attachable.`;
  const { arn } = await findManagedPolicy(PolicyArn, context, absent);
  const entities = usesOf(arn, PolicyUsageFilter, context)
    .map((key) => toEntity(key, context))
    .filter(({ kind }) => EntityFilter === undefined || foldCase(EntityFilter) === kind)
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  const page = paginate(entities, input, context, {
    list: ['ListEntitiesForPolicy', arn, EntityFilter, PathPrefix, PolicyUsageFilter],
    keyOf: ({ key }) => key,
    sorted: true,
  });
  const ofKind = (kind: string) =>
    page.items.filter((entity) => entity.kind === kind).map(({ record }) => record);
  return {
    PolicyGroups: ofKind('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: ofKind('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: ofKind('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...page.rest,
  };
}

function toEntity(
  key: string,
  context: OperationContext,
): { readonly key: string; readonly kind: string; readonly record: PrincipalRecord } {
  const [, account = '', kind, name = ''] = key.split('/');
  const { directory } = context.runtime;
  const owned =
    kind === 'user' || kind === 'group' || kind === 'role'
      ? directory.find(account, kind, name)
      : undefined;
  if (owned === undefined || kind === undefined) throw new Error(`no principal at ${key}`);
  return { key, kind, record: owned.record };
}
