/** Archives of layers: the forms that are read, and the malformed ones that are not. */
import { expect, test } from 'vitest';
import { ImageTree } from './image-tree.ts';
import { readArchive } from './layer-archive.ts';
import { archive } from './tasks.fixture.ts';

async function* cut(bytes: Buffer, count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += count) yield bytes.subarray(at, at + count);
}

async function read(bytes: Buffer, chunkBytes = 700) {
  const entries: (readonly [path: string, type: string, content: string])[] = [];
  for await (const { path, type, content } of readArchive(cut(bytes, chunkBytes))) {
    let text = '';
    for await (const chunk of content) text += Buffer.from(chunk).toString();
    entries.push([path, type, text]);
  }
  return entries;
}

const long = `${'d/'.repeat(80)}file`;
const pax = (records: Readonly<Record<string, string>>): string =>
  Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      const length = String(rest.length + String(rest.length + 3).length);
      return `${length}${rest}`;
    })
    .join('');

test('files, folders, links come in order, whatever pieces the stream has', async () => {
  const bytes = archive([
    { path: 'a/', type: '5' },
    { path: 'a/x', content: 'x'.repeat(513) },
    { path: 'a/empty' },
    { path: 'a/l', type: '2', target: 'x' },
    { path: 'fifo', type: '6' },
  ]);
  for (const chunkBytes of [1, 511, 512, 10_000]) {
    expect(await read(bytes, chunkBytes)).toEqual([
      ['a/', 'folder', ''],
      ['a/x', 'file', 'x'.repeat(513)],
      ['a/empty', 'file', ''],
      ['a/l', 'link', ''],
      ['fifo', 'other', ''],
    ]);
  }
});

test('long names come from GNU’s and from pax’s extensions, for the next member alone', async () => {
  const bytes = archive([
    { path: '././@LongLink', type: 'L', content: `${long}\0` },
    { path: 'cut', content: '1' },
    { path: 'PaxHeaders/x', type: 'x', content: pax({ path: `${long}2`, mtime: '1' }) },
    { path: 'cut', content: '2' },
    { path: 'global', type: 'g', content: pax({ comment: 'c' }) },
    { path: 'short', content: '3' },
  ]);
  expect(await read(bytes)).toEqual([
    [long, 'file', '1'],
    [`${long}2`, 'file', '2'],
    ['short', 'file', '3'],
  ]);
});

test('content that nobody reads is passed over', async () => {
  const paths: string[] = [];
  const bytes = archive([{ path: 'a', content: 'x'.repeat(2000) }, { path: 'b' }]);
  for await (const { path } of readArchive(cut(bytes, 100))) paths.push(path);
  expect(paths).toEqual(['a', 'b']);
});

test('what is cut short, changed or endless is refused', async () => {
  const bytes = archive([{ path: 'a', content: 'x'.repeat(600) }]);
  await expect(read(bytes.subarray(0, 900))).rejects.toThrow('cut short');
  await expect(read(bytes.subarray(0, 100))).rejects.toThrow('cut short');
  const changed = Buffer.from(bytes);
  changed[0] = 0x62;
  await expect(read(changed)).rejects.toThrow('checksum');
  const hugeExtension = archive([{ path: 'x', type: 'L', content: 'y'.repeat(1024 * 1024 + 1) }]);
  await expect(read(hugeExtension)).rejects.toThrow('extension');
  const badRecord = archive([{ path: 'x', type: 'x', content: '999 path=a\n' }]);
  await expect(read(badRecord)).rejects.toThrow('extension');
});

test('a later layer covers an earlier one; whiteouts reach only what lies below', () => {
  const tree = new ImageTree();
  const file = (content: number) => (layer: number) =>
    ({ kind: 'file', content, mode: 0o644, layer }) as const;
  tree.beginLayer();
  tree.place('etc/a', file(1));
  tree.place('etc/b', file(2));
  tree.place('var/x', file(3));
  tree.beginLayer();
  tree.place('etc/.wh.a', file(0));
  tree.place('etc/b', file(4));
  tree.place('var/new', file(5));
  tree.place('var/.wh..wh..opq', file(0));
  expect(tree.find('/etc/a')).toBeUndefined();
  expect(tree.find('/etc/b')?.node).toMatchObject({ content: 4 });
  expect(tree.find('/var/x')).toBeUndefined();
  expect(tree.find('/var/new')?.node).toMatchObject({ content: 5 });
});

test('links lead inside the tree only, and not for ever', () => {
  const tree = new ImageTree();
  tree.beginLayer();
  const link = (target: string) => (layer: number) => ({ kind: 'link', target, layer }) as const;
  tree.place('usr/bin/x', (layer) => ({ kind: 'file', content: 1, mode: 0o755, layer }));
  tree.place('bin', link('usr/bin'));
  tree.place('loop', link('loop'));
  tree.place('up', link('../../../usr'));
  expect(tree.find('/bin/x')?.path).toEqual(['usr', 'bin', 'x']);
  expect(tree.find('/up/bin/x')?.path).toEqual(['usr', 'bin', 'x']);
  expect(tree.find('x', '/usr/bin')?.path).toEqual(['usr', 'bin', 'x']);
  expect(tree.find('/loop')).toBeUndefined();
  expect(tree.find('/usr/bin/x/y')).toBeUndefined();
});
