/** Parameter Store's records: a parameter with its versions, and each version's value. */
import type { TagList } from '../../directory/records.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced';

/** `ssm/<account>/<region>/parameter/<name>`. Times are milliseconds since 1970. */
export interface ParameterRecord {
  readonly name: string;
  readonly tags: TagList;
  /** The oldest first, never empty. */
  readonly versions: readonly ParameterVersion[];
}

export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly description?: string;
  /** Of a SecureString: as the caller named it, `alias/aws/ssm` by default. */
  readonly keyId?: string;
  readonly modifiedAt: number;
  readonly modifiedUser: string;
  readonly labels: readonly string[];
}

/** `ssm/<account>/<region>/value/<name>/<version>`. */
export interface ValueRecord {
  /** The value, or what of a SecureString is shown without decryption. */
  readonly text: string;
  /** The data key of an advanced SecureString, encrypted under its key (base64). */
  readonly dataKey?: string;
}

export const managedKey = 'alias/aws/ssm';
