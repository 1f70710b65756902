/** KMS's records: keys, aliases, grants. */
import type { TagList } from '../../directory/records.ts';
import type { AttachedPolicy } from '../attached-policy.ts';

/** `kms/<account>/<region>/key/<id>`. Times are milliseconds since 1970. */
export interface KeyRecord {
  readonly id: string;
  readonly arn: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly description: string;
  readonly createdAt: number;
  readonly isEnabled: boolean;
  /** While its deletion is pending. */
  readonly deletionAt?: number;
  readonly policy: AttachedPolicy;
  readonly tags: TagList;
  readonly rotation?: { readonly periodDays: number; readonly enabledAt: number };
  /** 32 bytes as base64, sealed by the server. */
  readonly material: string;
  /** 64 hexadecimal digits. */
  readonly materialId: string;
}

/** `kms/<account>/<region>/alias/<name with alias/>`. */
export interface AliasRecord {
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `kms/<account>/<region>/grant/<key id>/<grant id>`. */
export interface GrantRecord {
  readonly id: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  /** The unique id that the grantee's ARN meant when the grant was made. */
  readonly granteeId?: string;
  readonly retiringPrincipal?: string;
  readonly retiringId?: string;
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly contextEquals?: readonly ContextPair[];
  readonly contextSubset?: readonly ContextPair[];
  readonly createdAt: number;
}

/** One pair of an encryption context. */
export type ContextPair = readonly [key: string, value: string];

export const keySpec = 'SYMMETRIC_DEFAULT';
export const keyUsage = 'ENCRYPT_DECRYPT';
export const keyOrigin = 'AWS_KMS';
