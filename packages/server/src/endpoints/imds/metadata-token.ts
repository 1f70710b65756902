/** Session tokens of IMDSv2: bound to one instance and a time, checked without being kept. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock, Random } from '../../platform/platform.ts';

const prefix = Buffer.from([1, 0, 0]);
const expiryBytes = 6;
const nonceBytes = 7;
const macBytes = 24;
const bodyBytes = prefix.length + expiryBytes + nonceBytes;
/** 40 bytes in base64url with padding: the length and look of AWS's tokens. */
const tokenPattern = /^[A-Za-z0-9_-]{54}==$/;

export const tokenSecondsMax = 21_600;

/** Makes and checks the tokens of one instance; they end with the endpoint that made them. */
export class MetadataTokens {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#key = random.bytes(32);
  }

  issue(seconds: number): string {
    const expiry = Buffer.alloc(expiryBytes);
    expiry.writeUIntBE(this.#clock.now() + seconds * 1000, 0, expiryBytes);
    const body = Buffer.concat([prefix, expiry, this.#random.bytes(nonceBytes)]);
    const text = Buffer.concat([body, this.#mac(body)]).toString('base64url');
    return `${text}==`;
  }

  /** How many seconds the token has left; undefined when it is no valid token of this instance. */
  secondsLeft(token: string): number | undefined {
    if (!tokenPattern.test(token)) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    // The unused bits of the last character would let one token have several spellings.
    if (`${bytes.toString('base64url')}==` !== token) return undefined;
    const body = bytes.subarray(0, bodyBytes);
    if (!timingSafeEqual(bytes.subarray(bodyBytes), this.#mac(body))) return undefined;
    const left = body.readUIntBE(prefix.length, expiryBytes) - this.#clock.now();
    return left > 0 ? Math.ceil(left / 1000) : undefined;
  }

  #mac(body: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(body).digest().subarray(0, macBytes);
  }
}
