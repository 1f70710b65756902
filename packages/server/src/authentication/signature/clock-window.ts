/** How old, or how far ahead, a signature may be: S3, IAM and STS 15 minutes, other services 5. */

import { ServiceError } from '../../protocol/service-error.ts';
import { refuse } from '../authentication-error.ts';
import type { Claim } from './claim.ts';
import type { ServiceRules } from './service-rules.ts';
import { formatBasicTime, formatIsoTime } from './timestamp.ts';

const longSkewMilliseconds = 900_000;
const skewMilliseconds = 300_000;

/** The services of signing names whose answers are recorded with a window of 15 minutes. */
const longWindow: ReadonlySet<string> = new Set(['iam', 's3', 'sts']);

/**
 * Throws the service's error when the claim's time is out of the window around `now`
 * (milliseconds). A presigned claim lives for its own seconds, never longer.
 */
export function checkClock(claim: Claim, now: number, rules: ServiceRules): void {
  const { time, timestamp, expiresSeconds } = claim;
  const skew = longWindow.has(rules.signingName) ? longSkewMilliseconds : skewMilliseconds;
  const livesFor = expiresSeconds === undefined ? skew : expiresSeconds * 1000;
  if (now - time <= livesFor && time - now <= skew) return;
  const isEarly = time > now;
  if (rules.isS3) {
    throw expiresSeconds === undefined
      ? refuseSkew(timestamp, now)
      : refusePresigned(claim, expiresSeconds, isEarly, now);
  }
  const server = formatBasicTime(now);
  const minutes = Math.floor((isEarly ? skew : livesFor) / 60_000);
  const message = isEarly
    ? `Signature not yet current: ${timestamp} is still later than ` +
      `${formatBasicTime(now + skew)} (${server} + ${minutes} min.)`
    : `Signature expired: ${timestamp} is now earlier than ` +
      `${formatBasicTime(now - livesFor)} (${server} - ${minutes} min.)`;
  throw refuse(rules.family, { reason: 'clock', message });
}

function refuseSkew(timestamp: string, now: number): ServiceError {
  return refuse('s3', {
    reason: 'clock',
    details: [
      ['RequestTime', timestamp],
      ['ServerTime', formatIsoTime(now)],
      ['MaxAllowedSkewMilliseconds', String(longSkewMilliseconds)],
    ],
  });
}

function refusePresigned(
  claim: Claim,
  expiresSeconds: number,
  isEarly: boolean,
  now: number,
): ServiceError {
  // Unverified: S3's text for a presigned request of the future.
  if (isEarly) return new ServiceError('AccessDenied', 'Request is not valid yet', 403);
  return new ServiceError('AccessDenied', 'Request has expired', 403, [
    ['X-Amz-Expires', String(expiresSeconds)],
    ['Expires', formatIsoTime(claim.time + expiresSeconds * 1000)],
    ['ServerTime', formatIsoTime(now)],
  ]);
}
