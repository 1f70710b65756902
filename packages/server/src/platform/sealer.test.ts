/** Sealed texts open only under their key and for their use. */
import { expect, test } from 'vitest';
import { createNodeRandom } from './node-random.ts';
import { createSealer } from './sealer.ts';

const random = createNodeRandom();
const masterKey = random.bytes(32);
const sealer = createSealer(masterKey, random);

test('a text opens under the same key for the same use', () => {
  const sealed = sealer.seal('日本 secret', 'use');
  expect(createSealer(masterKey, random).open(sealed, 'use')).toBe('日本 secret');
  expect(sealed).not.toContain('secret');
});

test('it does not open for another use, under another key, or changed', () => {
  const sealed = sealer.seal('secret', 'use');
  expect(sealer.open(sealed, 'other')).toBeUndefined();
  expect(createSealer(random.bytes(32), random).open(sealed, 'use')).toBeUndefined();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    expect(sealer.open(changed, 'use')).toBeUndefined();
  }
});

test('a master key has 32 bytes', () => {
  expect(() => createSealer(random.bytes(16), random)).toThrow('32 bytes');
});
