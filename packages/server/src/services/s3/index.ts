/** Amazon S3: buckets and objects, stored for real and guarded as AWS guards them. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Operation, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { crossOrigin } from './cross-origin.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './operations/bucket.ts';
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from './operations/bucket-policy.ts';
import {
  deleteBucketEncryption,
  deleteBucketOwnershipControls,
  deleteBucketTagging,
  deletePublicAccessBlock,
  getBucketAcl,
  getBucketEncryption,
  getBucketOwnershipControls,
  getBucketTagging,
  getBucketVersioning,
  getPublicAccessBlock,
  putBucketAcl,
  putBucketEncryption,
  putBucketOwnershipControls,
  putBucketTagging,
  putBucketVersioning,
  putPublicAccessBlock,
} from './operations/bucket-settings.ts';
import {
  getBucketAbac,
  getBucketAcceleration,
  getBucketRequestPayment,
  putBucketAbac,
  putBucketAcceleration,
  putBucketRequestPayment,
} from './operations/bucket-switches.ts';
import { completeMultipartUpload } from './operations/complete-upload.ts';
import { deleteBucketCors, getBucketCors, putBucketCors } from './operations/cors.ts';
import {
  deleteBucketLifecycle,
  getBucketLifecycle,
  putBucketLifecycle,
} from './operations/lifecycle.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './operations/list-objects.ts';
import { getBucketLogging, putBucketLogging } from './operations/logging.ts';
import { getBucketNotification, putBucketNotification } from './operations/notification.ts';
import { deleteObject, deleteObjects } from './operations/object-delete.ts';
import {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './operations/object-lock.ts';
import { getObject, getObjectAttributes, headObject } from './operations/object-read.ts';
import {
  deleteObjectTagging,
  getObjectAcl,
  getObjectTagging,
  putObjectAcl,
  putObjectTagging,
} from './operations/object-tagging.ts';
import { copyObject, putObject } from './operations/object-write.ts';
import { unsetSettings } from './operations/unset-settings.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listUploadParts,
} from './operations/upload.ts';
import { uploadPart, uploadPartCopy } from './operations/upload-part.ts';
import { deleteBucketWebsite, getBucketWebsite, putBucketWebsite } from './operations/website.ts';
import { startStorage, stopStorage } from './storage/s3-storage.ts';

export { bucketOfHost } from './addressing.ts';
export { bulkPrefix } from './storage/object-key.ts';

/** What is written; every other operation of the model answers NotImplemented once allowed. */
const operations: Readonly<Record<string, Operation>> = {
  ...unsetSettings,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  ListBuckets: listBuckets,
  GetBucketLocation: getBucketLocation,
  PutBucketPolicy: putBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  PutBucketVersioning: putBucketVersioning,
  GetBucketVersioning: getBucketVersioning,
  PutBucketTagging: putBucketTagging,
  GetBucketTagging: getBucketTagging,
  DeleteBucketTagging: deleteBucketTagging,
  PutBucketOwnershipControls: putBucketOwnershipControls,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
  PutBucketEncryption: putBucketEncryption,
  GetBucketEncryption: getBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
  PutPublicAccessBlock: putPublicAccessBlock,
  GetPublicAccessBlock: getPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  PutBucketAcl: putBucketAcl,
  GetBucketAcl: getBucketAcl,
  PutBucketAbac: putBucketAbac,
  GetBucketAbac: getBucketAbac,
  PutBucketAccelerateConfiguration: putBucketAcceleration,
  GetBucketAccelerateConfiguration: getBucketAcceleration,
  PutBucketRequestPayment: putBucketRequestPayment,
  GetBucketRequestPayment: getBucketRequestPayment,
  PutBucketCors: putBucketCors,
  GetBucketCors: getBucketCors,
  DeleteBucketCors: deleteBucketCors,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  PutBucketWebsite: putBucketWebsite,
  GetBucketWebsite: getBucketWebsite,
  DeleteBucketWebsite: deleteBucketWebsite,
  PutBucketLogging: putBucketLogging,
  GetBucketLogging: getBucketLogging,
  PutBucketNotificationConfiguration: putBucketNotification,
  GetBucketNotificationConfiguration: getBucketNotification,
  PutObjectLockConfiguration: putObjectLockConfiguration,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectRetention: putObjectRetention,
  GetObjectRetention: getObjectRetention,
  PutObjectLegalHold: putObjectLegalHold,
  GetObjectLegalHold: getObjectLegalHold,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectAttributes: getObjectAttributes,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  GetObjectAcl: getObjectAcl,
  PutObjectAcl: putObjectAcl,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListMultipartUploads: listMultipartUploads,
  ListParts: listUploadParts,
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html */
export async function createS3Service(): Promise<Service> {
  return defineService({
    id: 's3',
    signingName: 's3',
    actionPrefix: 's3',
    model: await loadServiceModel('s3'),
    protocols: ['rest-xml'],
    start: async (runtime) => {
      await startStorage(runtime);
    },
    stop: stopStorage,
    crossOrigin,
    authorization,
    operations,
  });
}
