/** IAM's records read by name, id and ARN: what authentication, information and operations ask. */
import type { State } from '../store/state.ts';
import type { Commit, Json } from '../store/store.ts';
import { PolicyDocuments } from './policy-documents.ts';
import type {
  AccessKeyRecord,
  InstanceProfileRecord,
  MfaDeviceRecord,
  RecordKinds,
  RoleRecord,
  UserRecord,
} from './records.ts';
import { recordKey } from './records.ts';
import { ReferenceIndex, reference, referencesOf, type UserCredentialKind } from './references.ts';

/** A record with the account that owns it and its store revision (for `ifRevision`). */
export interface Owned<T> {
  readonly account: string;
  readonly key: string;
  readonly revision: number;
  readonly record: T;
}

/**
 * Synchronous reads over the replica, with indexes by unique id and access key id, and the
 * number of attachments and boundary uses of each managed policy.
 */
export class Directory {
  readonly state: State;
  /** The reader of every stored policy. */
  readonly policyDocuments = new PolicyDocuments();
  readonly #keyOfId = new Map<string, string>();
  readonly #idOfKey = new Map<string, string>();
  readonly #references = new ReferenceIndex();
  readonly #stop: () => void;

  constructor(state: State) {
    this.state = state;
    for (const key of allIamKeys(state)) this.#index(key, state.get(key));
    this.#stop = state.onCommit((commit) => this.#follow(commit));
  }

  close(): void {
    this.#stop();
  }

  /** The record of that kind and name (any case) in the account. */
  find<K extends keyof RecordKinds>(
    account: string,
    kind: K,
    name: string,
  ): Owned<RecordKinds[K]> | undefined {
    return this.#at(recordKey(account, kind, name));
  }

  /** All records of a kind in the account, by folded name. */
  list<K extends keyof RecordKinds>(account: string, kind: K): readonly Owned<RecordKinds[K]>[] {
    return this.#all(this.state.keys(`iam/${account}/${kind}/`));
  }

  count(account: string, kind: keyof RecordKinds): number {
    return this.state.count(`iam/${account}/${kind}/`);
  }

  /** The access key with that id, whatever its account. */
  accessKey(id: string): Owned<AccessKeyRecord> | undefined {
    return this.#byId(id, 'access-key');
  }

  /** The user or role with that unique id. */
  userById(id: string): Owned<UserRecord> | undefined {
    return this.#byId(id, 'user');
  }

  roleById(id: string): Owned<RoleRecord> | undefined {
    return this.#byId(id, 'role');
  }

  /** Record keys of the principals that attach the managed policy, sorted. */
  attachedTo(policyArn: string): readonly string[] {
    return this.#references.referrers(reference.attached(policyArn));
  }

  /** Record keys of the users and roles whose permissions boundary it is, sorted. */
  boundaryOf(policyArn: string): readonly string[] {
    return this.#references.referrers(reference.boundary(policyArn));
  }

  /** The group's users, by folded name. */
  membersOf(account: string, groupName: string): readonly Owned<UserRecord>[] {
    return this.#all(this.#references.referrers(reference.member(account, groupName)));
  }

  /** The instance profiles that hold the role, by folded name. */
  instanceProfilesOf(account: string, roleName: string): readonly Owned<InstanceProfileRecord>[] {
    return this.#all(this.#references.referrers(reference.profile(account, roleName)));
  }

  /** The access keys of the user with that unique id, by key id. */
  accessKeysOf(userId: string): readonly Owned<AccessKeyRecord>[] {
    return this.#all(this.#references.referrers(reference.accessKey(userId)));
  }

  /** The MFA devices that are enabled for the user with that unique id, by path and name. */
  mfaDevicesOf(userId: string): readonly Owned<MfaDeviceRecord>[] {
    return this.#all(this.#references.referrers(reference.mfaDevice(userId)));
  }

  /** The user's other credentials of that kind, by id. */
  credentialsOf<K extends UserCredentialKind>(
    kind: K,
    userId: string,
  ): readonly Owned<RecordKinds[K]>[] {
    return this.#all(this.#references.referrers(reference.credential(kind, userId)));
  }

  #all<T>(keys: readonly string[]): readonly Owned<T>[] {
    const found: Owned<T>[] = [];
    for (const key of keys) {
      const owned = this.#at<T>(key);
      if (owned !== undefined) found.push(owned);
    }
    return found;
  }

  #at<T>(key: string): Owned<T> | undefined {
    const value = this.state.get(key);
    if (value === undefined) return undefined;
    const account = key.split('/')[1] ?? '';
    // Records are written by our own operations only; their shape is records.ts.
    const record = value as unknown as T;
    return { account, key, revision: this.state.revisionOf(key), record };
  }

  #byId<K extends keyof RecordKinds>(id: string, kind: K): Owned<RecordKinds[K]> | undefined {
    const key = this.#keyOfId.get(id);
    if (key === undefined || key.split('/')[2] !== kind) return undefined;
    return this.#at(key);
  }

  #follow(commit: Commit): void {
    for (const { key, value } of commit.records) {
      if (key.startsWith('iam/')) this.#index(key, value);
    }
  }

  #index(key: string, value: Json | undefined): void {
    const oldId = this.#idOfKey.get(key);
    if (oldId !== undefined) {
      this.#keyOfId.delete(oldId);
      this.#idOfKey.delete(key);
    }
    this.#references.set(key, referencesOf(key, value));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    const { id } = value as { readonly id?: unknown };
    if (typeof id === 'string') {
      this.#keyOfId.set(id, key);
      this.#idOfKey.set(key, id);
    }
  }
}

function* allIamKeys(state: State): Generator<string> {
  for (const folder of state.folders('iam/')) yield* state.keys(folder);
}
