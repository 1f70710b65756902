/** Sealing of secrets and tokens: AES-256-GCM under keys derived from the master key. */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { Random } from './platform.ts';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const sealedShape = /^[A-Za-z0-9+/]+={0,2}$/;

/** A key of its own for each use, so that a text sealed for one can never open as another. */
export function deriveKey(masterKey: Uint8Array, use: string): KeyObject {
  if (masterKey.length !== 32) throw new Error('the master key has 32 bytes');
  const bytes = hkdfSync('sha256', masterKey, '', `sekisho/${use}`, 32);
  return createSecretKey(new Uint8Array(bytes));
}

/** Seals UTF-8 text as base64 of version, nonce, ciphertext and tag. */
export class AuthenticatedCipher {
  readonly #key: KeyObject;
  readonly #random: Random;

  constructor(key: KeyObject, random: Random) {
    this.#key = key;
    this.#random = random;
  }

  /** `associated` names what the text belongs to; the same must be given to open it. */
  seal(plaintext: string, associated: string): string {
    const nonce = this.#random.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(Buffer.from(associated));
    const body = cipher.update(plaintext, 'utf8');
    const end = cipher.final();
    const sealed = Buffer.concat([Buffer.of(version), nonce, body, end, cipher.getAuthTag()]);
    return sealed.toString('base64');
  }

  /** undefined when the text is not base64, or was not sealed by this key for this use. */
  open(sealed: string, associated: string): string | undefined {
    if (sealed.length % 4 !== 0 || !sealedShape.test(sealed)) return undefined;
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== version) return undefined;
    // The unused bits of the last character would let one token have several spellings.
    if (bytes.toString('base64') !== sealed) return undefined;
    const tagAt = bytes.length - tagBytes;
    const nonce = bytes.subarray(1, 1 + nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(associated));
    decipher.setAuthTag(bytes.subarray(tagAt));
    const body = decipher.update(bytes.subarray(1 + nonceBytes, tagAt));
    try {
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/** The sealer of stored secrets and opaque texts. `masterKey` has 32 bytes. */
export function createSealer(masterKey: Uint8Array, random: Random): AuthenticatedCipher {
  return new AuthenticatedCipher(deriveKey(masterKey, 'sealer'), random);
}
