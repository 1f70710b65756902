/** Server-side encryption as requested and as answered. */
import type { BucketRecord, Encryption } from './entities.ts';
import { headerNotImplemented, invalidArgument } from './errors.ts';

/** The encryption members of a request that stores bytes. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
}

export const defaultEncryption: Encryption = { algorithm: 'AES256' };

/** What the request asks for, else the bucket's default. Keys of the client's own are refused. */
export function chooseEncryption(input: EncryptionInput, bucket: BucketRecord): Encryption {
  if (input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined) {
    throw headerNotImplemented('x-amz-server-side-encryption-customer-algorithm');
  }
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled } = input;
  if (algorithm === undefined) {
    if (keyId !== undefined) throw needsKms();
    return bucket.encryption ?? defaultEncryption;
  }
  const known = toEncryptionAlgorithm(algorithm);
  if (known === 'AES256' && keyId !== undefined) throw needsKms();
  return {
    algorithm: known,
    ...(keyId === undefined ? {} : { keyId }),
    ...(BucketKeyEnabled === undefined ? {} : { bucketKey: BucketKeyEnabled }),
  };
}

export function toEncryptionAlgorithm(text: string): Encryption['algorithm'] {
  if (text === 'AES256' || text === 'aws:kms' || text === 'aws:kms:dsse') return text;
  throw invalidArgument(
    'The encryption method specified is not supported',
    'x-amz-server-side-encryption',
    text,
  );
}

/** The members that every answer about an encrypted object has. */
export function encryptionOutput(encryption: Encryption): {
  readonly ServerSideEncryption: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
} {
  return {
    ServerSideEncryption: encryption.algorithm,
    ...(encryption.keyId === undefined ? {} : { SSEKMSKeyId: encryption.keyId }),
    ...(encryption.bucketKey === true ? { BucketKeyEnabled: true } : {}),
  };
}

function needsKms(): Error {
  return invalidArgument(
    'Server Side Encryption with AWS KMS managed key requires HTTP header ' +
      'x-amz-server-side-encryption : aws:kms',
    'x-amz-server-side-encryption',
  );
}
