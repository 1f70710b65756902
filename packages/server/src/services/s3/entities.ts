/** S3's records as stored: buckets in the replica, objects, uploads and parts beside it. */
import type { ChecksumAlgorithm } from '../../authentication/payload/checksum/checksum.ts';
import type { TagList } from '../../directory/records.ts';
import type { Json } from '../../store/store.ts';

/** Permissions of an access control list. */
export type AclPermission = 'FULL_CONTROL' | 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP';

/** One grant of an access control list: to a canonical user id or to a group's URI. */
export interface AclGrant {
  readonly grantee: { readonly id: string } | { readonly uri: string };
  readonly permission: AclPermission;
}

/** Block Public Access, as the bucket's own setting. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

/** Server-side encryption of a bucket by default, or of one object. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** As the bucket's default names it; of an object, the key's ARN. */
  readonly keyId?: string;
  readonly bucketKey?: boolean;
  /** The client's own encryption context. */
  readonly context?: readonly (readonly [name: string, value: string])[];
  /** Base64 of the object's data key, encrypted under its KMS key. */
  readonly dataKey?: string;
}

/** A bucket. Times are milliseconds since 1970. */
export interface BucketRecord {
  readonly name: string;
  /** Never used again: objects lie under it, so a new bucket of the same name starts empty. */
  readonly id: string;
  readonly owner: string;
  readonly region: string;
  /** The LocationConstraint as given; absent in us-east-1. */
  readonly locationConstraint?: string;
  readonly createdAt: number;
  readonly ownership?: ObjectOwnership;
  readonly acl?: readonly AclGrant[];
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly policy?: {
    readonly text: string;
    /** Principal ARNs in the document → the unique ids that they meant when it was saved. */
    readonly principalIds: readonly (readonly [arn: string, id: string])[];
  };
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly tags?: TagList;
  readonly encryption?: Encryption;
  /** Whether the bucket's tags count in policies. */
  readonly abac?: 'Enabled' | 'Disabled';
  /** Absent: the bucket's owner pays. */
  readonly payer?: 'Requester';
  readonly acceleration?: 'Enabled' | 'Suspended';
  readonly objectLock?: ObjectLock;
  /** Sub-resources that are kept as the API models them, dates as ISO 8601. */
  readonly settings?: { readonly [Name in SettingName]?: Json };
}

/** Sub-resources of a bucket that are documents of their own. */
export type SettingName = 'cors' | 'lifecycle' | 'website' | 'logging' | 'notification';

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

/** Object Lock of a bucket: it can never be turned off again. */
export interface ObjectLock {
  readonly default?: {
    readonly mode: RetentionMode;
    readonly unit: 'Days' | 'Years';
    readonly length: number;
  };
}

/** Until when a version is kept, in milliseconds since 1970. */
export interface Retention {
  readonly mode: RetentionMode;
  readonly until: number;
}

/** A checksum as stored: base64 of the big-endian value, `-N` after it when composite. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A piece of an object's bytes: one file of the data folder. */
export interface DataPart {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  readonly checksum?: string;
}

/** The headers that a client may store with an object, by their names in the API. */
export interface StoredHeaders {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
  readonly WebsiteRedirectLocation?: string;
}

/** What creating an object fixes about it, whether by one PUT or by an upload in parts. */
export interface ObjectAttributes {
  readonly owner: string;
  readonly headers: StoredHeaders;
  /** The Expires header, in milliseconds since 1970. */
  readonly expires?: number;
  readonly metadata: readonly (readonly [name: string, value: string])[];
  readonly tags: TagList;
  /** Absent: STANDARD. */
  readonly storageClass?: string;
  readonly encryption: Encryption;
  readonly acl?: readonly AclGrant[];
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/** An object, or one version of it, or a delete marker (which has no parts). */
export interface ObjectRecord extends ObjectAttributes {
  readonly key: string;
  readonly parts: readonly DataPart[];
  readonly multipart: boolean;
  readonly size: number;
  /** Without the quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksum?: Checksum;
  /** Sorts the versions of a key, the newest first. */
  readonly order: string;
  /** The same as `order`; absent: the version `null`. */
  readonly versionId?: string;
  readonly deleteMarker?: boolean;
}

/** A multipart upload under way. */
export interface UploadRecord extends ObjectAttributes {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: number;
  readonly initiator: { readonly id: string; readonly account: string };
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
}

/** One uploaded part. */
export interface PartRecord extends DataPart {
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
}

/** `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`. */
export function bucketArn(partition: string, bucket: string): string {
  return `arn:${partition}:s3:::${bucket}`;
}

export function objectArn(partition: string, bucket: string, key: string): string {
  return `arn:${partition}:s3:::${bucket}/${key}`;
}
