/** Signing keys of Signature Version 4, derived once for each credential scope and kept. */
import { createHmac, hash } from 'node:crypto';

const cacheSize = 4096;
const blockBytes = 64;
const digestBytes = 32;
/** Longer texts than a string to sign ever is take the ordinary HMAC. */
const textMax = 2048;

/** The message of the inner hash: the key's block, then the text. One at a time uses it. */
const inner = Buffer.alloc(blockBytes + textMax);

/**
 * A key for HMAC-SHA256 whose two padded blocks are made once: two one-shot hashes cost a third
 * of an HMAC object for the short texts that are signed here.
 */
export class SigningKey {
  readonly #bytes: Buffer;
  readonly #innerBlock = Buffer.alloc(blockBytes, 0x36);
  readonly #outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);

  /** `bytes` are the 32 bytes of a derived key. */
  constructor(bytes: Buffer) {
    if (bytes.length !== digestBytes) throw new Error('a signing key has 32 bytes');
    this.#bytes = bytes;
    for (const [index, byte] of bytes.entries()) {
      this.#innerBlock[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  /** HMAC-SHA256 of text (ASCII) in lower-case hex. */
  sign(text: string): string {
    if (text.length > textMax) return createHmac('sha256', this.#bytes).update(text).digest('hex');
    inner.set(this.#innerBlock);
    const end = blockBytes + inner.write(text, blockBytes, 'latin1');
    this.#outer.write(hash('sha256', inner.subarray(0, end), 'hex'), blockBytes, 'hex');
    return hash('sha256', this.#outer, 'hex');
  }
}

/** Derives the signing key of (secret, date, region, service). */
export function deriveSigningKey(
  secret: string,
  date: string,
  region: string,
  service: string,
): SigningKey {
  const dateKey = createHmac('sha256', `AWS4${secret}`).update(date).digest();
  const regionKey = createHmac('sha256', dateKey).update(region).digest();
  const serviceKey = createHmac('sha256', regionKey).update(service).digest();
  return new SigningKey(createHmac('sha256', serviceKey).update('aws4_request').digest());
}

/** A bounded cache of signing keys by credential text. An access key id is never issued twice. */
export class SigningKeys {
  readonly #keys = new Map<string, SigningKey>();

  get(credential: string, derive: () => SigningKey): SigningKey {
    const known = this.#keys.get(credential);
    if (known !== undefined) return known;
    const key = derive();
    if (this.#keys.size >= cacheSize) this.#keys.clear();
    this.#keys.set(credential, key);
    return key;
  }
}
