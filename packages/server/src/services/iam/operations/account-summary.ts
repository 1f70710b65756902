/** GetAccountSummary: how many of everything, and how many there may be. */

import type { GetAccountSummaryResponse } from '@sekisho/catalog/types/iam';
import { policySizeLimits } from '@sekisho/policy';
import type { OperationContext } from '../../service.ts';
import { accountOf } from '../account-record.ts';
import { quotas, versionsPerPolicyMax } from '../limits.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
export function getAccountSummary(
  _input: object,
  context: OperationContext,
): GetAccountSummaryResponse {
  const { account, runtime } = context;
  const { directory } = runtime;
  const versions = directory
    .list(account, 'policy')
    .reduce((sum, { record }) => sum + record.versions.length, 0);
  const devices = directory.list(account, 'mfa-device');
  const { inlineCharactersMax, managedCharactersMax, trustCharactersMax } = policySizeLimits;
  const summary = {
    AccessKeysPerUserQuota: quotas.AccessKeysPerUser,
    // Every account of this server has a root access key.
    AccountAccessKeysPresent: 1,
    AccountMFAEnabled: 0,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    AssumeRolePolicySizeQuota: trustCharactersMax,
    AttachedPoliciesPerGroupQuota: quotas.PoliciesPerGroup,
    AttachedPoliciesPerRoleQuota: quotas.PoliciesPerRole,
    AttachedPoliciesPerUserQuota: quotas.PoliciesPerUser,
    GlobalEndpointTokenVersion: accountOf(context).globalEndpointTokenVersion === 'v2Token' ? 2 : 1,
    GroupPolicySizeQuota: inlineCharactersMax.group,
    Groups: directory.count(account, 'group'),
    GroupsPerUserQuota: quotas.GroupsPerUser,
    GroupsQuota: quotas.GroupsPerAccount,
    InstanceProfiles: directory.count(account, 'instance-profile'),
    InstanceProfilesQuota: quotas.InstanceProfilesPerAccount,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ record }) => record.assigned !== undefined).length,
    Policies: directory.count(account, 'policy'),
    PoliciesQuota: quotas.PoliciesPerAccount,
    PolicySizeQuota: managedCharactersMax,
    PolicyVersionsInUse: versions,
    PolicyVersionsInUseQuota: 10_000,
    Providers:
      directory.count(account, 'oidc-provider') + directory.count(account, 'saml-provider'),
    RolePolicySizeQuota: inlineCharactersMax.role,
    Roles: directory.count(account, 'role'),
    RolesQuota: quotas.RolesPerAccount,
    ServerCertificates: directory.count(account, 'server-certificate'),
    ServerCertificatesQuota: quotas.ServerCertificates,
    SigningCertificatesPerUserQuota: quotas.CertificatesPerUser,
    UserPolicySizeQuota: inlineCharactersMax.user,
    Users: directory.count(account, 'user'),
    UsersQuota: quotas.UsersPerAccount,
    VersionsPerPolicyQuota: versionsPerPolicyMax,
  };
  return { SummaryMap: new Map(Object.entries(summary)) };
}
