/** What each S3 operation demands: its IAM actions and resources, which often bear other names. */

import type { DemandRule } from '../service.ts';
import type { BucketInput } from './authorization/bucket.ts';
import {
  bucketRule,
  createBucketRule,
  headBucketRule,
  listBucketsRule,
  listingEntries,
  policyRule,
  replicationRule,
} from './authorization/bucket-rules.ts';
import { type AclInput, aclEntries } from './authorization/condition-keys.ts';
import {
  attributesRule,
  batchDeleteRule,
  deleteRule,
  headRule,
  objectRule,
  putAclRule,
  putLegalHoldRule,
  putRetentionRule,
  putTaggingRule,
  readRule,
} from './authorization/object-rules.ts';
import { checkedRule } from './authorization/request-checks.ts';
import { listPartsRule, uploadRule } from './authorization/upload-rules.ts';
import {
  completeRule,
  copyPartRule,
  copyRule,
  createUploadRule,
  putRule,
  uploadPartRule,
} from './authorization/write-rules.ts';

/** Operations on buckets that ask for one action; the action's name where it is another. */
const bucketActions: Readonly<Record<string, string>> = {
  CreateBucketMetadataConfiguration: 'CreateBucketMetadataTableConfiguration',
  CreateBucketMetadataTableConfiguration: 'CreateBucketMetadataTableConfiguration',
  DeleteBucket: 'DeleteBucket',
  DeleteBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
  DeleteBucketInventoryConfiguration: 'PutInventoryConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketMetadataConfiguration: 'DeleteBucketMetadataTableConfiguration',
  DeleteBucketMetadataTableConfiguration: 'DeleteBucketMetadataTableConfiguration',
  DeleteBucketMetricsConfiguration: 'PutMetricsConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketReplication: 'PutReplicationConfiguration',
  DeleteBucketTagging: 'PutBucketTagging',
  DeleteBucketWebsite: 'DeleteBucketWebsite',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAbac: 'GetBucketAbac',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketAcl: 'GetBucketAcl',
  GetBucketAnalyticsConfiguration: 'GetAnalyticsConfiguration',
  GetBucketCors: 'GetBucketCORS',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketIntelligentTieringConfiguration: 'GetIntelligentTieringConfiguration',
  GetBucketInventoryConfiguration: 'GetInventoryConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketLocation: 'GetBucketLocation',
  GetBucketLogging: 'GetBucketLogging',
  GetBucketMetadataConfiguration: 'GetBucketMetadataTableConfiguration',
  GetBucketMetadataTableConfiguration: 'GetBucketMetadataTableConfiguration',
  GetBucketMetricsConfiguration: 'GetMetricsConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketOwnershipControls: 'GetBucketOwnershipControls',
  GetBucketPolicyStatus: 'GetBucketPolicyStatus',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetBucketRequestPayment: 'GetBucketRequestPayment',
  GetBucketTagging: 'GetBucketTagging',
  GetBucketVersioning: 'GetBucketVersioning',
  GetBucketWebsite: 'GetBucketWebsite',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  ListBucketAnalyticsConfigurations: 'GetAnalyticsConfiguration',
  ListBucketIntelligentTieringConfigurations: 'GetIntelligentTieringConfiguration',
  ListBucketInventoryConfigurations: 'GetInventoryConfiguration',
  ListBucketMetricsConfigurations: 'GetMetricsConfiguration',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  PutBucketAbac: 'PutBucketAbac',
  PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
  PutBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
  PutBucketCors: 'PutBucketCORS',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
  PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketLogging: 'PutBucketLogging',
  PutBucketMetricsConfiguration: 'PutMetricsConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutBucketOwnershipControls: 'PutBucketOwnershipControls',
  PutBucketRequestPayment: 'PutBucketRequestPayment',
  PutBucketTagging: 'PutBucketTagging',
  PutBucketVersioning: 'PutBucketVersioning',
  PutBucketWebsite: 'PutBucketWebsite',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  UpdateBucketMetadataAnnotationTableConfiguration:
    'UpdateBucketMetadataAnnotationTableConfiguration',
  UpdateBucketMetadataInventoryTableConfiguration:
    'UpdateBucketMetadataInventoryTableConfiguration',
  UpdateBucketMetadataJournalTableConfiguration: 'UpdateBucketMetadataJournalTableConfiguration',
};

