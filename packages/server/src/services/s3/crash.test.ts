/** Crash safety and memory: what is half-done is never seen, and size does not matter. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../store/memory.ts';
import { storageOf } from './storage/s3-storage.ts';
import { TestS3 } from './testing.ts';

const Bucket = 'crash-bucket';

async function filesBelow(root: string): Promise<number> {
  const objects = join(root, 's3/objects');
  const shards = await readdir(objects);
  const counts = await Promise.all(
    shards.map(async (shard) => (await readdir(join(objects, shard))).length),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

test('dying between data and commit leaves no object, and the file is swept', async () => {
  const store = new MemoryStore();
  const before = await TestS3.open({ store });
  await before.call('CreateBucket', { Bucket });
  await before.call('PutObject', { Bucket, Key: 'k' }, { body: 'old' });
  // The commit never ends: as if the process died in it.
  let reached: () => void = () => {};
  const waiting = new Promise<void>((resolve) => {
    reached = resolve;
  });
  before.commit = async () => {
    reached();
    return await new Promise(() => {});
  };
  void before.call('PutObject', { Bucket, Key: 'k' }, { body: 'new' });
  void before.call('PutObject', { Bucket, Key: 'other' }, { body: 'new' });
  await waiting;
  await expect.poll(() => filesBelow(before.root)).toBe(3);

  const after = await TestS3.open({ store, root: before.root });
  await storageOf(after.runtime).swept;
  expect(await after.read(Bucket, 'k')).toBe('old');
  expect(await after.answer('HeadObject', { Bucket, Key: 'other' })).toContain('404');
  expect(await filesBelow(after.root)).toBe(1);
  await after.close();
});

test('an orderly stop sweeps nothing, and parts of uploads survive a crash', async () => {
  const store = new MemoryStore();
  const before = await TestS3.open({ store });
  await before.call('CreateBucket', { Bucket });
  const begun = await before.call('CreateMultipartUpload', { Bucket, Key: 'up' });
  const UploadId = begun.UploadId ?? '';
  const named = { Bucket, Key: 'up', UploadId };
  const part = await before.call('UploadPart', { ...named, PartNumber: 1 }, { body: 'part' });
  const after = await TestS3.open({ store, root: before.root });
  await storageOf(after.runtime).swept;
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  await after.call('CompleteMultipartUpload', { ...named, MultipartUpload });
  expect(await after.read(Bucket, 'up')).toBe('part');
  await after.close();
});

test('a refused commit removes the file again', async () => {
  const s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
  s3.commit = async () => {
    throw new Error('the disk is full');
  };
  await expect(s3.call('PutObject', { Bucket, Key: 'k' }, { body: 'x' })).rejects.toThrow('full');
  await expect.poll(() => filesBelow(s3.root)).toBe(0);
  await s3.close();
});

test('overwriting and deleting leave no files behind', async () => {
  const s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
  for (let round = 0; round < 5; round += 1) {
    await s3.call('PutObject', { Bucket, Key: 'k' }, { body: String(round) });
  }
  await expect.poll(() => filesBelow(s3.root)).toBe(1);
  await s3.call('DeleteObject', { Bucket, Key: 'k' });
  await expect.poll(() => filesBelow(s3.root)).toBe(0);
  await s3.close();
});

test('192 MiB pass through in constant memory, in both directions', async () => {
  const s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
  const chunk = Buffer.alloc(256 * 1024, 'x');
  const count = 768;
  let peak = 0;
  const watch = (): void => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    peak = Math.max(peak, heapUsed + arrayBuffers);
  };
  watch();
  const start = peak;
  async function* generated(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      if (index % 16 === 0) watch();
      yield chunk;
    }
  }
  const length = chunk.length * count;
  await s3.call('PutObject', { Bucket, Key: 'big' }, { body: generated(), length });
  const { Body } = await s3.call('GetObject', { Bucket, Key: 'big' });
  let size = 0;
  for await (const bytes of Body as AsyncIterable<Uint8Array>) {
    size += bytes.byteLength;
    watch();
  }
  expect(size).toBe(length);
  // Buffers that were read lie about until they are collected; their number has a bound.
  expect(peak - start).toBeLessThan(100 * 1024 * 1024);
  await s3.close();
});
