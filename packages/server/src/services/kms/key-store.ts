/** Keys, aliases and grants in the store; keys are found by any of their names. */
import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type { AliasRecord, GrantRecord, KeyRecord } from './entities.ts';
import { disabled, invalidArn, invalidState, notFound } from './errors.ts';
import { aliasArn, type KeyName, keyArn, readKeyName } from './key-id.ts';
import { managedKey, managedKeyId } from './managed-keys.ts';

/** The keys of an account in a region. */
export class KeyStore {
  readonly account: string;
  readonly keys: RecordFolder<KeyRecord>;
  readonly aliases: RecordFolder<AliasRecord>;
  readonly #context: DemandContext;
  readonly #base: string;

  constructor(context: DemandContext, account = context.account) {
    this.account = account;
    this.#context = context;
    this.#base = `kms/${account}/${context.region}/`;
    this.keys = new RecordFolder(context.runtime.state, `${this.#base}key/`);
    this.aliases = new RecordFolder(context.runtime.state, `${this.#base}alias/`);
  }

  grants(keyId: string): RecordFolder<GrantRecord> {
    return new RecordFolder(this.#context.runtime.state, `${this.#base}grant/${keyId}/`);
  }

  /** Names of the key's aliases, in order. */
  aliasesOf(keyId: string): readonly string[] {
    return this.aliases
      .all()
      .filter(({ record }) => record.keyId === keyId)
      .map(({ name }) => name);
  }
}

/** A key, and how the request named it. */
export interface FoundKey extends Held<KeyRecord> {
  readonly store: KeyStore;
  /** `alias/x`, when the request used an alias. */
  readonly requestAlias?: string;
  /** False for an AWS managed key that nothing has used yet. */
  readonly isStored: boolean;
}

/** The key; undefined where there is none, or none any more. */
export function findKey(text: string, context: DemandContext): FoundKey | undefined {
  const name = readKeyName(text, context);
  if (name.kind !== 'key' && name.kind !== 'alias') return undefined;
  const store = new KeyStore(context, name.account);
  const alias = name.kind === 'alias' ? { requestAlias: name.name } : {};
  const id = name.kind === 'key' ? name.id : keyIdOf(name.name, store, context);
  if (id === undefined) return undefined;
  const held = store.keys.find(id);
  if (held !== undefined) {
    const { deletionAt } = held.record;
    if (deletionAt !== undefined && deletionAt <= context.http.receivedAt) return undefined;
    return { ...held, store, isStored: true, ...alias };
  }
  if (name.kind !== 'alias') return undefined;
  const record = managedKey(name.name, name.account, context);
  if (record === undefined) return undefined;
  return { name: id, record, revision: 0, store, isStored: false, ...alias };
}

function keyIdOf(alias: string, store: KeyStore, context: DemandContext): string | undefined {
  return store.aliases.find(alias)?.record.keyId ?? managedKeyId(alias, store.account, context);
}

/** Throws NotFoundException. */
export function requireKey(text: string, context: DemandContext): FoundKey {
  const found = findKey(text, context);
  if (found === undefined) throw absentKey(readKeyName(text, context), text, context);
  return found;
}

function absentKey(name: KeyName, text: string, context: DemandContext): Error {
  switch (name.kind) {
    case 'key':
      return notFound(`Key '${keyArn(context, name.account, name.id)}' does not exist`);
    case 'alias':
      return notFound(`Alias ${aliasArn(context, name.account, name.name)} is not found.`);
    case 'elsewhere':
      return notFound(`Invalid arn ${name.region}`);
    case 'invalid':
      return notFound(`Invalid keyId '${text}'`);
  }
}

/** For operations that take no alias. Throws InvalidArnException, NotFoundException. */
export function requireKeyById(text: string, context: DemandContext): FoundKey {
  if (readKeyName(text, context).kind === 'alias') {
    throw invalidArn('Key Aliases are not supported for this operation.');
  }
  return requireKey(text, context);
}

/** Throws KMSInvalidStateException for a key whose deletion is pending. */
export function requireNotPending<K extends FoundKey>(found: K): K {
  const { arn, deletionAt } = found.record;
  if (deletionAt !== undefined) throw invalidState(`${arn} is pending deletion.`);
  return found;
}

/** Throws DisabledException and KMSInvalidStateException. */
export function requireEnabled<K extends FoundKey>(found: K): K {
  requireNotPending(found);
  if (!found.record.isEnabled) throw disabled(found.record.arn);
  return found;
}
