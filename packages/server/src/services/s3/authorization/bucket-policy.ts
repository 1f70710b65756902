/** The bucket policy as the decision point takes it, parsed once for each record. */
import { type PolicyDocument, type PolicySource, parsePolicyDocument } from '@sekisho/policy';
import type { BucketRecord } from '../entities.ts';
import { accessDenied } from '../errors.ts';
import { isPublicPolicy } from './public-policy.ts';

interface Compiled {
  readonly source: PolicySource;
  readonly isPublic: boolean;
}

/** State hands out the same record until it changes. */
const compiled = new WeakMap<BucketRecord, Compiled>();

/** A stored policy that cannot be read refuses everything: it is never treated as absent. */
function compile(bucket: BucketRecord): Compiled | undefined {
  if (bucket.policy === undefined) return undefined;
  const known = compiled.get(bucket);
  if (known !== undefined) return known;
  const { document } = parsePolicyDocument(bucket.policy.text);
  if (document === undefined) throw accessDenied();
  const source: PolicySource = {
    document,
    name: `bucket policy of ${bucket.name}`,
    principalIds: new Map(bucket.policy.principalIds),
  };
  const fresh = { source, isPublic: isPublicPolicy(document) };
  compiled.set(bucket, fresh);
  return fresh;
}

/** The bucket's policy; undefined when it has none. */
export function bucketPolicySource(bucket: BucketRecord): PolicySource | undefined {
  return compile(bucket)?.source;
}

/** Whether the bucket has a policy that S3 calls public. */
export function hasPublicPolicy(bucket: BucketRecord): boolean {
  return compile(bucket)?.isPublic ?? false;
}

/** For policies that are not stored yet. */
export function isPublicDocument(document: PolicyDocument): boolean {
  return isPublicPolicy(document);
}