const rules: Readonly<Record<string, DemandRule>> = {
  ...Object.fromEntries(
    Object.entries(bucketActions).map(([operation, action]) => [operation, bucketRule(action)]),
  ),
  CreateBucket: createBucketRule,
  ListBuckets: listBucketsRule,
  HeadBucket: headBucketRule,
  GetBucketPolicy: policyRule('GetBucketPolicy'),
  PutBucketPolicy: policyRule('PutBucketPolicy'),
  DeleteBucketPolicy: policyRule('DeleteBucketPolicy'),
  PutBucketAcl: bucketRule<BucketInput & AclInput>('PutBucketAcl', aclEntries),
  PutBucketReplication: replicationRule,
  ListObjects: bucketRule('ListBucket', listingEntries),
  ListObjectsV2: bucketRule('ListBucket', listingEntries),
  ListObjectVersions: bucketRule('ListBucketVersions', listingEntries),

  GetObject: readRule,
  HeadObject: headRule,
  GetObjectAttributes: attributesRule,
  GetObjectAcl: objectRule([['GetObjectAcl', 'GetObjectVersionAcl']], {
    tagged: true,
    revealing: true,
  }),
  PutObjectAcl: putAclRule,
  GetObjectTagging: objectRule([['GetObjectTagging', 'GetObjectVersionTagging']], {
    tagged: true,
    revealing: true,
  }),
  PutObjectTagging: putTaggingRule,
  DeleteObjectTagging: objectRule([['DeleteObjectTagging', 'DeleteObjectVersionTagging']], {
    tagged: true,
    revealing: true,
  }),
  GetObjectLegalHold: objectRule([['GetObjectLegalHold', 'GetObjectLegalHold']], {
    revealing: true,
  }),
  PutObjectLegalHold: putLegalHoldRule,
  GetObjectRetention: objectRule([['GetObjectRetention', 'GetObjectRetention']], {
    revealing: true,
  }),
  PutObjectRetention: putRetentionRule,
  GetObjectTorrent: objectRule([['GetObjectTorrent', 'GetObjectVersionTorrent']]),
  RestoreObject: objectRule([['RestoreObject', 'RestoreObject']]),
  SelectObjectContent: readRule,
  UpdateObjectEncryption: objectRule(
    [
      ['UpdateObjectEncryption', 'UpdateObjectEncryption'],
      ['PutObject', 'PutObject'],
    ],
    { tagged: true },
  ),
  DeleteObjectAnnotation: objectRule([['DeleteObjectAnnotation', 'DeleteObjectVersionAnnotation']]),
  GetObjectAnnotation: objectRule([['GetObjectAnnotation', 'GetObjectVersionAnnotation']]),
  ListObjectAnnotations: objectRule([['ListObjectAnnotations', 'ListObjectVersionAnnotations']]),
  PutObjectAnnotation: objectRule([['PutObjectAnnotation', 'PutObjectVersionAnnotation']]),
  DeleteObject: deleteRule,
  DeleteObjects: batchDeleteRule,

  PutObject: putRule,
  CopyObject: copyRule,
  CreateMultipartUpload: createUploadRule,
  UploadPart: uploadPartRule,
  UploadPartCopy: copyPartRule,
  CompleteMultipartUpload: completeRule,
  AbortMultipartUpload: uploadRule('AbortMultipartUpload'),
  ListParts: listPartsRule,
};

/** Every operation whose demand is not "the operation's name on the bucket or object". */
export const authorization: Readonly<Record<string, DemandRule>> = Object.fromEntries(
  Object.entries(rules).map(([operation, rule]) => [operation, checkedRule(operation, rule)]),
);
