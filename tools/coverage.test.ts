/** The generated coverage pages are what the code says. */
import { expect, test } from 'vitest';
import { stalePages } from './coverage.ts';

test('docs/{en,ja}/coverage.md are up to date: node --conditions=source tools/coverage.ts', async () => {
  expect(await stalePages()).toEqual([]);
});
