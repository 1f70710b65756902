/** What a creating request fixes about an object, checked and made into its record's attributes. */
import { ServiceError } from '../../protocol/service-error.ts';
import type { OperationContext } from '../service.ts';
import { aclsDisabled, objectAcl } from './acl.ts';
import type { AclInput } from './authorization/condition-keys.ts';
import { chooseEncryption, type EncryptionInput } from './encryption.ts';
import {
  type BucketRecord,
  type ObjectAttributes,
  objectArn,
  type StoredHeaders,
} from './entities.ts';
import { limits } from './limits.ts';
import { type LockInput, lockOf } from './object-lock.ts';
import { parseTaggingHeader } from './tags.ts';

/** As the codec hands headers with a prefix over, or as the model's types say. */
type Metadata = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** The members that PutObject, CopyObject and CreateMultipartUpload share. */
export interface CreationInput extends AclInput, EncryptionInput, LockInput {
  readonly Key: string;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Metadata?: Metadata | undefined;
  readonly StorageClass?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

const storageClasses: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
]);

const defaultContentType = 'binary/octet-stream';

/** Checks everything that the headers of a creating request say. */
export function createAttributes(
  context: OperationContext,
  bucket: BucketRecord,
  input: CreationInput,
  operation: string,
): ObjectAttributes {
  const lock = lockOf(input, bucket, context.now);
  const resource = objectArn(context.partition, bucket.name, input.Key);
  const acl = objectAcl(input, { bucket, operation, resource, context });
  const storageClass = input.StorageClass;
  if (storageClass !== undefined && !storageClasses.has(storageClass)) {
    throw new ServiceError(
      'InvalidStorageClass',
      'The storage class you specified is not valid',
      400,
    );
  }
  const metadata = metadataEntries(input.Metadata);
  checkMetadata(metadata);
  return {
    // Anonymous writers own nothing.
    owner: aclsDisabled(bucket) || context.account === '' ? bucket.owner : context.account,
    headers: storedHeaders(input),
    ...(input.Expires === undefined ? {} : { expires: input.Expires.getTime() }),
    metadata,
    tags: parseTaggingHeader(input.Tagging) ?? [],
    ...(storageClass === undefined || storageClass === 'STANDARD' ? {} : { storageClass }),
    encryption: chooseEncryption(input, bucket),
    ...(acl === undefined ? {} : { acl }),
    ...lock,
  };
}

function metadataEntries(metadata: Metadata | undefined): [name: string, value: string][] {
  if (metadata === undefined) return [];
  const entries: Iterable<[string, string]> =
    metadata instanceof Map ? metadata : Object.entries(metadata);
  return [...entries].map(([name, value]) => [name.toLowerCase(), value]);
}

function storedHeaders(input: CreationInput): StoredHeaders {
  const encoding = withoutChunking(input.ContentEncoding);
  const location = input.WebsiteRedirectLocation;
  return {
    ContentType: input.ContentType ?? defaultContentType,
    ...(encoding === undefined ? {} : { ContentEncoding: encoding }),
    ...(input.ContentDisposition === undefined
      ? {}
      : { ContentDisposition: input.ContentDisposition }),
    ...(input.ContentLanguage === undefined ? {} : { ContentLanguage: input.ContentLanguage }),
    ...(input.CacheControl === undefined ? {} : { CacheControl: input.CacheControl }),
    ...(location === undefined ? {} : { WebsiteRedirectLocation: location }),
  };
}

/** `aws-chunked` is how the body travelled, not what the object is. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = (encoding ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name.toLowerCase() !== 'aws-chunked');
  return kept.length === 0 ? undefined : kept.join(',');
}

function checkMetadata(metadata: readonly (readonly [string, string])[]): void {
  let size = 0;
  for (const [name, value] of metadata) size += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (size > limits.metadataBytesMax) {
    throw new ServiceError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      400,
      [
        ['Size', String(size)],
        ['MaxSizeAllowed', String(limits.metadataBytesMax)],
      ],
    );
  }
}
