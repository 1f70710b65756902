/** IAM's records read by name, id and ARN: what authentication, information and operations ask. */
import type { State } from '../store/state.ts';
import type { Commit, Json } from '../store/store.ts';
import type { AccessKeyRecord, RecordKinds, RoleRecord, UserRecord } from './records.ts';
import { recordKey } from './records.ts';

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
  readonly #keyOfId = new Map<string, string>();
  readonly #idOfKey = new Map<string, string>();
  /** Policy ARN → record keys that attach it, and record keys that it bounds. */
  readonly #attached = new Map<string, Set<string>>();
  readonly #bounded = new Map<string, Set<string>>();
  readonly #uses = new Map<string, { attached: readonly string[]; bounded: string | undefined }>();
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
    const found: Owned<RecordKinds[K]>[] = [];
    for (const key of this.state.keys(`iam/${account}/${kind}/`)) {
      const owned = this.#at<RecordKinds[K]>(key);
      if (owned !== undefined) found.push(owned);
    }
    return found;
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
    return [...(this.#attached.get(policyArn) ?? [])].sort();
  }

  /** Record keys of the users and roles whose permissions boundary it is, sorted. */
  boundaryOf(policyArn: string): readonly string[] {
    return [...(this.#bounded.get(policyArn) ?? [])].sort();
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
    const uses = this.#uses.get(key);
    for (const arn of uses?.attached ?? []) drop(this.#attached, arn, key);
    if (uses?.bounded !== undefined) drop(this.#bounded, uses.bounded, key);
    this.#uses.delete(key);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    const record = value as unknown as Partial<UserRecord>;
    if (typeof record.id === 'string') {
      this.#keyOfId.set(record.id, key);
      this.#idOfKey.set(key, record.id);
    }
    const attached = record.attachedPolicies ?? [];
    const bounded = record.permissionsBoundary;
    for (const arn of attached) add(this.#attached, arn, key);
    if (bounded !== undefined) add(this.#bounded, bounded, key);
    if (attached.length > 0 || bounded !== undefined) this.#uses.set(key, { attached, bounded });
  }
}

function add(index: Map<string, Set<string>>, arn: string, key: string): void {
  const keys = index.get(arn);
  if (keys === undefined) index.set(arn, new Set([key]));
  else keys.add(key);
}

function drop(index: Map<string, Set<string>>, arn: string, key: string): void {
  const keys = index.get(arn);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(arn);
}

function* allIamKeys(state: State): Generator<string> {
  for (const folder of state.folders('iam/')) yield* state.keys(folder);
}
