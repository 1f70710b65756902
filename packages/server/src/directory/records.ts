/** IAM's records as they are stored: one record an entity, with everything that changes with it. */

/** Tags in stored order. */
export type TagList = readonly (readonly [key: string, value: string])[];

/** Inline policies by name: document text byte for byte. */
export type InlinePolicies = readonly (readonly [name: string, document: string])[];

/** What users, groups and roles share. Times are milliseconds since 1970. */
export interface PrincipalRecord {
  readonly name: string;
  /** `AIDA…`, `AGPA…`, `AROA…`. */
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  readonly inlinePolicies: InlinePolicies;
  /** ARNs of managed policies, in the order of attachment. */
  readonly attachedPolicies: readonly string[];
}

export interface UserRecord extends PrincipalRecord {
  readonly permissionsBoundary?: string;
  readonly tags: TagList;
  /** Names of the user's groups, as spelled in the group's record. */
  readonly groups: readonly string[];
}

export interface GroupRecord extends PrincipalRecord {}

export interface RoleRecord extends PrincipalRecord {
  /** The trust policy as AWS prints it back. */
  readonly trustPolicy: string;
  /** Principal ARNs in the trust policy → the unique ids that they meant when it was saved. */
  readonly trustPrincipalIds: readonly (readonly [arn: string, id: string])[];
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly permissionsBoundary?: string;
  readonly tags: TagList;
  readonly lastUsed?: { readonly at: number; readonly region: string };
}

/** A customer managed policy. */
export interface PolicyRecord {
  readonly name: string;
  /** `ANPA…`. */
  readonly id: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: TagList;
  readonly defaultVersion: string;
  /** The number of the next version. */
  readonly nextVersion: number;
  readonly versions: readonly {
    readonly id: string;
    readonly document: string;
    readonly createdAt: number;
  }[];
}

export interface InstanceProfileRecord {
  readonly name: string;
  /** `AIPA…`. */
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  readonly roleName?: string;
  readonly tags: TagList;
}

export interface OidcProviderRecord {
  /** Without `https://`, as in the ARN. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt: number;
  readonly tags: TagList;
}

export interface AccessKeyRecord {
  /** `AKIA…`. */
  readonly id: string;
  readonly userName: string;
  readonly userId: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  /**
   * Sealed by the master key; the associated text is this record's own key,
   * `recordKey(account, 'access-key', id)`.
   */
  readonly sealedSecret: string;
  readonly lastUsed?: { readonly at: number; readonly service: string; readonly region: string };
}

/** A virtual MFA device (RFC 6238: SHA-1, six digits, 30 seconds). */
export interface MfaDeviceRecord {
  readonly name: string;
  readonly path: string;
  readonly createdAt: number;
  readonly tags: TagList;
  /**
   * The seed in base32, sealed by the master key; the associated text is this record's own key,
   * `recordKey(account, 'mfa-device', path and name)`.
   */
  readonly sealedSeed: string;
  /** Whose device it is since when; absent: it is not enabled. */
  readonly assigned?: { readonly userId: string; readonly at: number };
  /** How far the device's clock was ahead of ours at its last synchronization, in time steps. */
  readonly driftSteps: number;
  /** The time step of the last code that was accepted: neither it nor an earlier one is again. */
  readonly lastStep: number;
}

/** A user's password, under the user's unique id. */
export interface LoginProfileRecord {
  readonly userId: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly resetRequired: boolean;
  /** Hashed and sealed; the associated text is this record's own key. */
  readonly sealedPassword: string;
  /** The ones before, newest first, as far as they may not be used again. */
  readonly formerPasswords: readonly string[];
}

/** The account's password policy; what is not set is absent. */
export interface PasswordPolicyRecord {
  readonly lengthMin: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly usersMayChange: boolean;
  readonly ageDaysMax?: number;
  /** How many former passwords may not be used again. */
  readonly reusePrevention?: number;
  readonly hardExpiry?: boolean;
}

/** An SSH public key of a user. */
export interface SshPublicKeyRecord {
  /** `APKA…`. */
  readonly id: string;
  readonly userId: string;
  /** As it was uploaded: OpenSSH's form or PEM. */
  readonly body: string;
  /** The key in OpenSSH's binary form, base64. */
  readonly blob: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
}

/** An X.509 certificate that a user signs with. */
export interface SigningCertificateRecord {
  /** The SHA-1 digest of the certificate in base32. */
  readonly id: string;
  readonly userId: string;
  readonly body: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
}

