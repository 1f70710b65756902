/** Cryptographic randomness. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from './platform.ts';

export function createNodeRandom(): Random {
  return { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };
}
