/** What Secrets Manager asks of KMS in the caller's name when a secret has a customer managed key. */
import type { ForwardedRequest } from '../forward-access.ts';
import { accessToKmsDenied } from './errors.ts';

/** The version whose value is encrypted: the encryption context. */
export interface EncryptedPlace {
  readonly arn: string;
  /** undefined where AWS has not chosen it yet. */
  readonly versionId?: string | undefined;
}

const via = { service: 'kms', via: 'secretsmanager', whenDenied: accessToKmsDenied } as const;

function encryptionContext({ arn, versionId }: EncryptedPlace): Readonly<Record<string, string>> {
  return { SecretARN: arn, ...(versionId === undefined ? {} : { SecretVersionId: versionId }) };
}

export function generateDataKeyRequest(keyId: string, place: EncryptedPlace): ForwardedRequest {
  const EncryptionContext = encryptionContext(place);
  const input = { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext };
  return { ...via, operation: 'GenerateDataKey', input };
}

export function decryptRequest(blob: Uint8Array, place: EncryptedPlace): ForwardedRequest {
  const input = { CiphertextBlob: blob, EncryptionContext: encryptionContext(place) };
  return { ...via, operation: 'Decrypt', input };
}

/** The right to decrypt under a key before anything is encrypted under it. */
export function decryptUnderRequest(keyId: string, place: EncryptedPlace): ForwardedRequest {
  const EncryptionContext = encryptionContext(place);
  return { ...via, operation: 'Decrypt', input: { KeyId: keyId, EncryptionContext } };
}

/** The right to encrypt stored versions anew when the key changes. */
export function encryptUnderRequest(keyId: string, place: EncryptedPlace): ForwardedRequest {
  const EncryptionContext = encryptionContext(place);
  return { ...via, operation: 'Encrypt', input: { KeyId: keyId, EncryptionContext } };
}

/** Names of the AWS managed key: it needs no permission inside the account. */
export function isManagedKey(keyId: string): boolean {
  return /^(?:arn:[^:]+:kms:[^:]+:\d{12}:)?alias\/aws\/secretsmanager$/.test(keyId);
}

/** The customer managed key of a request; undefined for the AWS managed one. */
export function customerKey(keyId: string | undefined): string | undefined {
  return keyId === undefined || keyId === '' || isManagedKey(keyId) ? undefined : keyId;
}
