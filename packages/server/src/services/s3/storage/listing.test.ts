/** Tests of listing pages against a model that sorts and filters everything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../store/memory.ts';
import { commonPrefixOf, listPage, type PageRequest } from './listing.ts';
import { encodeKey } from './object-key.ts';

const folder = 's3o/k/b/';
const bytes = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

async function storeOf(keys: readonly string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(keys.map((key) => ({ key: folder + encodeKey(key), value: { key } })));
  return store;
}

function naive(keys: readonly string[], request: PageRequest) {
  const { prefix, delimiter, after, limit } = request;
  const marked = commonPrefixOf(after, prefix, delimiter);
  const texts: string[] = [];
  for (const key of [...keys].sort(bytes)) {
    if (!key.startsWith(prefix) || (after !== '' && bytes(key, after) <= 0)) continue;
    const text = commonPrefixOf(key, prefix, delimiter) ?? key;
    if (text !== marked && texts.at(-1) !== text) texts.push(text);
  }
  return { texts: texts.slice(0, limit), truncated: limit > 0 && texts.length > limit };
}

const letters = fc.constantFrom('a', 'b', '/', 'é', '\uffff', '\u{1f600}', ' ');
const text = fc.string({ unit: letters, minLength: 1, maxLength: 8 });
const request = fc.record({
  prefix: fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 2 }),
  delimiter: fc.constantFrom('', '/', 'b', 'a/'),
  after: fc.oneof(fc.constant(''), text),
  limit: fc.integer({ min: 0, max: 7 }),
});

describe('listPage', () => {
  test('equals the naive model for every prefix, delimiter, marker and limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 25 }), request, async (keys, asked) => {
        const page = await listPage(await storeOf(keys), folder, asked);
        expect({
          texts: page.entries.map((entry) => entry.text),
          truncated: page.truncated,
        }).toEqual(naive(keys, asked));
      }),
      { numRuns: 400 },
    );
  });

  test('following the last entry of each page visits everything exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 25 }), request, async (keys, asked) => {
        const store = await storeOf(keys);
        const limit = Math.max(1, asked.limit);
        const seen: string[] = [];
        let after = '';
        for (;;) {
          const page = await listPage(store, folder, { ...asked, after, limit });
          seen.push(...page.entries.map((entry) => entry.text));
          if (!page.truncated) break;
          after = page.entries.at(-1)?.text ?? '';
        }
        const all = naive(keys, { ...asked, after: '', limit: 1000 });
        expect(seen).toEqual(all.texts);
      }),
      { numRuns: 200 },
    );
  });

  test('a thousand keys below one common prefix are skipped by seeking', async () => {
    const store = await storeOf(Array.from({ length: 3000 }, (_, index) => `logs/${index}`));
    await store.commit([{ key: `${folder}z`, value: { key: 'z' } }]);
    const page = await listPage(store, folder, {
      prefix: '',
      delimiter: '/',
      after: '',
      limit: 1000,
    });
    expect(page.entries.map((entry) => entry.text)).toEqual(['logs/', 'z']);
  });
});
