/**
 * IAM's quotas with AWS's names and default numbers. Sizes of documents are policy's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { limitExceeded } from './errors.ts';

// Unverified: the names GroupsPerAccount, InstanceProfilesPerAccount, PoliciesPerAccount,
// GroupsPerUser, PoliciesPerGroup, OpenIDConnectProvidersPerAccount, SAMLProvidersPerAccount,
// MFADevicesPerUser, PublicKeysPerUser, ServerCertificates and VirtualMFADevicesPerAccount in
// error texts.
export const quotas = {
  RolesPerAccount: 1000,
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  InstanceProfilesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  OpenIDConnectProvidersPerAccount: 100,
  SAMLProvidersPerAccount: 100,
  ServerCertificates: 20,
  GroupsPerUser: 10,
  PoliciesPerRole: 10,
  PoliciesPerUser: 10,
  PoliciesPerGroup: 10,
  AccessKeysPerUser: 2,
  CertificatesPerUser: 2,
  ContextSpecificCredentialsPerUserPerContext: 2,
  PublicKeysPerUser: 5,
  MFADevicesPerUser: 8,
  VirtualMFADevicesPerAccount: 5000,
  InstanceSessionsPerInstanceProfile: 1,
  ClientIdsPerOpenIdConnectProvider: 100,
} as const;

/** Limits whose texts name no quota. */
export const versionsPerPolicyMax = 5;
export const tagsMax = 50;
export const thumbprintsMax = 5;
export const samlPrivateKeysMax = 2;

export type QuotaName = keyof typeof quotas;

/** Throws LimitExceeded when `used`, counting what the request adds, is beyond the quota. */
export function checkQuota(name: QuotaName, used: number): void {
  if (used > quotas[name]) throw limitExceeded(`Cannot exceed quota for ${name}: ${quotas[name]}`);
}
