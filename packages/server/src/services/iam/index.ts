/** AWS Identity and Access Management: the administration of users, roles and policies. */
import { loadServiceModel } from '@sekisho/catalog';
import { createRecord } from '../../directory/changes.ts';
import { StoreConflict } from '../../store/store.ts';
import { defineService, type Runtime, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './operations/access-keys.ts';
import {
  createAccountAlias,
  deleteAccountAlias,
  listAccountAliases,
} from './operations/account-aliases.ts';
import { getAccountAuthorizationDetails } from './operations/account-authorization-details.ts';
import { getAccountSummary } from './operations/account-summary.ts';
import { generateCredentialReport, getCredentialReport } from './operations/credential-reports.ts';
import {
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './operations/families/attached-policies.ts';
import {
  deleteGroupPolicy,
  deleteRolePolicy,
  deleteUserPolicy,
  getGroupPolicy,
  getRolePolicy,
  getUserPolicy,
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
  putGroupPolicy,
  putRolePolicy,
  putUserPolicy,
} from './operations/families/inline-policies.ts';
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './operations/families/permissions-boundaries.ts';
import {
  listInstanceProfileTags,
  listMFADeviceTags,
  listOpenIDConnectProviderTags,
  listPolicyTags,
  listRoleTags,
  listUserTags,
  tagInstanceProfile,
  tagMFADevice,
  tagOpenIDConnectProvider,
  tagPolicy,
  tagRole,
  tagUser,
  untagInstanceProfile,
  untagMFADevice,
  untagOpenIDConnectProvider,
  untagPolicy,
  untagRole,
  untagUser,
} from './operations/families/tags.ts';
import {
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  removeUserFromGroup,
  updateGroup,
} from './operations/groups.ts';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  removeRoleFromInstanceProfile,
} from './operations/instance-profiles.ts';
import {
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
  getServiceLastAccessedDetailsWithEntities,
} from './operations/last-accessed.ts';
import {
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './operations/login-profiles.ts';
import {
  deactivateMFADevice,
  enableMFADevice,
  getMFADevice,
  listMFADevices,
  resyncMFADevice,
} from './operations/mfa-devices.ts';
import {
  addClientIDToOpenIDConnectProvider,
  createOpenIDConnectProvider,
  deleteOpenIDConnectProvider,
  getOpenIDConnectProvider,
  listOpenIDConnectProviders,
  removeClientIDFromOpenIDConnectProvider,
  updateOpenIDConnectProviderThumbprint,
} from './operations/oidc-providers.ts';
import {
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
} from './operations/password-policy.ts';
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  listEntitiesForPolicy,
  listPolicies,
} from './operations/policies.ts';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './operations/policy-versions.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './operations/roles.ts';
import { listPoliciesGrantingServiceAccess } from './operations/service-access.ts';
import {
  createServiceLinkedRole,
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
} from './operations/service-linked-roles.ts';
import {
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
} from './operations/simulation.ts';
import {
  createUser,
  deleteUser,
  getUser,
  listGroupsForUser,
  listUsers,
  updateUser,
} from './operations/users.ts';
import {
  createVirtualMFADevice,
  deleteVirtualMFADevice,
  listVirtualMFADevices,
} from './operations/virtual-mfa-devices.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html */
export async function createIamService(): Promise<Service> {
  return defineService({
    id: 'iam',
    signingName: 'iam',
    actionPrefix: 'iam',
    model: await loadServiceModel('iam'),
    protocols: ['aws-query'],
    validation: 'iam',
    globalRegion: 'us-east-1',
    tellsAuthorizationId: true,
    authorization,
    operations,
    start: registerAccounts,
  });
}

/** Notes when each account was first held: the creation date of its root user. */
async function registerAccounts({ accounts, directory, platform, state }: Runtime): Promise<void> {
  const createdAt = platform.clock.now();
  const changes = accounts
    .filter((account) => directory.find(account, 'account', 'account') === undefined)
    .map((account) => createRecord(account, 'account', 'account', { createdAt }));
  if (changes.length === 0) return;
  try {
    await state.commit(changes);
  } catch (error) {
    // Another server on the same store has noted it first.
    if (!(error instanceof StoreConflict)) throw error;
  }
}

const operations = {
  AddClientIDToOpenIDConnectProvider: addClientIDToOpenIDConnectProvider,
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  AddUserToGroup: addUserToGroup,
  AttachGroupPolicy: attachGroupPolicy,
  AttachRolePolicy: attachRolePolicy,
  AttachUserPolicy: attachUserPolicy,
  ChangePassword: changePassword,
  CreateAccessKey: createAccessKey,
  CreateAccountAlias: createAccountAlias,
  CreateGroup: createGroup,
  CreateInstanceProfile: createInstanceProfile,
  CreateLoginProfile: createLoginProfile,
  CreateOpenIDConnectProvider: createOpenIDConnectProvider,
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  CreateUser: createUser,
  CreateVirtualMFADevice: createVirtualMFADevice,
  DeactivateMFADevice: deactivateMFADevice,
  DeleteAccessKey: deleteAccessKey,
  DeleteAccountAlias: deleteAccountAlias,
  DeleteAccountPasswordPolicy: deleteAccountPasswordPolicy,
  DeleteGroup: deleteGroup,
  DeleteGroupPolicy: deleteGroupPolicy,
  DeleteInstanceProfile: deleteInstanceProfile,
  DeleteLoginProfile: deleteLoginProfile,
  DeleteOpenIDConnectProvider: deleteOpenIDConnectProvider,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  DeleteRole: deleteRole,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
  DeleteRolePolicy: deleteRolePolicy,
  DeleteServiceLinkedRole: deleteServiceLinkedRole,
  DeleteUser: deleteUser,
  DeleteUserPermissionsBoundary: deleteUserPermissionsBoundary,
  DeleteUserPolicy: deleteUserPolicy,
  DeleteVirtualMFADevice: deleteVirtualMFADevice,
  DetachGroupPolicy: detachGroupPolicy,
  DetachRolePolicy: detachRolePolicy,
  DetachUserPolicy: detachUserPolicy,
  EnableMFADevice: enableMFADevice,
  GenerateCredentialReport: generateCredentialReport,
  GenerateServiceLastAccessedDetails: generateServiceLastAccessedDetails,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  GetAccountPasswordPolicy: getAccountPasswordPolicy,
  GetAccountSummary: getAccountSummary,
  GetContextKeysForCustomPolicy: getContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy: getContextKeysForPrincipalPolicy,
  GetCredentialReport: getCredentialReport,
  GetGroup: getGroup,
  GetGroupPolicy: getGroupPolicy,
  GetInstanceProfile: getInstanceProfile,
  GetLoginProfile: getLoginProfile,
  GetMFADevice: getMFADevice,
  GetOpenIDConnectProvider: getOpenIDConnectProvider,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  GetServiceLastAccessedDetails: getServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities: getServiceLastAccessedDetailsWithEntities,
  GetServiceLinkedRoleDeletionStatus: getServiceLinkedRoleDeletionStatus,
  GetUser: getUser,
  GetUserPolicy: getUserPolicy,
  ListAccessKeys: listAccessKeys,
  ListAccountAliases: listAccountAliases,
  ListAttachedGroupPolicies: listAttachedGroupPolicies,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListAttachedUserPolicies: listAttachedUserPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListGroupPolicies: listGroupPolicies,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  ListInstanceProfileTags: listInstanceProfileTags,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListMFADeviceTags: listMFADeviceTags,
  ListMFADevices: listMFADevices,
  ListOpenIDConnectProviderTags: listOpenIDConnectProviderTags,
  ListOpenIDConnectProviders: listOpenIDConnectProviders,
  ListPolicies: listPolicies,
  ListPoliciesGrantingServiceAccess: listPoliciesGrantingServiceAccess,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  ListRolePolicies: listRolePolicies,
  ListRoleTags: listRoleTags,
  ListRoles: listRoles,
  ListUserPolicies: listUserPolicies,
  ListUserTags: listUserTags,
  ListUsers: listUsers,
  ListVirtualMFADevices: listVirtualMFADevices,
  PutGroupPolicy: putGroupPolicy,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  PutRolePolicy: putRolePolicy,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
  PutUserPolicy: putUserPolicy,
  RemoveClientIDFromOpenIDConnectProvider: removeClientIDFromOpenIDConnectProvider,
  RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
  RemoveUserFromGroup: removeUserFromGroup,
  ResyncMFADevice: resyncMFADevice,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  TagInstanceProfile: tagInstanceProfile,
  TagMFADevice: tagMFADevice,
  TagOpenIDConnectProvider: tagOpenIDConnectProvider,
  TagPolicy: tagPolicy,
  TagRole: tagRole,
  TagUser: tagUser,
  UntagInstanceProfile: untagInstanceProfile,
  UntagMFADevice: untagMFADevice,
  UntagOpenIDConnectProvider: untagOpenIDConnectProvider,
  UntagPolicy: untagPolicy,
  UntagRole: untagRole,
  UntagUser: untagUser,
  UpdateAccessKey: updateAccessKey,
  UpdateAccountPasswordPolicy: updateAccountPasswordPolicy,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateGroup: updateGroup,
  UpdateLoginProfile: updateLoginProfile,
  UpdateOpenIDConnectProviderThumbprint: updateOpenIDConnectProviderThumbprint,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
  UpdateUser: updateUser,
};
