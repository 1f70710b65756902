/** The checksums that S3 knows: name, length, and how each is computed over a stream. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { updateCrc32c } from './crc32c.ts';
import { Crc64Nvme } from './crc64nvme.ts';

/** S3's names, as in `x-amz-sdk-checksum-algorithm`. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** In S3's order. */
export const checksumAlgorithms: readonly ChecksumAlgorithm[] = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
];

/** A checksum that grows with the bytes. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Big-endian bytes in base64. To be called once. */
  digest(): string;
}

/** How many bytes a checksum has. */
export const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

class Crc32 implements RunningChecksum {
  readonly #add: (bytes: Uint8Array, crc: number) => number;
  #crc = 0;

  constructor(add: (bytes: Uint8Array, crc: number) => number) {
    this.#add = add;
  }

  update(bytes: Uint8Array): void {
    this.#crc = this.#add(bytes, this.#crc);
  }

  digest(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#crc >>> 0);
    return bytes.toString('base64');
  }
}

class Digest implements RunningChecksum {
  readonly #hash;

  constructor(algorithm: 'md5' | 'sha1' | 'sha256') {
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest('base64');
  }
}

/** A new checksum of nothing yet. */
export function createChecksum(algorithm: ChecksumAlgorithm | 'MD5'): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return new Crc32((bytes, crc) => crc32(bytes, crc));
    case 'CRC32C':
      return new Crc32(updateCrc32c);
    case 'CRC64NVME':
      return new Crc64Nvme();
    case 'SHA1':
      return new Digest('sha1');
    case 'SHA256':
      return new Digest('sha256');
    case 'MD5':
      return new Digest('md5');
  }
}

/** The checksum of bytes that are all there. */
export function computeChecksum(algorithm: ChecksumAlgorithm | 'MD5', bytes: Uint8Array): string {
  const checksum = createChecksum(algorithm);
  checksum.update(bytes);
  return checksum.digest();
}

/** `x-amz-checksum-crc32` and its like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return headers[algorithm];
}

const headers: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'x-amz-checksum-crc32',
  CRC32C: 'x-amz-checksum-crc32c',
  CRC64NVME: 'x-amz-checksum-crc64nvme',
  SHA1: 'x-amz-checksum-sha1',
  SHA256: 'x-amz-checksum-sha256',
};

const byHeader: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  checksumAlgorithms.map((algorithm) => [headers[algorithm], algorithm]),
);

/** The algorithm of a checksum header (lower case). */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  return byHeader.get(name);
}
