/** Settings of buckets that nothing here can set: what AWS answers for a bucket without them. */
import type { Operation, OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { notConfigured } from '../errors.ts';

/** The setting is absent, and that is an error. */
function absent(code: string, message: string): Operation<BucketInput, never> {
  return (input: BucketInput, context: OperationContext) => {
    throw notConfigured(code, message, findBucket(context.runtime.state, input).name);
  };
}

/** The setting is absent, and that is an answer. */
function constant<Output extends object>(output: Output): Operation<BucketInput, Output> {
  return (input: BucketInput, context: OperationContext) => {
    findBucket(context.runtime.state, input);
    return output;
  };
}

/** Their Put operations are not written, so the answers are true. */
export const unsetSettings: Readonly<Record<string, Operation>> = {
  ListBucketAnalyticsConfigurations: constant({ IsTruncated: false }),
  ListBucketIntelligentTieringConfigurations: constant({ IsTruncated: false }),
  ListBucketInventoryConfigurations: constant({ IsTruncated: false }),
  ListBucketMetricsConfigurations: constant({ IsTruncated: false }),
  DeleteBucketReplication: constant({}),
  GetBucketReplication: absent(
    'ReplicationConfigurationNotFoundError',
    'The replication configuration was not found',
  ),
  GetBucketAnalyticsConfiguration: absent(
    'NoSuchConfiguration',
    'The specified configuration does not exist.',
  ),
  GetBucketInventoryConfiguration: absent(
    'NoSuchConfiguration',
    'The specified configuration does not exist.',
  ),
  GetBucketMetricsConfiguration: absent(
    'NoSuchConfiguration',
    'The specified configuration does not exist.',
  ),
  GetBucketIntelligentTieringConfiguration: absent(
    'NoSuchConfiguration',
    'The specified configuration does not exist.',
  ),
};
