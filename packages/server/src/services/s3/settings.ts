/** Sub-resources of buckets kept as documents: read, written and removed whole. */
import { ServiceError } from '../../protocol/service-error.ts';
import type { Json } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import { type BucketInput, findBucket } from './authorization/bucket.ts';
import type { BucketRecord, SettingName } from './entities.ts';
import { limits } from './limits.ts';
import { amendBucket } from './operations/amend-bucket.ts';

/** The document as it was put; undefined when the bucket has none. Dates are ISO 8601 texts. */
export function readSetting<T>(bucket: BucketRecord, name: SettingName): T | undefined {
  // Written by putSetting only, from the value of the same type.
  return bucket.settings?.[name] as T | undefined;
}

/** Replaces the bucket's document; undefined removes it. */
export async function putSetting(
  input: BucketInput,
  context: OperationContext,
  name: SettingName,
  value: object | undefined,
): Promise<void> {
  const bucket = findBucket(context.runtime.state, input);
  if (value === undefined && bucket.settings?.[name] === undefined) return;
  const document = value === undefined ? undefined : storable(value, name);
  await amendBucket(context, bucket, (record) => {
    const { [name]: _, ...others } = record.settings ?? {};
    return {
      ...record,
      settings: document === undefined ? others : { ...others, [name]: document },
    };
  });
}

/** Modelled values hold dates and undefined members, which the store does not. */
function storable(value: object, name: SettingName): Json {
  const text = JSON.stringify(value);
  const max = name === 'cors' ? limits.corsBytesMax : limits.settingBytesMax;
  if (Buffer.byteLength(text) <= max) return JSON.parse(text) as Json;
  // Unverified: the code and the text.
  throw new ServiceError('MaxMessageLengthExceeded', 'Your request was too large.', 400);
}