/** A certificate for TLS, with its private key. */
export interface ServerCertificateRecord {
  readonly name: string;
  /** `ASCA…`. */
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly body: string;
  readonly chain?: string;
  /** Sealed; the associated text is `server-certificate ` and the id. */
  readonly sealedPrivateKey: string;
  readonly tags: TagList;
}

/** A user's credential for one service. */
export interface ServiceSpecificCredentialRecord {
  /** `ACCA…`. */
  readonly id: string;
  readonly userId: string;
  /** `codecommit.amazonaws.com`. */
  readonly serviceName: string;
  /** The user name for the service, which a rename of the user leaves as it was; or an alias. */
  readonly credentialName: string;
  /** Sealed; the associated text is `service-specific-credential ` and the id. */
  readonly sealedSecret: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly createdAt: number;
  readonly expiresAt?: number;
}

/** A SAML 2.0 identity provider. */
export interface SamlProviderRecord {
  readonly name: string;
  /** `SAMLSP…`. */
  readonly id: string;
  readonly metadata: string;
  readonly createdAt: number;
  readonly encryptionMode: 'Allowed' | 'Required';
  /** For assertions that are encrypted. Sealed; the associated text is the key's id. */
  readonly privateKeys: readonly {
    readonly id: string;
    readonly addedAt: number;
    readonly sealedKey: string;
  }[];
  readonly tags: TagList;
}

/** The credential report of the account: one record, under the name `report`. */
export interface CredentialReportRecord {
  readonly generatedAt: number;
  readonly content: string;
}

/** What belongs to the account itself: one record, under the name `account`. */
export interface AccountRecord {
  /** When this server first held the account. */
  readonly createdAt?: number;
  readonly alias?: string;
  readonly passwordPolicy?: PasswordPolicyRecord;
  /** `v1Token` when absent. */
  readonly globalEndpointTokenVersion?: 'v1Token' | 'v2Token';
}

/** The deletion of a service-linked role, which is done at once. */
export interface DeletionTaskRecord {
  /** `task/aws-service-role/SERVICE/ROLE/UUID`. */
  readonly taskId: string;
  readonly createdAt: number;
}

/** Record kinds and the folder of the key that each lies in. */
export interface RecordKinds {
  readonly user: UserRecord;
  readonly group: GroupRecord;
  readonly role: RoleRecord;
  readonly policy: PolicyRecord;
  readonly 'instance-profile': InstanceProfileRecord;
  readonly 'oidc-provider': OidcProviderRecord;
  readonly 'access-key': AccessKeyRecord;
  /** By path and name without the first slash: one name may stand in several paths. */
  readonly 'mfa-device': MfaDeviceRecord;
  readonly 'login-profile': LoginProfileRecord;
  readonly 'credential-report': CredentialReportRecord;
  /** By id. */
  readonly 'ssh-public-key': SshPublicKeyRecord;
  readonly 'signing-certificate': SigningCertificateRecord;
  readonly 'service-specific-credential': ServiceSpecificCredentialRecord;
  readonly 'server-certificate': ServerCertificateRecord;
  /** By name, whose case counts. */
  readonly 'saml-provider': SamlProviderRecord;
  readonly account: AccountRecord;
  /** By the UUID of the task. */
  readonly 'deletion-task': DeletionTaskRecord;
}

/** ASCII lower case: names are unique regardless of case. */
export function foldCase(name: string): string {
  let folded = '';
  for (const character of name) {
    folded += character >= 'A' && character <= 'Z' ? character.toLowerCase() : character;
  }
  return folded;
}

/**
 * The store key of an IAM record: `iam/<account>/<kind>/<folded name>`. Access keys go by their
 * id; OIDC providers by their URL, whose case counts and whose slashes must not make folders, as
 * those of an MFA device's path must not.
 */
export function recordKey(account: string, kind: keyof RecordKinds, name: string): string {
  return `iam/${account}/${kind}/${nameInKey(kind, name)}`;
}

function nameInKey(kind: keyof RecordKinds, name: string): string {
  if (kind === 'access-key' || kind === 'saml-provider') return name;
  if (kind === 'oidc-provider') return withoutSlashes(name);
  if (kind === 'mfa-device') return withoutSlashes(foldCase(name));
  return foldCase(name);
}

function withoutSlashes(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F');
}
