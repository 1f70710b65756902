/** The material of a key: made once, kept sealed, opened for a cryptographic operation. */
import { createHash, type KeyObject } from 'node:crypto';
import type { OperationContext } from '../service.ts';
import { keyObject } from './ciphertext.ts';
import type { KeyRecord } from './entities.ts';
import type { FoundKey } from './key-store.ts';

const materialBytes = 32;

function associatedWith(arn: string): string {
  return JSON.stringify(['kms', arn]);
}

/** New material for the key of that ARN. */
export function newMaterial(
  arn: string,
  { runtime }: OperationContext,
): Pick<KeyRecord, 'material' | 'materialId'> {
  const bytes = runtime.platform.random.bytes(materialBytes);
  const material = runtime.sealer.seal(Buffer.from(bytes).toString('base64'), associatedWith(arn));
  const id = createHash('sha256').update(runtime.platform.random.bytes(materialBytes));
  return { material, materialId: id.digest('hex') };
}

export function openMaterial(
  { arn, material }: KeyRecord,
  { runtime }: OperationContext,
): KeyObject {
  const text = runtime.sealer.open(material, associatedWith(arn));
  if (text === undefined) throw new Error(`the material of ${arn} cannot be opened`);
  return keyObject(text);
}

/** An AWS managed key comes into being with its first use, together with its alias. */
export async function requireStored(found: FoundKey, context: OperationContext): Promise<FoundKey> {
  const { isStored, requestAlias, store } = found;
  if (isStored || requestAlias === undefined) return found;
  const record = { ...found.record, ...newMaterial(found.record.arn, context) };
  const { now } = context;
  await context.commit([
    store.keys.create(record.id, record),
    store.aliases.create(requestAlias, {
      name: requestAlias,
      keyId: record.id,
      createdAt: now,
      updatedAt: now,
    }),
  ]);
  const held = store.keys.find(record.id);
  if (held === undefined) throw new Error('a managed key is not there after its commit');
  return { ...held, store, requestAlias, isStored: true };
}
