/** Object Lock of buckets, retention and legal hold of versions. */
import type {
  GetObjectLegalHoldOutput,
  GetObjectLockConfigurationOutput,
  GetObjectRetentionOutput,
  ObjectLockRule,
  PutObjectLegalHoldRequest,
  PutObjectLockConfigurationRequest,
  PutObjectRetentionRequest,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import type { BucketRecord, ObjectLock, ObjectRecord, Retention } from '../entities.ts';
import { headerNotImplemented, invalidArgument, malformedXml, notConfigured } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { limits } from '../limits.ts';
import {
  checkFuture,
  isRetained,
  lockedError,
  requireObjectLock,
  toRetentionMode,
} from '../object-lock.ts';
import { amendBucket } from './amend-bucket.ts';
import { amendObject, type NamedObject } from './amend-object.ts';
import { requireObject } from './object-read.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export async function putObjectLockConfiguration(
  input: PutObjectLockConfigurationRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const asked = input.ObjectLockConfiguration;
  if (asked?.ObjectLockEnabled !== 'Enabled') throw malformedXml();
  const objectLock = asked.Rule === undefined ? {} : toDefault(asked.Rule);
  const bucket = findBucket(context.runtime.state, input);
  if (bucket.versioning !== 'Enabled') {
    throw new ServiceError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  }
  await amendBucket(context, bucket, (record) => ({ ...record, objectLock }));
  return {};
}

function toDefault({ DefaultRetention: rule }: ObjectLockRule): ObjectLock {
  if (rule?.DefaultEventHold !== undefined) throw headerNotImplemented('DefaultEventHold');
  const mode = toRetentionMode(rule?.Mode);
  const { Days: days, Years: years } = rule ?? {};
  const length = days ?? years;
  if (mode === undefined || length === undefined) throw malformedXml();
  if (days !== undefined && years !== undefined) throw malformedXml();
  const unit = days === undefined ? 'Years' : 'Days';
  // Unverified: both texts.
  if (length < 1) {
    throw invalidArgument('Default retention period must be a positive integer value.', unit);
  }
  const max = unit === 'Days' ? limits.retentionDaysMax : limits.retentionYearsMax;
  if (length > max) throw invalidArgument('Default retention period too large.', unit);
  return { default: { mode, unit, length } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export function getObjectLockConfiguration(
  input: BucketInput,
  context: OperationContext,
): GetObjectLockConfigurationOutput {
  const { objectLock, name } = findBucket(context.runtime.state, input);
  if (objectLock === undefined) {
    throw notConfigured(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      name,
    );
  }
  const rule = objectLock.default;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      ...(rule === undefined
        ? {}
        : { Rule: { DefaultRetention: { Mode: rule.mode, [rule.unit]: rule.length } } }),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export async function putObjectRetention(
  input: PutObjectRetentionRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  requireObjectLock(findBucket(context.runtime.state, input));
  const wanted = toRetention(input, context.now);
  await amendObject(input, context, (record) => {
    checkChange(record.retention, wanted, context.now, input.BypassGovernanceRetention === true);
    const { retention: _, ...rest } = record;
    return wanted === undefined ? rest : { ...rest, retention: wanted };
  });
  return {};
}

/** An empty element takes the retention away. */
function toRetention(
  { Retention: asked }: PutObjectRetentionRequest,
  now: number,
): Retention | undefined {
  if (asked?.EventHold !== undefined || asked?.EventHoldDuration !== undefined) {
    throw headerNotImplemented('EventHold');
  }
  if (asked === undefined) throw malformedXml();
  const { Mode, RetainUntilDate: until } = asked;
  if (Mode === undefined && until === undefined) return undefined;
  const mode = toRetentionMode(Mode);
  if (mode === undefined || until === undefined) throw malformedXml();
  checkFuture(until, now, 'RetainUntilDate');
  return { mode, until: until.getTime() };
}

/** Compliance can only be prolonged; governance is loosened by whoever may bypass it. */
function checkChange(
  present: Retention | undefined,
  wanted: Retention | undefined,
  now: number,
  bypass: boolean,
): void {
  if (!isRetained(present, now)) return;
  const isLonger = wanted !== undefined && wanted.until >= present.until;
  const isStricter = wanted?.mode === present.mode || wanted?.mode === 'COMPLIANCE';
  if (isLonger && isStricter) return;
  if (present.mode === 'COMPLIANCE' || !bypass) throw lockedError();
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export async function getObjectRetention(
  input: NamedObject,
  context: OperationContext,
): Promise<GetObjectRetentionOutput> {
  const { retention } = await lockedObject(input, context);
  if (retention === undefined) throw noLock(input.Key);
  return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export async function putObjectLegalHold(
  input: PutObjectLegalHoldRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  requireObjectLock(findBucket(context.runtime.state, input));
  const { Status: status } = input.LegalHold ?? {};
  if (status !== 'ON' && status !== 'OFF') throw malformedXml();
  await amendObject(input, context, (record) => ({ ...record, legalHold: status === 'ON' }));
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export async function getObjectLegalHold(
  input: NamedObject,
  context: OperationContext,
): Promise<GetObjectLegalHoldOutput> {
  const { legalHold } = await lockedObject(input, context);
  if (legalHold === undefined) throw noLock(input.Key);
  return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } };
}

async function lockedObject(input: NamedObject, context: OperationContext): Promise<ObjectRecord> {
  const bucket: BucketRecord = findBucket(context.runtime.state, input);
  requireObjectLock(bucket);
  return await requireObject(context, bucket, input);
}

function noLock(key: string): ServiceError {
  return new ServiceError(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    404,
    [['Key', key]],
  );
}
