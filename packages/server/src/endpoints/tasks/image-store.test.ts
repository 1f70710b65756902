/** Unpacking of images: hostile archives end the pull, before they fill the disk or the memory. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNodePlatform } from '../../platform/node-platform.ts';
import { ImageStore } from './image-store.ts';
import { readArchive } from './layer-archive.ts';
import { archive, type Member } from './tasks.fixture.ts';

const tar = 'application/vnd.oci.image.layer.v1.tar';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-image-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function store(bytesMax?: number): ImageStore {
  return new ImageStore(createNodePlatform({ root: folder }).disk, 'task', bytesMax);
}

async function unpack(...layers: readonly (readonly Member[])[]): Promise<string> {
  const image = store();
  for (const members of layers) await image.addLayer(once(archive(members)), tar);
  await image.materialize();
  return join(folder, image.root);
}

describe('T39 what unpacks to more than it may', () => {
  const limit = 64 * 1024;

  test('is refused while it is read: a compressed file of zeros', async () => {
    const bomb = gzipSync(archive([{ path: 'zeros', content: '\0'.repeat(4 * limit) }]));
    expect(bomb.length).toBeLessThan(1024);
    await expect(store(limit).addLayer(once(bomb), `${tar}+gzip`)).rejects.toThrow('too large');
  });

  test('is refused while it is read: one file under very many names', async () => {
    const names = Array.from({ length: 40 }, (_, index) => ({
      path: `name-${index}`,
      type: '1',
      target: 'file',
    }));
    const bytes = archive([{ path: 'file', content: 'x'.repeat(4096) }, ...names]);
    expect(bytes.length).toBeLessThan(limit);
    await expect(store(limit).addLayer(once(bytes), tar)).rejects.toThrow('too large');
  });
});

test('T39 of extended headers nothing is kept but what is needed', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const value = 'v'.repeat(900_000);
  const header = (key: string): Buffer => {
    const rest = ` ${key}=${value}\n`;
    const content = `${rest.length + 6}${rest}`;
    return archive([{ path: 'pax', type: 'x', content }]).subarray(0, -1024);
  };
  let held = 0;
  async function* flood(): AsyncGenerator<Uint8Array> {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let count = 100; count < 140; count += 1) yield header(`SCHILY.xattr.${count}`);
    collectGarbage();
    held = process.memoryUsage().heapUsed - before;
    yield archive([
      { path: 'pax', type: 'x', content: '13 path=real\n' },
      { path: 'short', content: 'c' },
    ]);
  }
  const paths: string[] = [];
  for await (const { path } of readArchive(flood())) paths.push(path);
  expect(paths).toEqual(['real']);
  expect(held).toBeLessThan(15_000_000);
});

describe('names that lead away', () => {
  test('absolute paths and parents end inside', async () => {
    const root = await unpack([
      { path: '/etc/absolute', content: '1' },
      { path: '../../../outside', content: '2' },
      { path: 'a/../../b', content: '3' },
    ]);
    expect(readdirSync(root).toSorted()).toEqual(['b', 'etc', 'outside']);
    expect(readFileSync(join(root, 'etc/absolute'), 'utf8')).toBe('1');
    expect(readdirSync(folder)).toEqual(['task']);
  });

  test('a link is never written through: not in its layer, not from the next', async () => {
    const target = join(folder, 'victim');
    const root = await unpack(
      [
        { path: 'out', type: '2', target },
        { path: 'out/file', content: 'x' },
        { path: 'up', type: '2', target: '../../..' },
      ],
      [
        { path: 'up/file', content: 'y' },
        { path: 'hard', type: '1', target: 'out/../../../../../etc/passwd' },
      ],
    );
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(root).toSorted()).toEqual(['file', 'out', 'up']);
    expect(existsSync(join(root, 'hard'))).toBe(false);
  });

  test('the last member of a name counts; devices are none', async () => {
    const root = await unpack([
      { path: 'one', content: 'first' },
      { path: 'one', content: 'second' },
      { path: 'two', type: '2', target: 'one' },
      { path: 'two', content: 'third' },
      { path: 'null', type: '3' },
      { path: 'block', type: '4' },
      { path: 'suid', content: 's', mode: 0o6777 },
    ]);
    expect(readdirSync(root).toSorted()).toEqual(['one', 'suid', 'two']);
    expect(readFileSync(join(root, 'one'), 'utf8')).toBe('second');
    expect(readFileSync(join(root, 'two'), 'utf8')).toBe('third');
  });
});
