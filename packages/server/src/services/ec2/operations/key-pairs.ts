/**
 * CreateKeyPair, ImportKeyPair, DeleteKeyPair, DescribeKeyPairs.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
 */
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair,
  KeyPairInfo,
  TagSpecification,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import type { KeyPairRecord } from '../entities.ts';
import { ec2Error, invalidParameterValue, missingParameter, unknownKeyPair } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { Inventory, keyPairKey } from '../inventory.ts';
import { keyPairsPerRegionMax } from '../limits.ts';
import { oneOf } from '../metadata-options.ts';
import { newEd25519Key, newRsaKey, type PublicHalf, readPublicKey } from '../ssh-key.ts';
import { describeTags, readTagSpecifications } from '../tags.ts';

/** The private key is in this answer and nowhere else. */
export async function createKeyPair(
  input: CreateKeyPairRequest,
  context: OperationContext,
): Promise<KeyPair> {
  checkName(input.KeyName, context);
  if (input.KeyFormat !== undefined && input.KeyFormat !== 'pem') {
    throw ec2Error('UnsupportedOperation', `Key format '${input.KeyFormat}' is not supported.`);
  }
  const type = oneOf('keyType', input.KeyType, ['rsa', 'ed25519']) ?? 'rsa';
  const { privateKey, ...half } = type === 'rsa' ? await newRsaKey() : await newEd25519Key();
  const record = await store(input.KeyName, half, input.TagSpecifications, context);
  return {
    KeyPairId: record.id,
    Tags: describeTags(record.tags),
    KeyName: record.name,
    KeyFingerprint: record.fingerprint,
    KeyMaterial: privateKey,
  };
}

export async function importKeyPair(
  input: ImportKeyPairRequest,
  context: OperationContext,
): Promise<ImportKeyPairResult> {
  checkName(input.KeyName, context);
  if (input.PublicKeyMaterial === undefined) throw missingParameter('PublicKeyMaterial');
  const half = readPublicKey(Buffer.from(input.PublicKeyMaterial).toString('latin1'));
  if (half === undefined) {
    throw ec2Error('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  }
  const record = await store(input.KeyName, half, input.TagSpecifications, context);
  return {
    KeyFingerprint: record.fingerprint,
    KeyName: record.name,
    KeyPairId: record.id,
    Tags: describeTags(record.tags),
  };
}

function checkName(name: string | undefined, context: OperationContext): void {
  if (name === undefined || name === '') throw missingParameter('KeyName');
  if (name.length > 255 || !/^[\x20-\x7e]+$/.test(name)) {
    throw invalidParameterValue(`Value (${name}) for parameter KeyName is invalid.`);
  }
  const inventory = Inventory.of(context);
  if (inventory.keyPairNamed(name) !== undefined) {
    throw ec2Error('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
  }
  if (inventory.list('key-pair').length >= keyPairsPerRegionMax) {
    throw ec2Error('KeyPairLimitExceeded', 'The maximum number of key pairs has been reached.');
  }
}

async function store(
  name: string,
  half: PublicHalf,
  specifications: readonly TagSpecification[] | undefined,
  context: OperationContext,
): Promise<KeyPairRecord> {
  const tags = readTagSpecifications(specifications, ['key-pair']).get('key-pair') ?? [];
  const id = newId('key', context.runtime.platform.random);
  const record: KeyPairRecord = { id, name, ...half, createdAt: context.now, tags };
  await context.commit([Inventory.of(context).create('key-pair', keyPairKey(name), record)]);
  return record;
}

/** An unknown key pair is no error. */
export async function deleteKeyPair(
  input: DeleteKeyPairRequest,
  context: OperationContext,
): Promise<DeleteKeyPairResult> {
  const inventory = Inventory.of(context);
  const { KeyName: name, KeyPairId: id } = input;
  if (name === undefined && id === undefined) throw missingParameter('KeyName');
  const stored =
    name === undefined ? inventory.keyPairWithId(id ?? '') : inventory.keyPairNamed(name);
  if (stored === undefined) return { Return: true };
  await context.commit([inventory.remove(stored)]);
  return { Return: true, KeyPairId: stored.record.id };
}

const keyPairFilters = filterTable<KeyPairRecord>({
  fingerprint: ({ fingerprint }) => fingerprint,
  'key-name': ({ name }) => name,
  'key-pair-id': ({ id }) => id,
});

export function describeKeyPairs(
  input: DescribeKeyPairsRequest,
  context: OperationContext,
): DescribeKeyPairsResult {
  const inventory = Inventory.of(context);
  const named = (input.KeyNames ?? []).map((name) => {
    const stored = inventory.keyPairNamed(name);
    if (stored === undefined) throw unknownKeyPair(name);
    return stored;
  });
  const numbered = (input.KeyPairIds ?? []).map((id) => {
    const stored = inventory.keyPairWithId(id);
    if (stored === undefined) {
      throw ec2Error('InvalidKeyPair.NotFound', `The key pair ID '${id}' does not exist`);
    }
    return stored;
  });
  const wanted = [...named, ...numbered];
  const stored = wanted.length === 0 ? inventory.list('key-pair') : wanted;
  const records = stored.map(({ record }) => record);
  const pairs = applyFilters(records, input.Filters, keyPairFilters, ({ tags }) => tags);
  const sorted = [...pairs].sort((one, other) => (one.name < other.name ? -1 : 1));
  return { KeyPairs: sorted.map((pair) => describe(pair, input.IncludePublicKey === true)) };
}

function describe(pair: KeyPairRecord, withPublicKey: boolean): KeyPairInfo {
  return {
    KeyPairId: pair.id,
    KeyType: pair.type,
    Tags: describeTags(pair.tags),
    PublicKey: withPublicKey ? `${pair.publicKey}\n` : undefined,
    CreateTime: new Date(pair.createdAt),
    KeyName: pair.name,
    KeyFingerprint: pair.fingerprint,
  };
}
