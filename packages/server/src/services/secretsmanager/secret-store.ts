/** Secrets in the store, found by name, ARN or partial ARN. */

import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type { SecretRecord, ValueRecord } from './entities.ts';
import { markedForDeletion, resourceNotFound } from './errors.ts';

/** The secrets of an account in a region. */
export class SecretStore {
  readonly secrets: RecordFolder<SecretRecord>;
  readonly #context: DemandContext;
  readonly #base: string;

  constructor(context: DemandContext, account = context.account) {
    this.#context = context;
    this.#base = `sm/${account}/${context.region}/`;
    this.secrets = new RecordFolder(context.runtime.state, `${this.#base}secret/`);
  }

  values({ arn }: SecretRecord): RecordFolder<ValueRecord> {
    const secret = encodeURIComponent(arn.split(':').slice(6).join(':'));
    return new RecordFolder(this.#context.runtime.state, `${this.#base}value/${secret}/`);
  }
}

/** A secret as it was read, and the store that it lies in. */
export interface FoundSecret extends Held<SecretRecord> {
  readonly store: SecretStore;
}

const arnForm = /^arn:([a-z-]+):secretsmanager:([a-z0-9-]+):(\d{12}):secret:(.+)$/;
const suffixForm = /^(.+)-[A-Za-z0-9]{6}$/;

/** The secret; undefined where there is none, or none any more. `now` in milliseconds. */
export function findSecret(
  secretId: string,
  context: DemandContext,
  now = context.http.receivedAt,
): FoundSecret | undefined {
  const [arn, partition, region, account, resource = ''] = arnForm.exec(secretId) ?? [];
  if (arn === undefined) return secretNamed(secretId, new SecretStore(context), now);
  if (partition !== context.partition || region !== context.region) return undefined;
  const store = new SecretStore(context, account);
  const name = suffixForm.exec(resource)?.[1];
  const whole = name === undefined ? undefined : secretNamed(name, store, now);
  if (whole?.record.arn === secretId) return whole;
  // A partial ARN, without the six characters, is understood in the secret's own account only.
  return account === context.account ? secretNamed(resource, store, now) : undefined;
}

function secretNamed(name: string, store: SecretStore, now: number): FoundSecret | undefined {
  const held = store.secrets.find(name);
  if (held === undefined || isGone(held.record, now)) return undefined;
  return { ...held, store };
}

/** Whether its recovery window is over. */
export function isGone({ deletionEndsAt }: SecretRecord, now: number): boolean {
  return deletionEndsAt !== undefined && deletionEndsAt <= now;
}

/** Throws ResourceNotFoundException. */
export function requireSecret(secretId: string, context: DemandContext): FoundSecret {
  const found = findSecret(secretId, context);
  if (found === undefined) throw resourceNotFound();
  return found;
}

/** Throws ResourceNotFoundException, or InvalidRequestException when it is being deleted. */
export function requireActiveSecret(secretId: string, context: DemandContext): FoundSecret {
  const found = requireSecret(secretId, context);
  if (found.record.deletedAt !== undefined) throw markedForDeletion();
  return found;
}
