/** Object keys as store keys: ASCII text whose code-unit order is the byte order of UTF-8. */

const encoder = new TextEncoder();
const hexadecimal = '0123456789abcdef';

/** The lowest and the highest character that stand for themselves; `!` and `~` are escapes. */
const firstPlain = 0x22;
const lastPlain = 0x7d;

/** Greater than every character of an encoded key: ends the range of keys with a prefix. */
export const afterEveryKey = '\x7f';

/**
 * Encodes a key (or the beginning of one). Low bytes become `!xx` and high ones `~xx`: the escape
 * sorts where the byte would, so both order and the prefix relation are kept.
 */
export function encodeKey(key: string): string {
  let encoded = '';
  for (const byte of encoder.encode(key)) {
    if (byte >= firstPlain && byte <= lastPlain) {
      encoded += String.fromCharCode(byte);
    } else {
      const mark = byte < firstPlain ? '!' : '~';
      encoded += `${mark}${hexadecimal[byte >> 4]}${hexadecimal[byte & 15]}`;
    }
  }
  return encoded;
}

/** Everything under here is bulk data: it is not held in the replica. */
export const bulkPrefix = 's3o/';

/** Bucket records, held in the replica. */
export const bucketFolder = 's3b/';

export function bucketKey(name: string): string {
  return `${bucketFolder}${name}`;
}

/** The folder of the current objects of a bucket. */
export function objectFolder(bucketId: string): string {
  return `${bulkPrefix}k/${bucketId}/`;
}

/** The folder of the versions that are no longer current. */
export function versionFolder(bucketId: string): string {
  return `${bulkPrefix}v/${bucketId}/`;
}

/** The folder of the uploads under way; a space (which no encoded key has) ends the key. */
export function uploadFolder(bucketId: string): string {
  return `${bulkPrefix}u/${bucketId}/`;
}

export function uploadKey(bucketId: string, key: string, uploadId: string): string {
  return `${uploadFolder(bucketId)}${encodeKey(key)} ${uploadId}`;
}

export const partsFolder = `${bulkPrefix}p/`;

export function partFolder(uploadId: string): string {
  return `${partsFolder}${uploadId}/`;
}

export function partKey(uploadId: string, number: number): string {
  return `${partFolder(uploadId)}${String(number).padStart(5, '0')}`;
}
