/**
 * Object Lock: versions that cannot be deleted before their time, or while they are held.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
import type { HttpRequest } from '../../protocol/http.ts';
import type { BucketRecord, ObjectRecord, Retention, RetentionMode } from './entities.ts';
import { accessDenied, headerNotImplemented, invalidArgument, invalidRequest } from './errors.ts';
import { declaresIntegrity } from './integrity.ts';

/** The lock headers of a creating request. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ObjectLockEventHold?: string | undefined;
}

/** What a new version is locked with. */
export type Lock = Pick<ObjectRecord, 'retention' | 'legalHold'>;

export function toRetentionMode(text: string | undefined): RetentionMode | undefined {
  return text === 'GOVERNANCE' || text === 'COMPLIANCE' ? text : undefined;
}

export function missingObjectLock(): Error {
  return invalidRequest('Bucket is missing Object Lock Configuration');
}

/** Throws where the bucket has no Object Lock. */
export function requireObjectLock(bucket: BucketRecord): void {
  if (bucket.objectLock === undefined) throw missingObjectLock();
}

/** The headers' lock, else the bucket's default. Throws InvalidArgument and InvalidRequest. */
export function lockOf(input: LockInput, bucket: BucketRecord, now: number): Lock {
  if (input.ObjectLockEventHold !== undefined) {
    throw headerNotImplemented('x-amz-object-lock-event-hold');
  }
  const asked = headerRetention(input, now);
  const hold = headerHold(input);
  if (bucket.objectLock === undefined) {
    if (asked !== undefined || hold !== undefined) throw missingObjectLock();
    return {};
  }
  const retention = asked ?? defaultRetention(bucket, now);
  return {
    ...(retention === undefined ? {} : { retention }),
    ...(hold === undefined ? {} : { legalHold: hold }),
  };
}

function headerRetention(input: LockInput, now: number): Retention | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-retain-until-date' : 'x-amz-object-lock-mode',
    );
  }
  const known = toRetentionMode(mode);
  if (known === undefined) {
    throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
  }
  checkFuture(until, now, 'x-amz-object-lock-retain-until-date');
  return { mode: known, until: until.getTime() };
}

export function checkFuture(until: Date, now: number, name: string): void {
  if (until.getTime() > now) return;
  throw invalidArgument('The retain until date must be in the future!', name, until.toISOString());
}

function headerHold({ ObjectLockLegalHoldStatus: status }: LockInput): boolean | undefined {
  if (status === undefined) return undefined;
  if (status === 'ON' || status === 'OFF') return status === 'ON';
  throw invalidArgument(
    "Legal Hold must be either of 'ON' or 'OFF'",
    'x-amz-object-lock-legal-hold',
    status,
  );
}

function defaultRetention({ objectLock }: BucketRecord, now: number): Retention | undefined {
  const rule = objectLock?.default;
  if (rule === undefined) return undefined;
  const until = new Date(now);
  if (rule.unit === 'Days') until.setUTCDate(until.getUTCDate() + rule.length);
  else until.setUTCFullYear(until.getUTCFullYear() + rule.length);
  return { mode: rule.mode, until: until.getTime() };
}

/** What is to be kept for years must have arrived whole. */
export function requireLockIntegrity(lock: Lock, http: HttpRequest): void {
  if (lock.retention === undefined && lock.legalHold === undefined) return;
  if (declaresIntegrity(http)) return;
  throw invalidRequest(
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object ' +
      'Lock parameters',
  );
}

export function isRetained(retention: Retention | undefined, now: number): retention is Retention {
  return retention !== undefined && retention.until > now;
}

/** Throws where the version may not be deleted. `bypass`: asked for, and allowed. */
export function checkDeletable(record: Lock, now: number, bypass: boolean): void {
  const { retention, legalHold } = record;
  const isKept = isRetained(retention, now) && (retention.mode === 'COMPLIANCE' || !bypass);
  if (isKept || legalHold === true) throw lockedError();
}

export function lockedError(): Error {
  return accessDenied('Access Denied because object protected by object lock.');
}
