/** GetAccountAuthorizationDetails: every user, group, role and policy with what it allows. */
import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@sekisho/catalog/types/iam';
import { encodeDocument } from '@sekisho/policy';
import type { Owned } from '../../../directory/directory.ts';
import {
  foldCase,
  type GroupRecord,
  type InlinePolicies,
  type RoleRecord,
  type UserRecord,
} from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import {
  toBoundary,
  toDate,
  toGroup,
  toListedInstanceProfile,
  toListedUser,
  toRoleCore,
  toRoleLastUsed,
} from '../entities.ts';
import {
  allPolicies,
  attachmentsOf,
  boundaryUsesOf,
  type ManagedPolicy,
  policyOrder,
  toListedPolicy,
} from '../managed-policy.ts';
import { paginate } from '../pagination.ts';
import { toSortedTags } from '../tags.ts';
import { toAttachedPolicies } from './families/attached-policies.ts';

/** One entity of the answer, in the order in which pages go through them. */
type Entity =
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly policy: ManagedPolicy }
  | { readonly kind: 'User'; readonly user: Owned<UserRecord> }
  | { readonly kind: 'Role'; readonly role: Owned<RoleRecord> }
  | { readonly kind: 'Group'; readonly group: Owned<GroupRecord> };

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
export async function getAccountAuthorizationDetails(
  input: GetAccountAuthorizationDetailsRequest,
  context: OperationContext,
): Promise<GetAccountAuthorizationDetailsResponse> {
  const filter = [...new Set(input.Filter)].sort();
  const entities = (await allEntities(context)).filter(
    ({ kind }) => filter.length === 0 || filter.includes(kind),
  );
  const page = paginate(entities, input, context, {
    list: ['GetAccountAuthorizationDetails', ...filter],
    keyOf: entityOrder,
    sorted: true,
    invalidMarker: 'Marker and Filter do not match',
  });
  const { items, rest } = page;
  return {
    UserDetailList: items.flatMap((item) =>
      item.kind === 'User' ? [toUserDetail(item.user, context)] : [],
    ),
    GroupDetailList: items.flatMap((item) =>
      item.kind === 'Group' ? [toGroupDetail(item.group, context)] : [],
    ),
    RoleDetailList: items.flatMap((item) =>
      item.kind === 'Role' ? [toRoleDetail(item.role, context)] : [],
    ),
    Policies: items.flatMap((item) =>
      'policy' in item ? [toPolicyDetail(item.policy, context)] : [],
    ),
    ...rest,
  };
}

/** Of AWS's policies only those that are used. */
async function allEntities(context: OperationContext): Promise<readonly Entity[]> {
  const { account, runtime } = context;
  const { directory } = runtime;
  const policies = (await allPolicies('All', context)).filter(
    ({ arn, owned }) =>
      owned !== undefined ||
      attachmentsOf(arn, context).length + boundaryUsesOf(arn, context).length > 0,
  );
  return [
    ...policies.map((policy): Entity => {
      const kind = policy.owned === undefined ? 'AWSManagedPolicy' : 'LocalManagedPolicy';
      return { kind, policy };
    }),
    ...directory.list(account, 'user').map((user): Entity => ({ kind: 'User', user })),
    ...directory.list(account, 'role').map((role): Entity => ({ kind: 'Role', role })),
    ...directory.list(account, 'group').map((group): Entity => ({ kind: 'Group', group })),
  ];
}

function entityOrder(entity: Entity): string {
  switch (entity.kind) {
    case 'User':
      return `2 ${foldCase(entity.user.record.name)}`;
    case 'Role':
      return `3 ${foldCase(entity.role.record.name)}`;
    case 'Group':
      return `4 ${foldCase(entity.group.record.name)}`;
    default:
      return `1 ${policyOrder(entity.policy)}`;
  }
}

/** Without UserPolicyList when there are no inline policies. */
function toUserDetail(user: Owned<UserRecord>, context: OperationContext): UserDetail {
  const { record } = user;
  return {
    ...toListedUser(user, context),
    UserPolicyList:
      record.inlinePolicies.length > 0 ? toPolicyDetails(record.inlinePolicies) : undefined,
    GroupList: record.groups,
    AttachedManagedPolicies: toAttached(record.attachedPolicies),
    PermissionsBoundary: toBoundary(record.permissionsBoundary),
    Tags: toSortedTags(record.tags),
  };
}

function toGroupDetail(group: Owned<GroupRecord>, context: OperationContext): GroupDetail {
  const { record } = group;
  return {
    ...toGroup(group, context),
    GroupPolicyList: toPolicyDetails(record.inlinePolicies),
    AttachedManagedPolicies: toAttached(record.attachedPolicies),
  };
}

/** Neither description nor longest session. */
function toRoleDetail(role: Owned<RoleRecord>, context: OperationContext): RoleDetail {
  const { record } = role;
  const profiles = context.runtime.directory.instanceProfilesOf(context.account, record.name);
  return {
    ...toRoleCore(role, context),
    InstanceProfileList: profiles.map((profile) => toListedInstanceProfile(profile, context)),
    RolePolicyList: toPolicyDetails(record.inlinePolicies),
    AttachedManagedPolicies: toAttached(record.attachedPolicies),
    PermissionsBoundary: toBoundary(record.permissionsBoundary),
    Tags: toSortedTags(record.tags),
    RoleLastUsed: toRoleLastUsed(record),
  };
}

function toPolicyDetail(policy: ManagedPolicy, context: OperationContext): ManagedPolicyDetail {
  const versions = [...policy.versions()].reverse();
  return {
    ...toListedPolicy(policy, context),
    Description: policy.description,
    PolicyVersionList: versions.map(({ id, document, createdAt }) => ({
      Document: encodeDocument(document),
      VersionId: id,
      IsDefaultVersion: id === policy.defaultVersion,
      CreateDate: toDate(createdAt),
    })),
  };
}

function toPolicyDetails(policies: InlinePolicies): readonly PolicyDetail[] {
  return policies.map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(document),
  }));
}

function toAttached(arns: readonly string[]) {
  return toAttachedPolicies(arns).map(({ PolicyName, PolicyArn }) => ({ PolicyName, PolicyArn }));
}
