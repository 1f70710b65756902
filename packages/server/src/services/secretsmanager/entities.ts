/** Secrets Manager's records: a secret with its versions, and each version's sealed value. */
import type { TagList } from '../../directory/records.ts';
import type { AttachedPolicy } from '../attached-policy.ts';

/** `sm/<account>/<region>/secret/<name>`. Times are milliseconds since 1970. */
export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  /** As the caller named it; absent: the AWS managed key `aws/secretsmanager`. */
  readonly kmsKeyId?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The day (UTC) of the last read. */
  readonly accessedAt?: number;
  readonly rotatedAt?: number;
  /** When its deletion was asked for, and when it ends. */
  readonly deletedAt?: number;
  readonly deletionEndsAt?: number;
  readonly tags: TagList;
  readonly policy?: AttachedPolicy;
  readonly rotation?: Rotation;
  readonly versions: readonly SecretVersion[];
}

/** How the secret is rotated. */
export interface Rotation {
  readonly enabled: boolean;
  readonly lambdaArn?: string;
  readonly automaticallyAfterDays?: number;
  readonly duration?: string;
  readonly scheduleExpression?: string;
}

export interface SecretVersion {
  readonly id: string;
  /** Staging labels; a version without any is deprecated. */
  readonly stages: readonly string[];
  readonly createdAt: number;
  readonly accessedAt?: number;
  readonly kmsKeyId?: string;
}

/** `sm/<account>/<region>/value/<the ARN's last part>/<version id>`. */
export interface ValueRecord {
  readonly kind: 'string' | 'binary';
  /** The text, or the bytes as base64, under the server's key or under the data key. */
  readonly sealed: string;
  /** The data key, encrypted under the secret's customer managed key (base64). */
  readonly dataKey?: string;
}

/** A value in the clear. */
export type SecretValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** The labels that AWS moves by itself. */
export const currentStage = 'AWSCURRENT';
export const previousStage = 'AWSPREVIOUS';
export const pendingStage = 'AWSPENDING';
