/** The pool of random bytes: lengths as asked, never the same bytes twice. */
import { expect, test } from 'vitest';
import { createNodeRandom } from './node-random.ts';

test('gives as many bytes as asked, across the ends of the pool', () => {
  const random = createNodeRandom();
  for (const count of [0, 1, 12, 255, 256, 257, 5000]) {
    expect(random.bytes(count).length).toBe(count);
  }
});

test('never hands out the same bytes, nor bytes that were wiped', () => {
  const random = createNodeRandom();
  const seen = new Set<string>();
  for (let index = 0; index < 5000; index += 1) {
    const bytes = random.bytes(16);
    expect(bytes.some((byte) => byte !== 0)).toBe(true);
    seen.add(Buffer.from(bytes).toString('hex'));
  }
  expect(seen.size).toBe(5000);
});

test('a caller that writes into its bytes changes nobody else’s', () => {
  const random = createNodeRandom();
  const first = random.bytes(16);
  const second = random.bytes(16);
  const before = [...second];
  first.fill(0);
  expect([...second]).toEqual(before);
});
