/** Which records refer to what: attachments, boundaries, memberships, profiles' roles, owners. */
import type { Json } from '../store/store.ts';
import type {
  AccessKeyRecord,
  InstanceProfileRecord,
  MfaDeviceRecord,
  UserRecord,
} from './records.ts';
import { recordKey } from './records.ts';

/** Credentials of users besides access keys, passwords and MFA devices. */
export type UserCredentialKind =
  | 'ssh-public-key'
  | 'signing-certificate'
  | 'service-specific-credential';

const userCredentialKinds: ReadonlySet<string> = new Set<UserCredentialKind>([
  'ssh-public-key',
  'signing-certificate',
  'service-specific-credential',
]);

function isUserCredentialKind(kind: string | undefined): kind is UserCredentialKind {
  return kind !== undefined && userCredentialKinds.has(kind);
}

/** What a record may refer to, as index keys. */
export const reference = {
  attached: (policyArn: string) => `attached ${policyArn}`,
  boundary: (policyArn: string) => `boundary ${policyArn}`,
  member: (account: string, groupName: string) => recordKey(account, 'group', groupName),
  profile: (account: string, roleName: string) => recordKey(account, 'role', roleName),
  accessKey: (userId: string) => `key-of ${userId}`,
  mfaDevice: (userId: string) => `mfa-device-of ${userId}`,
  credential: (kind: UserCredentialKind, userId: string) => `${kind}-of ${userId}`,
} as const;

/** Record keys by what they refer to, kept up to date record by record. */
export class ReferenceIndex {
  readonly #referrers = new Map<string, Set<string>>();
  readonly #references = new Map<string, readonly string[]>();

  /** Record keys that refer to it, sorted. */
  referrers(target: string): readonly string[] {
    return [...(this.#referrers.get(target) ?? [])].sort();
  }

  /** Replaces what the record refers to. */
  set(key: string, references: readonly string[]): void {
    for (const target of this.#references.get(key) ?? []) {
      const keys = this.#referrers.get(target);
      keys?.delete(key);
      if (keys?.size === 0) this.#referrers.delete(target);
    }
    this.#references.delete(key);
    if (references.length === 0) return;
    this.#references.set(key, references);
    for (const target of references) {
      const keys = this.#referrers.get(target);
      if (keys === undefined) this.#referrers.set(target, new Set([key]));
      else keys.add(key);
    }
  }
}

/** What an IAM record refers to; nothing when it was removed. */
export function referencesOf(key: string, value: Json | undefined): readonly string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const [, account = '', kind] = key.split('/');
  const references: string[] = [];
  if (kind === 'user' || kind === 'role' || kind === 'group') {
    const record = value as unknown as Partial<UserRecord>;
    for (const arn of record.attachedPolicies ?? []) references.push(reference.attached(arn));
    const boundary = record.permissionsBoundary;
    if (boundary !== undefined) references.push(reference.boundary(boundary));
    for (const name of record.groups ?? []) references.push(reference.member(account, name));
  } else if (kind === 'instance-profile') {
    const { roleName } = value as unknown as InstanceProfileRecord;
    if (roleName !== undefined) references.push(reference.profile(account, roleName));
  } else if (kind === 'access-key') {
    references.push(reference.accessKey((value as unknown as AccessKeyRecord).userId));
  } else if (kind === 'mfa-device') {
    const { assigned } = value as unknown as MfaDeviceRecord;
    if (assigned !== undefined) references.push(reference.mfaDevice(assigned.userId));
  } else if (isUserCredentialKind(kind)) {
    const { userId } = value as unknown as { readonly userId: string };
    references.push(reference.credential(kind, userId));
  }
  return references;
}
