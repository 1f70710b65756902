/**
 * SSE-KMS: what S3 asks of KMS in the caller's name. Every object has a data key under its KMS
 * key, bound to the object by the encryption context; whoever may not use the key gets nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
import type { DecryptResponse, GenerateDataKeyResponse } from '@sekisho/catalog/types/kms';
import { ServiceError } from '../../protocol/service-error.ts';
import { StoreConflict } from '../../store/store.ts';
import { type ForwardedRequest, forward, forwardedDemands } from '../forward-access.ts';
import type { Demand, DemandContext, OperationContext } from '../service.ts';
import { type BucketRecord, bucketArn, type Encryption, objectArn } from './entities.ts';
import { invalidArgument, operationAborted } from './errors.ts';

/** Which object the key is for. */
export interface KeyedObject {
  readonly bucket: BucketRecord;
  readonly key: string;
  readonly encryption: Encryption;
}

/** Used where the request names no key. */
const managedKey = 'alias/aws/s3';
/** The managed key comes into being with its first use, which may be two at once. */
const attemptsMax = 10;

export function isKms({ algorithm }: Encryption): boolean {
  return algorithm !== 'AES256';
}

/** With a bucket key KMS is asked for the bucket, else for the object. */
function encryptionContext(
  { bucket, key, encryption }: KeyedObject,
  { partition }: DemandContext,
): Readonly<Record<string, string>> {
  const arn =
    encryption.bucketKey === true
      ? bucketArn(partition, bucket.name)
      : objectArn(partition, bucket.name, key);
  return { ...Object.fromEntries(encryption.context ?? []), 'aws:s3:arn': arn };
}

function generateRequest(object: KeyedObject, context: DemandContext): ForwardedRequest {
  return {
    service: 'kms',
    via: 's3',
    operation: 'GenerateDataKey',
    input: {
      KeyId: object.encryption.keyId ?? managedKey,
      KeySpec: 'AES_256',
      EncryptionContext: encryptionContext(object, context),
    },
    ...unsignedDenial(context),
  };
}

function decryptRequest(object: KeyedObject, context: DemandContext): ForwardedRequest {
  const { keyId = managedKey, dataKey } = object.encryption;
  const blob = dataKey === undefined ? undefined : new Uint8Array(Buffer.from(dataKey, 'base64'));
  return {
    service: 'kms',
    via: 's3',
    operation: 'Decrypt',
    input: {
      KeyId: keyId,
      ...(blob === undefined ? {} : { CiphertextBlob: blob }),
      EncryptionContext: encryptionContext(object, context),
    },
    ...unsignedDenial(context),
  };
}

/** Nobody without a name, nor with a signature of version 2, uses a key. */
function requiresSignature4({ caller, authenticated }: DemandContext): boolean {
  return caller.kind === 'anonymous' || authenticated.signatureVersion === 'AWS';
}

function needsSignature4(): ServiceError {
  return invalidArgument(
    'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature ' +
      'Version 4.',
    'Authorization',
    'null',
  );
}

function unsignedDenial(context: DemandContext): Pick<ForwardedRequest, 'whenDenied'> {
  return requiresSignature4(context) ? { whenDenied: needsSignature4 } : {};
}

/** Keys lie in the bucket's region. */
function inRegion<C extends DemandContext>(context: C, { bucket }: KeyedObject): C {
  return { ...context, region: bucket.region };
}

/** To encrypt a new object. */
export async function generateDemands(
  object: KeyedObject,
  context: DemandContext,
): Promise<readonly Demand[]> {
  if (!isKms(object.encryption)) return [];
  const there = inRegion(context, object);
  return await forwardedDemands(generateRequest(object, there), there);
}

/** To read an object, or to go on with an upload. */
export async function decryptDemands(
  object: KeyedObject,
  context: DemandContext,
): Promise<readonly Demand[]> {
  if (!isKms(object.encryption)) return [];
  const there = inRegion(context, object);
  return await forwardedDemands(decryptRequest(object, there), there);
}

/** The encryption with the key's ARN and a data key of its own. */
export async function withDataKey(
  object: KeyedObject,
  context: OperationContext,
): Promise<Encryption> {
  const { encryption } = object;
  if (!isKms(encryption)) return encryption;
  const there = inRegion(context, object);
  const request = generateRequest(object, there);
  const { CiphertextBlob: blob, KeyId: keyId } = await ask<GenerateDataKeyResponse>(request, there);
  return {
    ...encryption,
    ...(keyId === undefined ? {} : { keyId }),
    ...(blob === undefined ? {} : { dataKey: Buffer.from(blob).toString('base64') }),
  };
}

/** Throws where the key can no longer be used. */
export async function openDataKey(object: KeyedObject, context: OperationContext): Promise<void> {
  if (!isKms(object.encryption) || object.encryption.dataKey === undefined) return;
  const there = inRegion(context, object);
  await ask<DecryptResponse>(decryptRequest(object, there), there);
}

/** KMS's own errors are told under its name. */
async function ask<Output extends { readonly KeyId?: string | undefined }>(
  request: ForwardedRequest,
  context: OperationContext,
): Promise<Output> {
  if (requiresSignature4(context)) throw needsSignature4();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const output = await forward<Output>(request, context);
      requireAsked(request, output.KeyId, context);
      return output;
    } catch (error) {
      if (error instanceof StoreConflict && attempt < attemptsMax) continue;
      if (!(error instanceof ServiceError)) throw error;
      const { code, message } = error;
      if (code === 'OperationAborted') throw error;
      throw new ServiceError(`KMS.${code}`, message, 400);
    }
  }
}

/**
 * Throws unless the decision was on the key that was used: the bucket's default, or what an alias
 * stands for, may have changed since. The client's retry then asks anew.
 */
function requireAsked(
  { operation }: ForwardedRequest,
  keyArn: string | undefined,
  { authorized }: OperationContext,
): void {
  const isAsked = authorized.decisions.some(
    ({ request }) => request.action === `kms:${operation}` && request.resource === keyArn,
  );
  if (!isAsked) throw operationAborted();
}
