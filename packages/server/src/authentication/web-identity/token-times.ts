/** The times in a token (`iat`, `nbf`, `exp`): seconds since 1970, five minutes of tolerance. */
import type { Claims } from './jwt.ts';
import { expiredToken, invalidToken, missingClaim } from './token-error.ts';

const toleranceSeconds = 300;
/** Unverified: from which age on AWS finds a token too old. */
const ageSecondsMax = 86_400;

/** Throws ServiceError unless the token is valid now (milliseconds since 1970). */
export function checkTimes(claims: Claims, nowMilliseconds: number): void {
  const now = Math.floor(nowMilliseconds / 1000);
  const issued = timeOf(claims, 'iat');
  const notBefore = timeOf(claims, 'nbf');
  const expires = timeOf(claims, 'exp');
  if (issued === undefined) throw missingClaim('iat');
  if (expires === undefined) throw missingClaim('exp');
  if (issued > now + toleranceSeconds) throw invalidToken(`Token issued in the future: ${issued}`);
  const latest = now + toleranceSeconds;
  if (notBefore !== undefined && notBefore > latest) {
    throw invalidToken(
      `Token not yet valid: current date/time ${latest} must be after or equal to the ` +
        `not-before date/time ${notBefore}`,
    );
  }
  const earliest = now - toleranceSeconds;
  if (earliest >= expires) {
    throw expiredToken(
      `Token expired: current date/time ${earliest} must be before the expiration ` +
        `date/time ${expires}`,
    );
  }
  if (issued < earliest - ageSecondsMax) throw expiredToken(`Token too old: ${issued}`);
}

/** Integers, also as strings; nothing with a fraction or an exponent. */
function timeOf(claims: Claims, name: string): number | undefined {
  const node = claims.get(name)?.value;
  if (node === undefined) return undefined;
  const text = node.kind === 'number' ? node.text : node.kind === 'string' ? node.value : '';
  if (!/^-?\d{1,15}$/.test(text)) throw invalidToken('Invalid timestamp in token claims.');
  return Number(text);
}
