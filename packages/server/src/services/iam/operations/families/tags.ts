/** Tags of roles, users, policies, instance profiles, OIDC providers and MFA devices. */
import type {
  ListInstanceProfileTagsRequest,
  ListMFADeviceTagsRequest,
  ListOpenIDConnectProviderTagsRequest,
  ListPolicyTagsRequest,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  ListUserTagsRequest,
  Tag,
  TagInstanceProfileRequest,
  TagMFADeviceRequest,
  TagOpenIDConnectProviderRequest,
  TagPolicyRequest,
  TagRoleRequest,
  TagUserRequest,
  UntagInstanceProfileRequest,
  UntagMFADeviceRequest,
  UntagOpenIDConnectProviderRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
  UntagUserRequest,
} from '@sekisho/catalog/types/iam';
import { replaceRecord } from '../../../../directory/changes.ts';
import type { Owned } from '../../../../directory/directory.ts';
import type {
  InstanceProfileRecord,
  MfaDeviceRecord,
  OidcProviderRecord,
  PolicyRecord,
  RoleRecord,
  TagList,
  UserRecord,
} from '../../../../directory/records.ts';
import type { OperationContext } from '../../../service.ts';
import { invalidInput } from '../../errors.ts';
import {
  findInstanceProfile,
  findMfaDevice,
  findOidcProvider,
  findRole,
  findUser,
} from '../../find.ts';
import { findManagedPolicy, findOwnPolicy } from '../../managed-policy.ts';
import { type PageInput, paginate } from '../../pagination.ts';
import {
  mergeTags,
  readTags,
  type TagKeyComparison,
  toSortedTags,
  withoutTags,
} from '../../tags.ts';

type TaggedRecord =
  | RoleRecord
  | UserRecord
  | PolicyRecord
  | InstanceProfileRecord
  | OidcProviderRecord
  | MfaDeviceRecord;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export async function tagRole(input: TagRoleRequest, context: OperationContext): Promise<object> {
  return await tag(() => findRole(context, input.RoleName), input.Tags, 'ignore-case', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export async function tagUser(input: TagUserRequest, context: OperationContext): Promise<object> {
  return await tag(() => findUser(context, input.UserName), input.Tags, 'ignore-case', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export async function tagPolicy(
  input: TagPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await tag(() => findOwnPolicy(input.PolicyArn, context), input.Tags, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html */
export async function tagInstanceProfile(
  input: TagInstanceProfileRequest,
  context: OperationContext,
): Promise<object> {
  const find = () => findInstanceProfile(context, input.InstanceProfileName);
  return await tag(find, input.Tags, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html */
export async function tagMFADevice(
  input: TagMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  return await tag(() => findMfaDevice(context, input.SerialNumber), input.Tags, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html */
export async function tagOpenIDConnectProvider(
  input: TagOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<object> {
  const find = () => findOidcProvider(context, input.OpenIDConnectProviderArn);
  return await tag(find, input.Tags, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export async function untagRole(
  input: UntagRoleRequest,
  context: OperationContext,
): Promise<object> {
  return await untag(findRole(context, input.RoleName), input.TagKeys, 'ignore-case', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export async function untagUser(
  input: UntagUserRequest,
  context: OperationContext,
): Promise<object> {
  return await untag(findUser(context, input.UserName), input.TagKeys, 'ignore-case', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export async function untagPolicy(
  input: UntagPolicyRequest,
  context: OperationContext,
): Promise<object> {
  return await untag(findOwnPolicy(input.PolicyArn, context), input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html */
export async function untagInstanceProfile(
  input: UntagInstanceProfileRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findInstanceProfile(context, input.InstanceProfileName);
  return await untag(owned, input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html */
export async function untagMFADevice(
  input: UntagMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  return await untag(findMfaDevice(context, input.SerialNumber), input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html */
export async function untagOpenIDConnectProvider(
  input: UntagOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findOidcProvider(context, input.OpenIDConnectProviderArn);
  // Unverified: the text.
  if (input.TagKeys.length === 0) {
    throw invalidInput('The provided tag keys must not be null/empty.');
  }
  return await untag(owned, input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export function listRoleTags(
  input: ListRoleTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findRole(context, input.RoleName);
  return listTags(record.id, record.tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html */
export function listUserTags(
  input: ListUserTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findUser(context, input.UserName);
  return listTags(record.id, record.tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html */
export async function listPolicyTags(
  input: ListPolicyTagsRequest,
  context: OperationContext,
): Promise<ListRoleTagsResponse> {
  const { id, tags } = await findManagedPolicy(input.PolicyArn, context);
  return listTags(id, tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html */
export function listInstanceProfileTags(
  input: ListInstanceProfileTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findInstanceProfile(context, input.InstanceProfileName);
  return listTags(record.id, record.tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html */
export function listMFADeviceTags(
  input: ListMFADeviceTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { key, record } = findMfaDevice(context, input.SerialNumber);
  return listTags(key, record.tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html */
export function listOpenIDConnectProviderTags(
  input: ListOpenIDConnectProviderTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findOidcProvider(context, input.OpenIDConnectProviderArn);
  return listTags(record.url, record.tags, input, context);
}

/** The tags are looked at before the resource is looked for. */
async function tag<T extends TaggedRecord>(
  find: () => Owned<T>,
  added: readonly Tag[],
  comparison: TagKeyComparison,
  context: OperationContext,
): Promise<object> {
  // Unverified: the text, and that policies and instance profiles refuse an empty list too.
  if (added.length === 0) throw invalidInput('The provided tag map must not be null/empty.');
  const read = readTags(added, comparison);
  const owned = find();
  const { record } = owned;
  const tags = mergeTags(record.tags, read, comparison);
  await context.commit([replaceRecord(owned, { ...record, tags })]);
  return {};
}

async function untag<T extends TaggedRecord>(
  owned: Owned<T>,
  keys: readonly string[],
  comparison: TagKeyComparison,
  context: OperationContext,
): Promise<object> {
  const { record } = owned;
  const tags = withoutTags(record.tags, keys, comparison);
  if (tags.length < record.tags.length) {
    await context.commit([replaceRecord(owned, { ...record, tags })]);
  }
  return {};
}

function listTags(
  id: string,
  tags: TagList,
  input: PageInput,
  context: OperationContext,
): ListRoleTagsResponse {
  const page = paginate(toSortedTags(tags), input, context, {
    list: ['ListTags', id],
    keyOf: ({ Key }) => Key,
    sorted: false,
  });
  return { Tags: page.items, ...page.rest };
}
