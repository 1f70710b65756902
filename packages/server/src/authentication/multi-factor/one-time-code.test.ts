/** 001-2: one-time codes and seeds against the tables of their RFCs. */
import { describe, expect, test } from 'vitest';
import { fromBase32, toBase32 } from './base32.ts';
import { isCodeOf, oneTimeCode, stepAt } from './one-time-code.ts';

const seed = Buffer.from('12345678901234567890');

describe('001-2 one-time codes', () => {
  // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('of RFC 6238 at %i seconds', (seconds, code) => {
    const step = stepAt(seconds * 1000);
    expect(oneTimeCode(seed, step)).toBe(code);
    expect(isCodeOf(code, seed, step)).toBe(true);
    expect(isCodeOf(code, seed, step + 1)).toBe(false);
  });

  test('what has not six ASCII digits is no code', () => {
    const step = stepAt(59_000);
    for (const code of ['', '28708', '2870820', ' 287082', '287082\n', '２８７０８２', '28708a']) {
      expect(isCodeOf(code, seed, step)).toBe(false);
    }
    expect(isCodeOf(oneTimeCode(seed, 0), seed, -1)).toBe(false);
  });
});

describe('base32', () => {
  test('as RFC 4648 writes whole groups, and back', () => {
    expect(toBase32(Buffer.from('fooba'))).toBe('MZXW6YTB');
    const bytes = Uint8Array.from({ length: 40 }, (_, index) => (index * 37 + 200) & 255);
    expect(toBase32(bytes)).toHaveLength(64);
    expect(fromBase32(toBase32(bytes))).toEqual(bytes);
  });

  test('other spellings are not read', () => {
    for (const text of ['', 'mzxw6ytb', 'MZXW6YT', 'MZXW6YT=', 'MZXW6YT1', 'MZXW6YTB ']) {
      expect(fromBase32(text)).toBeUndefined();
    }
    expect(() => toBase32(new Uint8Array(4))).toThrow('whole groups');
  });
});
