/**
 * The value of a version at rest: sealed by the server for `aws/secretsmanager`, by a data key of
 * the customer managed key otherwise (envelope encryption).
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { DecryptResponse, GenerateDataKeyResponse } from '@sekisho/catalog/types/kms';
import { AuthenticatedCipher } from '../../platform/sealer.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { forward } from '../forward-access.ts';
import type { OperationContext } from '../service.ts';
import type { SecretValue, ValueRecord } from './entities.ts';
import { decryptionFailure, encryptionFailure, invalidParameter } from './errors.ts';
import { decryptRequest, generateDataKeyRequest } from './key-requests.ts';
import { secretValueBytesMax } from './limits.ts';

/** Which version the value is of. */
export interface ValuePlace {
  readonly arn: string;
  readonly versionId: string;
  /** The customer managed key; undefined: the AWS managed one. */
  readonly kmsKeyId?: string | undefined;
}

/** The value in a request; undefined when there is none. Throws InvalidParameterException. */
export function readValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: bytes } = input;
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const size = text === undefined ? (bytes?.length ?? 0) : Buffer.byteLength(text);
  if (size > secretValueBytesMax) {
    throw new ServiceError(
      'ValidationException',
      "1 validation error detected: Value at 'secretString' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${secretValueBytesMax}`,
      400,
    );
  }
  if (text !== undefined) return { kind: 'string', text };
  return bytes === undefined ? undefined : { kind: 'binary', bytes };
}

export async function sealValue(
  value: SecretValue,
  place: ValuePlace,
  context: OperationContext,
): Promise<ValueRecord> {
  const text = value.kind === 'string' ? value.text : Buffer.from(value.bytes).toString('base64');
  const associated = associatedWith(place);
  const { kmsKeyId } = place;
  const { sealer, platform } = context.runtime;
  if (kmsKeyId === undefined) return { kind: value.kind, sealed: sealer.seal(text, associated) };
  const request = generateDataKeyRequest(kmsKeyId, place);
  const generated = await askKms(
    () => forward<GenerateDataKeyResponse>(request, context),
    encryptionFailure,
  );
  const { Plaintext: key, CiphertextBlob: blob } = generated;
  if (key === undefined || blob === undefined) throw encryptionFailure();
  const cipher = new AuthenticatedCipher(createSecretKey(key), platform.random);
  const dataKey = Buffer.from(blob).toString('base64');
  return { kind: value.kind, sealed: cipher.seal(text, associated), dataKey };
}

export async function openValue(
  record: ValueRecord,
  place: ValuePlace,
  context: OperationContext,
): Promise<SecretValue> {
  const text = await openText(record, place, context);
  if (text === undefined) throw decryptionFailure();
  if (record.kind === 'string') return { kind: 'string', text };
  return { kind: 'binary', bytes: new Uint8Array(Buffer.from(text, 'base64')) };
}

async function openText(
  { sealed, dataKey }: ValueRecord,
  place: ValuePlace,
  context: OperationContext,
): Promise<string | undefined> {
  const { sealer, platform } = context.runtime;
  const associated = associatedWith(place);
  if (dataKey === undefined) return sealer.open(sealed, associated);
  const request = decryptRequest(new Uint8Array(Buffer.from(dataKey, 'base64')), place);
  const { Plaintext: key } = await askKms(
    () => forward<DecryptResponse>(request, context),
    decryptionFailure,
  );
  if (key === undefined) return undefined;
  return new AuthenticatedCipher(createSecretKey(key), platform.random).open(sealed, associated);
}

export function isSameValue(one: SecretValue, other: SecretValue): boolean {
  if (one.kind !== other.kind) return false;
  const [a, b] = [bytesOf(one), bytesOf(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function bytesOf(value: SecretValue): Uint8Array {
  return value.kind === 'string' ? Buffer.from(value.text) : value.bytes;
}

function associatedWith({ arn, versionId }: ValuePlace): string {
  return JSON.stringify(['secretsmanager', arn, versionId]);
}

async function askKms<T>(ask: () => Promise<T>, failure: () => ServiceError): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServiceError) throw failure();
    throw error;
  }
}
