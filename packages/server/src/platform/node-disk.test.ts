/** Tests of the data folder's disk: reading at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNodeDisk } from './node-disk.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('readAtOnce gives a range, what there is of it, or undefined', () => {
  writeFileSync(join(folder, 'file'), '0123456789');
  const disk = createNodeDisk(folder);
  const text = (start: number, end: number): string =>
    Buffer.from(disk.readAtOnce('file', start, end) ?? []).toString();
  expect(text(0, 10)).toBe('0123456789');
  expect(text(3, 5)).toBe('34');
  expect(text(8, 20)).toBe('89');
  expect(text(5, 5)).toBe('');
  expect(disk.readAtOnce('absent', 0, 1)).toBeUndefined();
  expect(() => disk.readAtOnce('../outside', 0, 1)).toThrow('leaves');
});
