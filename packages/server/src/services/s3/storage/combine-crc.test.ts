/** Tests of combined CRCs against the CRC of the whole. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeChecksum } from '../../../authentication/payload/checksum/checksum.ts';
import { combineCrcs } from './combine-crc.ts';

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'the %s of a whole follows from those of its parts',
  (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), (parts) => {
        const crcs = parts.map((part) => ({
          value: computeChecksum(algorithm, part),
          size: part.byteLength,
        }));
        expect(combineCrcs(algorithm, crcs)).toBe(computeChecksum(algorithm, Buffer.concat(parts)));
      }),
      { numRuns: 60 },
    );
  },
);
