/** Finding the records that a request names, or AWS's words for their absence. */
import type { Owned } from '../../directory/directory.ts';
import type {
  GroupRecord,
  InstanceProfileRecord,
  MfaDeviceRecord,
  OidcProviderRecord,
  RecordKinds,
  RoleRecord,
  SamlProviderRecord,
  ServerCertificateRecord,
  UserRecord,
} from '../../directory/records.ts';
import type { OperationContext } from '../service.ts';
import { entityArn, parseIamArn } from './arn.ts';
import { accessDenied, invalidInput, noSuchEntity, unmodifiableRole } from './errors.ts';
import { checkName } from './names.ts';

/** The user of that name in any case. Throws ValidationError and NoSuchEntity, like all here. */
export function findUser(context: OperationContext, name: string): Owned<UserRecord> {
  checkName('userName', name);
  const owned = context.runtime.directory.find(context.account, 'user', name);
  if (owned === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return owned;
}

export function findGroup(context: OperationContext, name: string): Owned<GroupRecord> {
  checkName('groupName', name);
  const owned = context.runtime.directory.find(context.account, 'group', name);
  if (owned === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`);
  return owned;
}

export function findRole(context: OperationContext, name: string): Owned<RoleRecord> {
  checkName('roleName', name);
  const owned = context.runtime.directory.find(context.account, 'role', name);
  if (owned === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return owned;
}

export function findInstanceProfile(
  context: OperationContext,
  name: string,
): Owned<InstanceProfileRecord> {
  checkName('instanceProfileName', name);
  const owned = context.runtime.directory.find(context.account, 'instance-profile', name);
  if (owned === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return owned;
}

export function findServerCertificate(
  context: OperationContext,
  name: string,
): Owned<ServerCertificateRecord> {
  checkName('serverCertificateName', name);
  const owned = context.runtime.directory.find(context.account, 'server-certificate', name);
  if (owned === undefined) {
    throw noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
  }
  return owned;
}

/** The provider with that ARN; other ARNs are InvalidInput. */
export function findOidcProvider(
  context: OperationContext,
  arn: string,
  absent = `OpenIDConnect Provider not found for arn ${arn}`,
): Owned<OidcProviderRecord> {
  return findProvider('oidc-provider', 'OpenID Connect', context, arn, absent);
}

export function findSamlProvider(
  context: OperationContext,
  arn: string,
): Owned<SamlProviderRecord> {
  const absent = `Manifest not found for arn ${arn}`;
  return findProvider('saml-provider', 'SAML', context, arn, absent);
}

function findProvider<K extends 'oidc-provider' | 'saml-provider'>(
  kind: K,
  word: string,
  { account, partition, runtime }: OperationContext,
  arn: string,
  absent: string,
): Owned<RecordKinds[K]> {
  const parts = parseIamArn(arn);
  // Unverified: the code of both refusals.
  if (parts === undefined) throw invalidInput(`Invalid ARN: ${arn}`);
  if (parts.kind !== kind) throw invalidInput('Invalid resource type in ARN');
  if (parts.account !== account) {
    // Unverified: the text.
    throw accessDenied(`Cannot access ${word} providers outside your own account.`);
  }
  const owned = runtime.directory.find(account, kind, parts.resource);
  if (owned === undefined || parts.partition !== partition) throw noSuchEntity(absent);
  return owned;
}

/** The virtual device with that serial number, in its own spelling; it may be nobody's. */
export function findMfaDevice(context: OperationContext, serial: string): Owned<MfaDeviceRecord> {
  const { account, runtime } = context;
  const parts = parseIamArn(serial);
  if (parts?.kind === 'mfa' && parts.account === account) {
    const owned = runtime.directory.find(account, 'mfa-device', parts.resource);
    // Policies were asked about the serial number as it is given.
    if (owned !== undefined && entityArn(context, 'mfa', owned.record) === serial) return owned;
  }
  throw noSuchEntity(`MFA Device with serial number ${serial} does not exist.`);
}

/** Throws UnmodifiableEntity for service-linked roles. */
export function checkRoleIsModifiable(role: RoleRecord): void {
  if (isServiceLinked(role)) throw unmodifiableRole(role.name);
}

export function isServiceLinked(role: RoleRecord): boolean {
  return role.path.startsWith('/aws-service-role/');
}
