/** Demands of an upload's own operations, which its initiator may always call. */
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import type { BucketRecord, UploadRecord } from '../entities.ts';
import { findUpload } from '../storage/object-index.ts';
import { type BucketInput, checkKey, findBucket } from './bucket.ts';
import { onObject } from './demand.ts';
import { uploadKeyDemands } from './write-rules.ts';

interface UploadInput extends BucketInput {
  readonly Key: string;
  readonly UploadId: string;
}

/**
 * Abort and ListParts: an Allow is asked of everyone but the upload's initiator; an explicit Deny
 * binds the initiator too, so the operation looks at the decision (`initiatorDenied`).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export function uploadRule(action: string): DemandRule<UploadInput> {
  return async (input, context) => {
    const bucket = findBucket(context.runtime.state, input);
    checkKey(input.Key);
    const { store } = context.runtime.state;
    const found = await findUpload(store, bucket.id, input.Key, input.UploadId);
    const demand: Demand = onObject(context, bucket, action, input.Key);
    return [{ ...demand, advisory: isInitiator(context, bucket, found?.record) }];
  };
}

const ownPartsRule = uploadRule('ListMultipartUploadParts');

/** The parts of an upload under a KMS key are told to those who may use the key. */
export const listPartsRule: DemandRule<UploadInput> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const own = await ownPartsRule(input, context);
  return [...own, ...(await uploadKeyDemands(context, bucket, input))];
};

function isInitiator(
  context: DemandContext,
  bucket: BucketRecord,
  upload: UploadRecord | undefined,
): boolean {
  const { caller } = context;
  if (upload === undefined || !('userId' in caller)) return false;
  // Outside the owner's account the initiator's right would open a bucket to strangers.
  return upload.initiator.id === caller.userId && context.account === bucket.owner;
}
