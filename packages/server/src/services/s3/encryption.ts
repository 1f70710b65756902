/** Server-side encryption as requested and as answered. */
import type { BucketRecord, Encryption } from './entities.ts';
import { invalidArgument } from './errors.ts';

/** The encryption members of a request that stores bytes. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export const defaultEncryption: Encryption = { algorithm: 'AES256' };

/** What the request asks for, else the bucket's default. */
export function chooseEncryption(input: EncryptionInput, bucket: BucketRecord): Encryption {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled } = input;
  if (algorithm === undefined) {
    if (keyId !== undefined) throw needsKms();
    return bucket.encryption ?? defaultEncryption;
  }
  const known = toEncryptionAlgorithm(algorithm);
  if (known === 'AES256') {
    if (keyId !== undefined) throw needsKms();
    return { algorithm: known };
  }
  const bucketKey = BucketKeyEnabled ?? bucket.encryption?.bucketKey;
  const context = parseContext(input.SSEKMSEncryptionContext);
  return {
    algorithm: known,
    ...(keyId === undefined ? {} : { keyId }),
    ...(bucketKey === undefined ? {} : { bucketKey }),
    ...(context === undefined ? {} : { context }),
  };
}

/** Base64 of a JSON object of texts. */
function parseContext(header: string | undefined): Encryption['context'] {
  if (header === undefined) return undefined;
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(header);
  const pairs = isBase64 ? textPairs(Buffer.from(header, 'base64').toString()) : undefined;
  if (pairs !== undefined) return pairs;
  throw invalidArgument(
    'The header x-amz-server-side-encryption-context shall be Base64-encoded UTF-8 string ' +
      'holding JSON which represents a string-string map',
    'x-amz-server-side-encryption-context',
    header,
  );
}

function textPairs(text: string): Encryption['context'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const pairs: (readonly [string, string])[] = [];
  for (const [name, item] of Object.entries(value)) {
    if (typeof item !== 'string') return undefined;
    pairs.push([name, item]);
  }
  return pairs;
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
