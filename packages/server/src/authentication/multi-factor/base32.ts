/** Base32 of whole groups of five bytes, as seeds of MFA devices are written. RFC 4648. */
import { strict as assert } from 'node:assert';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const form = /^(?:[A-Z2-7]{8})+$/;

/** Eight characters for five bytes; other lengths are a programmer's error. */
export function toBase32(bytes: Uint8Array): string {
  assert(bytes.length % 5 === 0, 'whole groups of five bytes');
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += alphabet.charAt((bits >> count) & 31);
    }
    bits &= (1 << count) - 1;
  }
  return text;
}

/** The bytes; undefined for what `toBase32` does not write. */
export function fromBase32(text: string): Uint8Array | undefined {
  if (!form.test(text)) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const character of text) {
    bits = (bits << 5) | alphabet.indexOf(character);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 255);
    bits &= (1 << count) - 1;
  }
  return Uint8Array.from(bytes);
}
