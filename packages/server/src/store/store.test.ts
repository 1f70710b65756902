/** Both stores keep the contract; the SQLite store also survives being closed, shared and damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MemoryStore } from './memory.ts';
import { SqliteStore, StoreInUse, StoreUnreadable } from './sqlite.ts';
import { State } from './state.ts';
import { storeContract } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-store-'));
let count = 0;
const newPath = (): string => {
  count += 1;
  return join(folder, `${count}.sqlite`);
};
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('MemoryStore', async () => new MemoryStore());
storeContract('SqliteStore', async () => new SqliteStore(newPath()));

describe('the SQLite store', () => {
  test('keeps records and the revision over a restart', async () => {
    const path = newPath();
    const first = new SqliteStore(path);
    const revision = await first.commit([{ key: 'a', value: { n: 1 } }]);
    await first.close();
    const second = new SqliteStore(path);
    expect(await second.get('a')).toEqual({ key: 'a', revision, value: { n: 1 } });
    expect(await second.commit([{ key: 'b', value: 1 }])).toBe(revision + 1);
    await second.close();
  });

  test('is refused to a second opener while it is open', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    expect(() => new SqliteStore(path)).toThrow(StoreInUse);
    await store.close();
    await new SqliteStore(path).close();
  });

  test('names the record whose bytes were changed, and does not open', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    await store.commit([{ key: 'iam/1/role/victim', value: { marker: 'ALLOW-ME' } }]);
    await store.close();
    const bytes = readFileSync(path);
    const at = bytes.indexOf('ALLOW-ME');
    expect(at).toBeGreaterThan(0);
    bytes.write('DENIED-X', at);
    writeFileSync(path, bytes);
    expect(() => new SqliteStore(path)).toThrow(/record iam\/1\/role\/victim/);
  });

  test('does not open a file that is no store', () => {
    const path = newPath();
    writeFileSync(
      path,
      'this is not a database, it only looks like a file of some length'.repeat(99),
    );
    expect(() => new SqliteStore(path)).toThrow(StoreUnreadable);
  });

  test('any flipped byte gives the same records or a refusal, never other records', async () => {
    const path = newPath();
    const store = new SqliteStore(path);
    for (let n = 0; n < 5; n += 1) await store.commit([{ key: `k/${n}`, value: `value ${n}` }]);
    await store.close();
    const bytes = readFileSync(path);
    const expected = ['k/0', 'k/1', 'k/2', 'k/3', 'k/4'].map((key, n) => [key, `value ${n}`]);
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 37) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      const copy = newPath();
      writeFileSync(copy, damaged);
      try {
        const opened = new SqliteStore(copy);
        const records = await opened.list('');
        await opened.close();
        expect(records.map(({ key, value }) => [key, value])).toEqual(expected);
      } catch (error) {
        if (!(error instanceof StoreUnreadable)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('the replica', () => {
  test('loads what is stored, follows commits, leaves bulk prefixes out', async () => {
    const store = new MemoryStore();
    await store.commit([
      { key: 'iam/1/role/a', value: 1 },
      { key: 's3o/b/k1', value: 2 },
      { key: 's3o/b/k2', value: 2 },
      { key: 'zz/1', value: 3 },
    ]);
    const state = await State.open(store, ['s3o/']);
    expect(state.get('iam/1/role/a')).toBe(1);
    expect(state.get('s3o/b/k1')).toBeUndefined();
    expect(state.get('zz/1')).toBe(3);
    await state.commit([
      { key: 'iam/1/role/b', value: 4 },
      { key: 's3o/b/k3', value: 5 },
    ]);
    expect(state.keys('iam/1/role/')).toEqual(['iam/1/role/a', 'iam/1/role/b']);
    await state.commit([{ key: 'iam/1/role/a', value: undefined }]);
    expect(state.count('iam/1/role/')).toBe(1);
    expect(state.get('s3o/b/k3')).toBeUndefined();
    await state.close();
  });
});
