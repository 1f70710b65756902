/**
 * Time-based one-time codes (TOTP): HMAC-SHA-1, six digits, steps of 30 seconds.
 * https://www.rfc-editor.org/rfc/rfc6238
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const stepMilliseconds = 30_000;
const codeForm = /^[0-9]{6}$/;

/** The number of the time step that a moment (milliseconds since 1970) lies in. */
export function stepAt(milliseconds: number): number {
  return Math.floor(milliseconds / stepMilliseconds);
}

/** The six digits of a time step. https://www.rfc-editor.org/rfc/rfc4226#section-5.3 */
export function oneTimeCode(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', seed).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 15;
  const number = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Whether the code is the step's. What has not six digits is no code. */
export function isCodeOf(code: string, seed: Uint8Array, step: number): boolean {
  if (!codeForm.test(code) || step < 0) return false;
  return timingSafeEqual(Buffer.from(code), Buffer.from(oneTimeCode(seed, step)));
}
