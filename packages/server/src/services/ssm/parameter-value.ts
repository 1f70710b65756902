/**
 * Values at rest: a SecureString is sealed by the server for `alias/aws/ssm`, and encrypted by its
 * customer managed key otherwise, in standard directly and in advanced under a data key.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
import { createSecretKey } from 'node:crypto';
import type {
  DecryptResponse,
  EncryptResponse,
  GenerateDataKeyResponse,
} from '@sekisho/catalog/types/kms';
import { AuthenticatedCipher } from '../../platform/sealer.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { type ForwardedRequest, forward } from '../forward-access.ts';
import type { OperationContext } from '../service.ts';
import { managedKey, type ParameterVersion, type ValueRecord } from './entities.ts';
import { invalidKeyId } from './errors.ts';

const via = { service: 'kms', via: 'ssm' } as const;

/** The customer managed key of a version; undefined when none encrypts it. */
export function customerKey(version: ParameterVersion): string | undefined {
  const { type, keyId } = version;
  return type === 'SecureString' && !isManagedKey(keyId) ? keyId : undefined;
}

export function isManagedKey(keyId: string | undefined): boolean {
  if (keyId === undefined || keyId === managedKey) return true;
  return /^arn:[^:]+:kms:[^:]+:\d{12}:alias\/aws\/ssm$/.test(keyId);
}

function encryptionContext(arn: string): Readonly<Record<string, string>> {
  return { PARAMETER_ARN: arn };
}

/** What KMS is asked for before a value is written. */
export function writingRequests(
  keyId: string,
  arn: string,
  tier: ParameterVersion['tier'],
): readonly ForwardedRequest[] {
  const input = { KeyId: keyId, EncryptionContext: encryptionContext(arn) };
  const encrypt = { ...via, operation: 'Encrypt', input };
  if (tier === 'Standard') return [encrypt];
  return [
    { ...via, operation: 'GenerateDataKey', input: { ...input, KeySpec: 'AES_256' } },
    encrypt,
  ];
}

/** What KMS is asked for before a value is read in the clear. */
export function readingRequest({ text, dataKey }: ValueRecord, arn: string): ForwardedRequest {
  const blob = new Uint8Array(Buffer.from(dataKey ?? text, 'base64'));
  const input = { CiphertextBlob: blob, EncryptionContext: encryptionContext(arn) };
  return { ...via, operation: 'Decrypt', input };
}

export async function sealParameter(
  value: string,
  version: ParameterVersion,
  arn: string,
  context: OperationContext,
): Promise<ValueRecord> {
  if (version.type !== 'SecureString') return { text: value };
  const { sealer, platform } = context.runtime;
  const keyId = customerKey(version);
  if (keyId === undefined) return { text: sealer.seal(value, associatedWith(arn)) };
  const [request] = writingRequests(keyId, arn, version.tier);
  if (request === undefined) throw new Error('nothing encrypts the value');
  if (version.tier === 'Standard') {
    const plain = { ...request.input, Plaintext: new TextEncoder().encode(value) };
    const { CiphertextBlob: blob } = await askKms<EncryptResponse>(
      { ...request, input: plain },
      context,
    );
    return { text: base64(blob) };
  }
  const generated = await askKms<GenerateDataKeyResponse>(request, context);
  const key = createSecretKey(generated.Plaintext ?? new Uint8Array());
  const text = new AuthenticatedCipher(key, platform.random).seal(value, associatedWith(arn));
  return { text, dataKey: base64(generated.CiphertextBlob) };
}

/** The value in the clear. Throws InvalidKeyId when KMS cannot decrypt it. */
export async function openParameter(
  record: ValueRecord,
  version: ParameterVersion,
  arn: string,
  context: OperationContext,
): Promise<string> {
  if (version.type !== 'SecureString') return record.text;
  const { sealer, platform } = context.runtime;
  if (customerKey(version) === undefined) {
    const text = sealer.open(record.text, associatedWith(arn));
    if (text === undefined) throw new Error('a stored parameter cannot be opened');
    return text;
  }
  const request = readingRequest(record, arn);
  const { Plaintext: plain = new Uint8Array() } = await askKms<DecryptResponse>(request, context);
  if (record.dataKey === undefined) return Buffer.from(plain).toString('utf8');
  const cipher = new AuthenticatedCipher(createSecretKey(plain), platform.random);
  const text = cipher.open(record.text, associatedWith(arn));
  if (text === undefined) throw new Error('a stored parameter cannot be opened');
  return text;
}

function base64(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? new Uint8Array()).toString('base64');
}

function associatedWith(arn: string): string {
  return JSON.stringify(['ssm', arn]);
}

async function askKms<T>(request: ForwardedRequest, context: OperationContext): Promise<T> {
  try {
    return await forward<T>(request, context);
  } catch (error) {
    if (error instanceof ServiceError) throw invalidKeyId(error.message);
    throw error;
  }
}
