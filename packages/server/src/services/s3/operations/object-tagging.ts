/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging, GetObjectAcl, PutObjectAcl. */
import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectAclOutput,
  GetObjectAclRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectAclOutput,
  PutObjectAclRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { aclNotSupported, aclOutput, aclsDisabled, checkPublicAcl, requestedAcl } from '../acl.ts';
import { findBucket } from '../authorization/bucket.ts';
import { objectArn } from '../entities.ts';
import { malformedXml } from '../errors.ts';
import { versionOutput } from '../object-output.ts';
import { checkObjectTags, toTagList } from '../tags.ts';
import { amendObject } from './amend-object.ts';
import { requireObject } from './object-read.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export async function getObjectTagging(
  input: GetObjectTaggingRequest,
  context: OperationContext,
): Promise<GetObjectTaggingOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const record = await requireObject(context, bucket, input);
  const TagSet = record.tags.map(([Key, Value]) => ({ Key, Value }));
  return { ...versionOutput(record), TagSet };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(
  input: PutObjectTaggingRequest,
  context: OperationContext,
): Promise<PutObjectTaggingOutput> {
  const tags = toTagList(input.Tagging.TagSet);
  checkObjectTags(tags);
  return versionOutput(await amendObject(input, context, (record) => ({ ...record, tags })));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export async function deleteObjectTagging(
  input: DeleteObjectTaggingRequest,
  context: OperationContext,
): Promise<DeleteObjectTaggingOutput> {
  return versionOutput(await amendObject(input, context, (record) => ({ ...record, tags: [] })));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export async function getObjectAcl(
  input: GetObjectAclRequest,
  context: OperationContext,
): Promise<GetObjectAclOutput> {
  const bucket = findBucket(context.runtime.state, input);
  const record = await requireObject(context, bucket, input);
  return aclOutput(bucket, record.owner, record.acl);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export async function putObjectAcl(
  input: PutObjectAclRequest,
  context: OperationContext,
): Promise<PutObjectAclOutput> {
  await amendObject(input, context, (record, bucket) => {
    const acl = requestedAcl(input, bucket.owner, record.owner);
    if (acl === undefined) throw malformedXml();
    const resource = objectArn(context.partition, bucket.name, input.Key);
    checkPublicAcl({ bucket, operation: 'PutObjectAcl', resource, context }, acl);
    if (!aclsDisabled(bucket)) return { ...record, acl };
    if (input.ACL !== 'bucket-owner-full-control') throw aclNotSupported();
    return record;
  });
  return {};
}
