/** The chain of chunk signatures of a streaming upload: each one signs the one before it. */
import { createHash, hash } from 'node:crypto';
import type { SigningKey } from '../signature/signing-key.ts';
import { equalsDigest } from '../signature/verify.ts';

/** What the chain starts from: the request's own signature. */
export interface ChunkSeed {
  readonly key: SigningKey;
  readonly timestamp: string;
  readonly scope: string;
  readonly signature: string;
}

const emptyHash = hash('sha256', '', 'hex');

/**
 * Verifies chunk after chunk: `update` with the data, then `endChunk` with the signature.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export class ChunkChain {
  readonly #seed: ChunkSeed;
  #previous: string;
  #hash = createHash('sha256');

  constructor(seed: ChunkSeed) {
    this.#seed = seed;
    this.#previous = seed.signature;
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  /** Whether the signature is the one of the data since the last chunk. */
  endChunk(signature: string): boolean {
    const dataHash = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    return this.#follows('PAYLOAD', `${emptyHash}\n${dataHash}`, signature);
  }

  /** Whether the signature is the one of the trailer, given as `name:value\n` lines. */
  endTrailer(lines: string, signature: string): boolean {
    const linesHash = hash('sha256', Buffer.from(lines, 'latin1'), 'hex');
    return this.#follows('TRAILER', linesHash, signature);
  }

  #follows(kind: 'PAYLOAD' | 'TRAILER', hashes: string, signature: string): boolean {
    const { key, timestamp, scope } = this.#seed;
    const head = `AWS4-HMAC-SHA256-${kind}\n${timestamp}\n${scope}`;
    const isValid = equalsDigest(signature, key.sign(`${head}\n${this.#previous}\n${hashes}`));
    this.#previous = signature;
    return isValid;
  }
}
