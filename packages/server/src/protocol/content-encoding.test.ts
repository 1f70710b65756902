/** Compressed bodies: what clients send beyond 10 KB, and bombs. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompressBody } from './content-encoding.ts';
import { thrownBy } from './testing.contract.ts';

const plain = new TextEncoder().encode('{"a":1}');

describe('a body', () => {
  test('without gzip is left as it is', () => {
    expect(decompressBody(plain, undefined)).toBe(plain);
    expect(decompressBody(plain, 'aws-chunked')).toBe(plain);
  });

  test.each(['gzip', 'custom, gzip', 'custom,gzip'])('with %s is unpacked', (encoding) => {
    const unpacked = decompressBody(gzipSync(plain), encoding);
    expect(Buffer.from(unpacked).toString()).toBe('{"a":1}');
  });

  test('that is no gzip, or cut off, is a SerializationException', () => {
    const packed = gzipSync(plain);
    for (const body of [plain, new Uint8Array(), packed.subarray(0, packed.length - 9)]) {
      expect(thrownBy(() => decompressBody(body, 'gzip')).code).toBe('SerializationException');
    }
  });

  test('that unpacks to more than ten million bytes is refused with 413', () => {
    const bomb = gzipSync(Buffer.alloc(10_000_001));
    expect(thrownBy(() => decompressBody(bomb, 'gzip'))).toMatchObject({ code: '', status: 413 });
  });
});
