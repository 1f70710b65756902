/** Tags of roles, users, policies, instance profiles, OIDC providers and MFA devices. */
import type {
  ListInstanceProfileTagsRequest,
  ListMFADeviceTagsRequest,
  ListOpenIDConnectProviderTagsRequest,
  ListPolicyTagsRequest,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  ListSAMLProviderTagsRequest,
  ListServerCertificateTagsRequest,
  ListUserTagsRequest,
  Tag,
  TagInstanceProfileRequest,
  TagMFADeviceRequest,
  TagOpenIDConnectProviderRequest,
  TagPolicyRequest,
  TagRoleRequest,
  TagSAMLProviderRequest,
  TagServerCertificateRequest,
  TagUserRequest,
  UntagInstanceProfileRequest,
  UntagMFADeviceRequest,
  UntagOpenIDConnectProviderRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
  UntagSAMLProviderRequest,
  UntagServerCertificateRequest,
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
  SamlProviderRecord,
  ServerCertificateRecord,
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
  findSamlProvider,
  findServerCertificate,
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
  | MfaDeviceRecord
  | SamlProviderRecord
  | ServerCertificateRecord;

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

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html */
export async function tagSAMLProvider(
  input: TagSAMLProviderRequest,
  context: OperationContext,
): Promise<object> {
  const find = () => findSamlProvider(context, input.SAMLProviderArn);
  return await tag(find, input.Tags, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html */
export async function tagServerCertificate(
  input: TagServerCertificateRequest,
  context: OperationContext,
): Promise<object> {
  const find = () => findServerCertificate(context, input.ServerCertificateName);
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
  checkKeysAreGiven(input.TagKeys);
  return await untag(owned, input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html */
export async function untagSAMLProvider(
  input: UntagSAMLProviderRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findSamlProvider(context, input.SAMLProviderArn);
  checkKeysAreGiven(input.TagKeys);
  return await untag(owned, input.TagKeys, 'exact', context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html */
export async function untagServerCertificate(
  input: UntagServerCertificateRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findServerCertificate(context, input.ServerCertificateName);
  checkKeysAreGiven(input.TagKeys);
  return await untag(owned, input.TagKeys, 'exact', context);
}

/** Unverified: the text, but for server certificates. */
function checkKeysAreGiven(keys: readonly string[]): void {
  if (keys.length === 0) throw invalidInput('The provided tag keys must not be null/empty.');
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

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html */
export function listSAMLProviderTags(
  input: ListSAMLProviderTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findSamlProvider(context, input.SAMLProviderArn);
  return listTags(record.id, record.tags, input, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html */
export function listServerCertificateTags(
  input: ListServerCertificateTagsRequest,
  context: OperationContext,
): ListRoleTagsResponse {
  const { record } = findServerCertificate(context, input.ServerCertificateName);
  return listTags(record.id, record.tags, input, context);
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
