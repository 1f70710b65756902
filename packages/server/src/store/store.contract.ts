/** What every store must do: one suite, run against each implementation. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Commit, Store } from './store.ts';
import { StoreConflict } from './store.ts';

/** Runs the contract against the stores that `open` makes. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store contract`, () => {
    const opened: Store[] = [];
    const openStore = async (): Promise<Store> => {
      const store = await open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    test('a committed record is read back with its revision', async () => {
      const store = await openStore();
      const revision = await store.commit([{ key: 'a/1', value: { Name: 'x', list: [1, null] } }]);
      expect(await store.get('a/1')).toEqual({
        key: 'a/1',
        revision,
        value: { Name: 'x', list: [1, null] },
      });
      expect(await store.get('a/2')).toBeUndefined();
    });

    test('a commit applies wholly or not at all', async () => {
      const store = await openStore();
      await store.commit([{ key: 'a', value: 1 }]);
      const failing = store.commit([
        { key: 'b', value: 2 },
        { key: 'a', value: 3, ifRevision: 0 },
      ]);
      await expect(failing).rejects.toBeInstanceOf(StoreConflict);
      expect(await store.get('b')).toBeUndefined();
      expect((await store.get('a'))?.value).toBe(1);
    });

    test('expectations compare revisions, and 0 means that the record must not exist', async () => {
      const store = await openStore();
      const first = await store.commit([{ key: 'a', value: 1, ifRevision: 0 }]);
      const second = await store.commit([{ key: 'a', value: 2, ifRevision: first }]);
      expect(second).toBeGreaterThan(first);
      await expect(
        store.commit([{ key: 'a', value: 3, ifRevision: first }]),
      ).rejects.toBeInstanceOf(StoreConflict);
      await store.commit([{ key: 'a', value: undefined, ifRevision: second }]);
      expect(await store.get('a')).toBeUndefined();
      await store.commit([{ key: 'a', value: 4, ifRevision: 0 }]);
    });

    test('of two commits in the same turn that expect the same revision one is refused', async () => {
      const store = await openStore();
      const results = await Promise.allSettled([
        store.commit([{ key: 'a', value: 1, ifRevision: 0 }]),
        store.commit([{ key: 'a', value: 2, ifRevision: 0 }]),
      ]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
      expect((await store.get('a'))?.value).toBe(1);
    });

    test('listing is by prefix, in code unit order, after a key, up to a limit', async () => {
      const store = await openStore();
      const keys = ['p/a', 'p/b', 'p/\u{1f600}', 'p/\uffee', 'q/a', 'p0', 'p/'];
      await store.commit(keys.map((key) => ({ key, value: key })));
      const names = async (prefix: string, options?: { after?: string; limit?: number }) =>
        (await store.list(prefix, options)).map((record) => record.key);
      const sorted = keys.filter((key) => key.startsWith('p/')).sort();
      expect(await names('p/')).toEqual(sorted);
      expect(await names('p/', { limit: 2 })).toEqual(sorted.slice(0, 2));
      expect(await names('p/', { after: 'p/a', limit: 2 })).toEqual(sorted.slice(2, 4));
      expect(await names('p/', { after: 'p/~~' })).toEqual(sorted.filter((key) => key > 'p/~~'));
      expect(await names('none/')).toEqual([]);
      expect(await names('')).toEqual([...keys].sort());
    });

    test('watchers see each commit once, in order, and can stop', async () => {
      const store = await openStore();
      const seen: Commit[] = [];
      const stop = store.watch((commit) => seen.push(commit));
      const first = await store.commit([{ key: 'a', value: 1 }]);
      const second = await store.commit([{ key: 'a', value: undefined }]);
      stop();
      await store.commit([{ key: 'b', value: 1 }]);
      expect(seen).toEqual([
        { revision: first, records: [{ key: 'a', value: 1 }] },
        { revision: second, records: [{ key: 'a', value: undefined }] },
      ]);
    });

    test('hostile keys and values are data', async () => {
      const store = await openStore();
      const value = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
      await store.commit([{ key: "x'; DROP TABLE record; --\u0000\ud800", value }]);
      const [record] = await store.list("x'");
      expect(JSON.stringify(record?.value)).toBe(JSON.stringify(value));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  });
}
