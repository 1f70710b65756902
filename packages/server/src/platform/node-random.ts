/** Cryptographic randomness. */
import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';
import type { Random } from './platform.ts';

/** A call into the system costs more than all the bytes of an identifier. */
const poolBytes = 4096;
const pooledBytesMax = 256;

/** The system's generator. Small counts come from a pool; what is handed out is wiped from it. */
export function createNodeRandom(): Random {
  const pool = new Uint8Array(poolBytes);
  let at = poolBytes;
  return {
    bytes: (count) => {
      if (count > pooledBytesMax) return randomBytes(count);
      if (at + count > poolBytes) {
        randomFillSync(pool);
        at = 0;
      }
      const bytes = pool.slice(at, at + count);
      pool.fill(0, at, at + count);
      at += count;
      return bytes;
    },
    uuid: () => randomUUID(),
  };
}
