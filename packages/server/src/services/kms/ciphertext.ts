/**
 * Ciphertexts: AES-256-GCM under the key's material, with the encryption context as additional
 * authenticated data. The blob tells its key's ARN, so that Decrypt need not name it.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '../../platform/platform.ts';
import type { ContextPair } from './entities.ts';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
/** Version, length of the ARN. */
const prefixBytes = 2;
const arnForm = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+$/;

function associatedData(header: Uint8Array, pairs: readonly ContextPair[]): Uint8Array {
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}

/** `pairs` in the order of their keys. */
export function encryptUnder(
  key: KeyObject,
  arn: string,
  plaintext: Uint8Array,
  pairs: readonly ContextPair[],
  random: Random,
): Uint8Array {
  const name = Buffer.from(arn, 'latin1');
  const header = Buffer.concat([Buffer.of(version, name.length), name]);
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associatedData(header, pairs));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return new Uint8Array(Buffer.concat([header, nonce, body, cipher.getAuthTag()]));
}

/** The ARN of the key that a blob says it is encrypted under; undefined when it is no blob. */
export function ciphertextKeyArn(blob: Uint8Array): string | undefined {
  const length = blob[1] ?? 0;
  if (blob[0] !== version || blob.length < prefixBytes + length + nonceBytes + tagBytes) {
    return undefined;
  }
  const arn = Buffer.from(blob.subarray(prefixBytes, prefixBytes + length)).toString('latin1');
  return arnForm.test(arn) ? arn : undefined;
}

/** undefined when blob, key and context do not belong together. */
export function decryptUnder(
  key: KeyObject,
  blob: Uint8Array,
  pairs: readonly ContextPair[],
): Uint8Array | undefined {
  if (ciphertextKeyArn(blob) === undefined) return undefined;
  const headerEnd = prefixBytes + (blob[1] ?? 0);
  const bodyStart = headerEnd + nonceBytes;
  const tagAt = blob.length - tagBytes;
  const nonce = blob.subarray(headerEnd, bodyStart);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(blob.subarray(0, headerEnd), pairs));
  decipher.setAuthTag(blob.subarray(tagAt));
  const body = decipher.update(blob.subarray(bodyStart, tagAt));
  try {
    return new Uint8Array(Buffer.concat([body, decipher.final()]));
  } catch {
    return undefined;
  }
}

/** A key's material as it is used; `text` is base64 of 32 bytes. */
export function keyObject(text: string): KeyObject {
  return createSecretKey(Buffer.from(text, 'base64'));
}
