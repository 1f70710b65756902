/** Sub-resources of buckets kept as documents: read, written and removed whole. */
import type { Json } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import { type BucketInput, findBucket } from './authorization/bucket.ts';
import type { BucketRecord, SettingName } from './entities.ts';
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
  await amendBucket(context, bucket, (record) => {
    const { [name]: _, ...others } = record.settings ?? {};
    return {
      ...record,
      settings: value === undefined ? others : { ...others, [name]: storable(value) },
    };
  });
}

/** Modelled values hold dates and undefined members, which the store does not. */
function storable(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
