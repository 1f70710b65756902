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

/** What belongs to the account itself: one record, under the name `account`. */
export interface AccountRecord {
  /** When this server first held the account. */
  readonly createdAt?: number;
  readonly alias?: string;
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
 * id; OIDC providers by their URL, whose case counts and whose slashes must not make folders.
 */
export function recordKey(account: string, kind: keyof RecordKinds, name: string): string {
  return `iam/${account}/${kind}/${nameInKey(kind, name)}`;
}

function nameInKey(kind: keyof RecordKinds, name: string): string {
  if (kind === 'access-key') return name;
  if (kind === 'oidc-provider') return name.replaceAll('%', '%25').replaceAll('/', '%2F');
  return foldCase(name);
}
