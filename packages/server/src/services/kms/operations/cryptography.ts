/** Encrypt, Decrypt, ReEncrypt, GenerateDataKey(WithoutPlaintext) and GenerateRandom. */
import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
  ReEncryptRequest,
  ReEncryptResponse,
} from '@sekisho/catalog/types/kms';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { ciphertextKeyArn, decryptUnder, encryptUnder } from '../ciphertext.ts';
import { contextPairs, type TextMap } from '../encryption-context.ts';
import { type KeyRecord, keySpec } from '../entities.ts';
import { incorrectKey, invalid, invalidCiphertext, notWritten } from '../errors.ts';
import { openMaterial, requireStored } from '../key-material.ts';
import { findKey, requireEnabled, requireKey } from '../key-store.ts';
import { randomBytesDefault } from '../limits.ts';

/** The checks behind the demands: what a dry run would have found has been found. */
function checkDryRun(isDryRun: boolean | undefined): void {
  if (isDryRun !== true) return;
  throw new ServiceError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
    400,
  );
}

function checkRecipient(input: { readonly Recipient?: object | undefined }): void {
  if (input.Recipient !== undefined) throw notWritten('Recipient (Nitro enclaves)');
}

/** Throws InvalidKeyUsageException. */
function checkAlgorithm(algorithm = keySpec): void {
  if (algorithm === keySpec) return;
  throw new ServiceError(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`,
    400,
  );
}

async function usableKey(keyId: string, context: OperationContext): Promise<KeyRecord> {
  const found = requireEnabled(requireKey(keyId, context));
  return (await requireStored(found, context)).record;
}

function encryptWith(
  key: KeyRecord,
  plaintext: Uint8Array,
  map: TextMap | undefined,
  context: OperationContext,
): Uint8Array {
  const { random } = context.runtime.platform;
  return encryptUnder(openMaterial(key, context), key.arn, plaintext, contextPairs(map), random);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export async function encrypt(
  input: EncryptRequest,
  context: OperationContext,
): Promise<EncryptResponse> {
  checkAlgorithm(input.EncryptionAlgorithm);
  const key = await usableKey(input.KeyId, context);
  checkDryRun(input.DryRun);
  const blob = encryptWith(key, input.Plaintext, input.EncryptionContext, context);
  return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: keySpec };
}

interface Decrypted {
  readonly key: KeyRecord;
  readonly plaintext: Uint8Array;
}

/** Throws InvalidCiphertextException, IncorrectKeyException, and the key's own. */
async function decryptBlob(
  blob: Uint8Array | undefined,
  keyId: string | undefined,
  map: TextMap | undefined,
  context: OperationContext,
): Promise<Decrypted> {
  const arn = blob === undefined ? undefined : ciphertextKeyArn(blob);
  if (blob === undefined || arn === undefined) throw invalidCiphertext();
  if (keyId !== undefined && requireKey(keyId, context).record.arn !== arn) throw incorrectKey();
  if (findKey(arn, context) === undefined) throw invalidCiphertext();
  const key = await usableKey(arn, context);
  const plaintext = decryptUnder(openMaterial(key, context), blob, contextPairs(map));
  if (plaintext === undefined) throw invalidCiphertext();
  return { key, plaintext };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export async function decrypt(
  input: DecryptRequest,
  context: OperationContext,
): Promise<DecryptResponse> {
  checkRecipient(input);
  checkAlgorithm(input.EncryptionAlgorithm);
  const { CiphertextBlob: blob, KeyId: keyId, EncryptionContext: map } = input;
  const { key, plaintext } = await decryptBlob(blob, keyId, map, context);
  checkDryRun(input.DryRun);
  return {
    KeyId: key.arn,
    Plaintext: plaintext,
    EncryptionAlgorithm: keySpec,
    KeyMaterialId: key.materialId,
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export async function reEncrypt(
  input: ReEncryptRequest,
  context: OperationContext,
): Promise<ReEncryptResponse> {
  checkAlgorithm(input.SourceEncryptionAlgorithm);
  checkAlgorithm(input.DestinationEncryptionAlgorithm);
  const { CiphertextBlob: blob, SourceKeyId: from, SourceEncryptionContext: map } = input;
  const source = await decryptBlob(blob, from, map, context);
  const key = await usableKey(input.DestinationKeyId, context);
  checkDryRun(input.DryRun);
  return {
    CiphertextBlob: encryptWith(key, source.plaintext, input.DestinationEncryptionContext, context),
    SourceKeyId: source.key.arn,
    KeyId: key.arn,
    SourceEncryptionAlgorithm: keySpec,
    DestinationEncryptionAlgorithm: keySpec,
    SourceKeyMaterialId: source.key.materialId,
    DestinationKeyMaterialId: key.materialId,
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export async function generateDataKey(
  input: GenerateDataKeyRequest,
  context: OperationContext,
): Promise<GenerateDataKeyResponse> {
  checkRecipient(input);
  const { KeySpec: spec, NumberOfBytes: count } = input;
  if ((spec === undefined) === (count === undefined)) {
    throw invalid('Please specify either number of bytes or key spec.');
  }
  const key = await usableKey(input.KeyId, context);
  checkDryRun(input.DryRun);
  const plaintext = context.runtime.platform.random.bytes(count ?? (spec === 'AES_128' ? 16 : 32));
  return {
    CiphertextBlob: encryptWith(key, plaintext, input.EncryptionContext, context),
    Plaintext: plaintext,
    KeyId: key.arn,
    KeyMaterialId: key.materialId,
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html */
export async function generateDataKeyWithoutPlaintext(
  input: GenerateDataKeyWithoutPlaintextRequest,
  context: OperationContext,
): Promise<GenerateDataKeyWithoutPlaintextResponse> {
  const { Plaintext: _, ...rest } = await generateDataKey(input, context);
  return rest;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html */
export function generateRandom(
  input: GenerateRandomRequest,
  { runtime }: OperationContext,
): GenerateRandomResponse {
  checkRecipient(input);
  if (input.CustomKeyStoreId !== undefined) throw notWritten('A custom key store');
  return { Plaintext: runtime.platform.random.bytes(input.NumberOfBytes ?? randomBytesDefault) };
}
