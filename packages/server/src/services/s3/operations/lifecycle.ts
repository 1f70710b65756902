/** PutBucketLifecycleConfiguration and its readers: the rules are kept, nothing expires by them. */
import type {
  GetBucketLifecycleConfigurationOutput,
  LifecycleRule,
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { malformedXml, notConfigured } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { checkLifecycle } from '../lifecycle-check.ts';
import { putSetting, readSetting } from '../settings.ts';

const minimumSizes: ReadonlySet<string> = new Set([
  'all_storage_classes_128K',
  'varies_by_storage_class',
]);

/** As stored: the dates are texts. */
interface StoredLifecycle {
  readonly rules: readonly LifecycleRule[];
  readonly minimumSize: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export async function putBucketLifecycle(
  input: PutBucketLifecycleConfigurationRequest,
  context: OperationContext,
): Promise<PutBucketLifecycleConfigurationOutput> {
  requireIntegrity(context.http);
  const { TransitionDefaultMinimumObjectSize: minimumSize = 'all_storage_classes_128K' } = input;
  if (!minimumSizes.has(minimumSize)) throw malformedXml();
  const asked = input.LifecycleConfiguration?.Rules ?? [];
  checkLifecycle(asked);
  const { random } = context.runtime.platform;
  const rules = asked.map((rule) => ({
    ...rule,
    ID: rule.ID ?? Buffer.from(random.bytes(36)).toString('base64url'),
  }));
  const stored: StoredLifecycle = { rules, minimumSize };
  await putSetting(input, context, 'lifecycle', stored);
  return { TransitionDefaultMinimumObjectSize: minimumSize };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export function getBucketLifecycle(
  input: BucketInput,
  context: OperationContext,
): GetBucketLifecycleConfigurationOutput {
  const bucket = findBucket(context.runtime.state, input);
  const stored = readSetting<StoredLifecycle>(bucket, 'lifecycle');
  if (stored === undefined) {
    throw notConfigured(
      'NoSuchLifecycleConfiguration',
      'The lifecycle configuration does not exist',
      bucket.name,
    );
  }
  return {
    Rules: stored.rules.map(withDates),
    TransitionDefaultMinimumObjectSize: stored.minimumSize,
  };
}

function withDates(rule: LifecycleRule): LifecycleRule {
  const { Expiration: expiration, Transitions: transitions } = rule;
  return {
    ...rule,
    ...(expiration === undefined ? {} : { Expiration: withDate(expiration) }),
    ...(transitions === undefined ? {} : { Transitions: transitions.map(withDate) }),
  };
}

function withDate<T extends { readonly Date?: Date | undefined }>(part: T): T {
  return part.Date === undefined ? part : { ...part, Date: new Date(part.Date) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export async function deleteBucketLifecycle(
  input: BucketInput,
  context: OperationContext,
): Promise<object> {
  await putSetting(input, context, 'lifecycle', undefined);
  return {};
}
