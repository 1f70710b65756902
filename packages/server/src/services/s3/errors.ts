/**
 * S3's refusals in its own words.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { ServiceError } from '../../protocol/service-error.ts';

/** 403 without a reason: cross-account and anonymous callers learn nothing more. */
export function accessDenied(message = 'Access Denied'): ServiceError {
  return new ServiceError('AccessDenied', message, 403);
}

export function noSuchBucket(bucket: string): ServiceError {
  return new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, [
    ['BucketName', bucket],
  ]);
}

export function invalidBucketName(bucket: string): ServiceError {
  return new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, [
    ['BucketName', bucket],
  ]);
}

export function noSuchKey(key: string): ServiceError {
  return new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, [['Key', key]]);
}

/** The current version is a delete marker: still NoSuchKey, and the headers say why. */
export function noSuchKeyBehindMarker(key: string, versionId: string): ServiceError {
  return new ServiceError(
    'NoSuchKey',
    'The specified key does not exist.',
    404,
    [['Key', key]],
    [
      ['x-amz-delete-marker', 'true'],
      ['x-amz-version-id', versionId],
    ],
  );
}

export function noSuchVersion(key: string, versionId: string): ServiceError {
  return new ServiceError('NoSuchVersion', 'The specified version does not exist.', 404, [
    ['Key', key],
    ['VersionId', versionId],
  ]);
}

/** Throws InvalidArgument for what can be no version's id. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null' || /^[0-9a-z]{32}$/.test(versionId)) return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

export function noSuchUpload(uploadId: string): ServiceError {
  return new ServiceError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have ' +
      'been aborted or completed.',
    404,
    [['UploadId', uploadId]],
  );
}

export function invalidArgument(message: string, name?: string, value?: string): ServiceError {
  return new ServiceError('InvalidArgument', message, 400, [
    ...(name === undefined ? [] : ([['ArgumentName', name]] as const)),
    ...(value === undefined ? [] : ([['ArgumentValue', value]] as const)),
  ]);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequest', message, 400);
}

export function preconditionFailed(condition: string): ServiceError {
  return new ServiceError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
    [['Condition', condition]],
  );
}

/** A header that is understood but not served. */
export function headerNotImplemented(header: string, additionalMessage?: string): ServiceError {
  return new ServiceError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    501,
    [
      ['Header', header],
      ...(additionalMessage === undefined
        ? []
        : ([['additionalMessage', additionalMessage]] as const)),
    ],
  );
}

export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  );
}

/** Another writer was quicker, again and again. */
export function operationAborted(): ServiceError {
  return new ServiceError(
    'OperationAborted',
    'A conflicting conditional operation is currently in progress against this resource. ' +
      'Please try again.',
    409,
  );
}

export function invalidTag(message: string, key?: string, value?: string): ServiceError {
  return new ServiceError('InvalidTag', message, 400, [
    ...(key === undefined ? [] : ([['TagKey', key]] as const)),
    ...(value === undefined ? [] : ([['TagValue', value]] as const)),
  ]);
}

/** A bucket's sub-resource that was never set. */
export function notConfigured(code: string, message: string, bucket: string): ServiceError {
  return new ServiceError(code, message, 404, [['BucketName', bucket]]);
}
