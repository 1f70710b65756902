/** Tests of the encoding of object keys. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterEveryKey, encodeKey } from './object-key.ts';

const keys = fc.string({ unit: 'binary', maxLength: 12 });
const byteOrder = (left: string, right: string): number =>
  Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
const unitOrder = (left: string, right: string): number =>
  left < right ? -1 : left > right ? 1 : 0;

test('encoded keys compare by code unit as the keys compare by UTF-8 byte', () => {
  fc.assert(
    fc.property(keys, keys, (left, right) => {
      expect(unitOrder(encodeKey(left), encodeKey(right))).toBe(byteOrder(left, right));
    }),
  );
});

test('a beginning of a key encodes to a beginning of the encoded key', () => {
  fc.assert(
    fc.property(keys, keys, (start, rest) => {
      const encoded = encodeKey(start + rest);
      expect(encoded.startsWith(encodeKey(start))).toBe(true);
      expect(encoded < encodeKey(start) + afterEveryKey).toBe(true);
    }),
  );
});

test('keys beyond the basic plane sort after U+FFFF, as their bytes do', () => {
  expect(encodeKey('\u{1f600}') > encodeKey('\uffff')).toBe(true);
});
