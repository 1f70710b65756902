/** The checksums against their published check values, against each other, and in streams. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../testing/wire-request.ts';
import type { VerifiedPayload } from '../payload.ts';
import {
  algorithmOfHeader,
  checksumAlgorithms,
  checksumHeader,
  computeChecksum,
  createChecksum,
} from './checksum.ts';
import { readDeclaredChecksum, verifyChecksums } from './verify-checksums.ts';

const check = Buffer.from('123456789');

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

describe('check values of the nine digits', () => {
  test('CRC32 is cbf43926', () => {
    expect(hex(computeChecksum('CRC32', check))).toBe('cbf43926');
  });
  test('CRC32C is e3069283', () => {
    expect(hex(computeChecksum('CRC32C', check))).toBe('e3069283');
  });
  test('CRC64NVME is ae8b14860a799888', () => {
    expect(hex(computeChecksum('CRC64NVME', check))).toBe('ae8b14860a799888');
  });
  test('CRC32C of 32 zero bytes is 8a9136aa (RFC 3720)', () => {
    expect(hex(computeChecksum('CRC32C', new Uint8Array(32)))).toBe('8a9136aa');
  });
  test('CRC64NVME of 4096 zero bytes is 6482d367eb22b64e', () => {
    expect(hex(computeChecksum('CRC64NVME', new Uint8Array(4096)))).toBe('6482d367eb22b64e');
  });
});

test('a checksum does not depend on how the bytes are cut', () => {
  const cut = fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200));
  fc.assert(
    fc.property(cut, ([bytes, a, b]) => {
      const [first, second] = a < b ? [a, b] : [b, a];
      for (const algorithm of checksumAlgorithms) {
        const pieces = createChecksum(algorithm);
        pieces.update(bytes.subarray(0, first));
        pieces.update(bytes.subarray(first, second));
        pieces.update(bytes.subarray(second));
        expect(pieces.digest()).toBe(computeChecksum(algorithm, bytes));
      }
    }),
  );
});

test('each algorithm has its header and the header its algorithm', () => {
  for (const algorithm of checksumAlgorithms) {
    expect(algorithmOfHeader(checksumHeader(algorithm))).toBe(algorithm);
  }
});

function payloadOf(text: string, trailers: ReadonlyMap<string, string> = new Map()) {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const character of text) yield Buffer.from(character);
  }
  return { stream: stream(), trailers } satisfies VerifiedPayload;
}

async function readAll(payload: VerifiedPayload): Promise<string> {
  let text = '';
  for await (const piece of payload.stream) text += Buffer.from(piece).toString();
  return text;
}

describe('declared checksums', () => {
  const crc32 = computeChecksum('CRC32', Buffer.from('hello'));
  const md5 = computeChecksum('MD5', Buffer.from('hello'));

  test('a right header passes and what was asked for is computed', async () => {
    const headers = [
      ['x-amz-checksum-crc32', crc32],
      ['content-md5', md5],
    ] as const;
    const declared = readDeclaredChecksum(createRequest({ headers }));
    const { payload, computed } = verifyChecksums(payloadOf('hello'), declared, ['SHA256']);
    expect(await readAll(payload)).toBe('hello');
    expect([...computed.keys()].sort()).toEqual(['CRC32', 'MD5', 'SHA256']);
  });

  test('a wrong header is BadDigest with the algorithm in the text', async () => {
    const headers = [['x-amz-checksum-crc32', crc32]] as const;
    const declared = readDeclaredChecksum(createRequest({ headers }));
    await expect(readAll(verifyChecksums(payloadOf('hellO'), declared).payload)).rejects.toThrow(
      'The CRC32 you specified did not match the calculated checksum.',
    );
  });

  test('a wrong Content-MD5 is BadDigest with both digests', async () => {
    const declared = readDeclaredChecksum(createRequest({ headers: [['content-md5', md5]] }));
    const reading = readAll(verifyChecksums(payloadOf('hellO'), declared).payload);
    await expect(reading).rejects.toMatchObject({ code: 'BadDigest' });
    await expect(reading).rejects.toMatchObject({
      details: [['ExpectedDigest', md5], expect.anything()],
    });
  });

  test('a trailer is compared when the body has ended', async () => {
    const headers = [['x-amz-trailer', 'x-amz-checksum-crc32']] as const;
    const declared = readDeclaredChecksum(createRequest({ headers }));
    const good = payloadOf('hello', new Map([['x-amz-checksum-crc32', crc32]]));
    expect(await readAll(verifyChecksums(good, declared).payload)).toBe('hello');
    const bad = payloadOf('hellO', new Map([['x-amz-checksum-crc32', crc32]]));
    await expect(readAll(verifyChecksums(bad, declared).payload)).rejects.toThrow('CRC32');
    const absent = payloadOf('hello');
    await expect(readAll(verifyChecksums(absent, declared).payload)).rejects.toThrow('invalid');
  });

  test.each([
    [[['content-md5', 'abc']], 'InvalidDigest'],
    [[['x-amz-checksum-sha256', 'AAAA']], 'InvalidRequest'],
    [[['x-amz-checksum-crc32', `${crc32} `]], 'InvalidRequest'],
    [
      [
        ['x-amz-checksum-crc32', crc32],
        ['x-amz-checksum-crc32c', crc32],
      ],
      'InvalidRequest',
    ],
    [
      [
        ['x-amz-checksum-crc32', crc32],
        ['x-amz-checksum-crc32', crc32],
      ],
      'InvalidRequest',
    ],
  ] as const)('%j is refused as %s', (headers, code) => {
    expect(() => readDeclaredChecksum(createRequest({ headers }))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
