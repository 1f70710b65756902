/** Layers on a real disk: uploads in parts, one content for many repositories, nothing half-visible. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNodePlatform } from '../../../platform/node-platform.ts';
import { createSealer } from '../../../platform/sealer.ts';
import { MemoryStore } from '../../../store/memory.ts';
import { State } from '../../../store/state.ts';
import type { Runtime } from '../../service.ts';
import type { RepositoryRecord } from '../entities.ts';
import { type FoundRepository, requireRepository } from '../registry-store.ts';
import {
  findLayer,
  layersOf,
  planLayerRemoval,
  removeLayerFiles,
  startLayers,
  stopLayers,
} from './layer-store.ts';
import { layerPath, openLayerPath } from './layer-url.ts';
import { layerPartBytesMin } from './limits.ts';
import { beginUpload, completeUpload, mountFrom, receivePart, requireUpload } from './push.ts';

const account = '123456789012';
const region = 'us-east-1';
const day = 24 * 3_600_000;

let folder: string;
let state: State;
let runtime: Runtime;
let now: number;
let timers: (() => void)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-layers-'));
  state = await State.open(new MemoryStore());
  now = Date.UTC(2026, 0, 2);
  timers = [];
  const node = createNodePlatform({ root: folder });
  const clock = {
    ...node.clock,
    now: () => now,
    after: (_: number, callback: () => void) => {
      timers.push(callback);
      return () => {};
    },
  };
  const quiet = { log: () => {}, warn: () => {} };
  runtime = {
    platform: { ...node, clock, process: { ...node.process, ...quiet } },
    state,
    sealer: createSealer(new Uint8Array(32).fill(1), node.random),
    endpoint: () => 'http://127.0.0.1:4566',
  } as unknown as Runtime;
  await startLayers(runtime);
});

afterEach(async () => {
  await stopLayers(runtime);
  await state.close();
  rmSync(folder, { recursive: true, force: true });
});

async function repository(name: string): Promise<FoundRepository> {
  const record: RepositoryRecord = {
    id: `id-of-${name}`,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    account,
    region,
    name,
    createdAt: now,
    tagMutability: 'MUTABLE',
    tagMutabilityExclusions: [],
    scanOnPush: false,
    encryption: { type: 'AES256' },
    tags: [],
  };
  const key = `ecr/${account}/${region}/repository/${name}`;
  await state.commit([{ key, value: JSON.parse(JSON.stringify(record)) }]);
  return requireRepository(name, account, { runtime, account, region });
}

async function* streamOf(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

const sha256 = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

const files = (): readonly string[] =>
  readdirSync(join(folder, 'ecr', 'layers'), { recursive: true })
    .map(String)
    .filter((path) => path.includes('/'));

async function push(target: FoundRepository, text: string): Promise<string> {
  const upload = await beginUpload(runtime, target);
  await receivePart(runtime, upload, streamOf(text));
  return (await completeUpload(runtime, target, upload, [sha256(text)])).digest;
}

const find = (target: FoundRepository, digest: string) =>
  findLayer(runtime, target.record, target.record.id, digest);

describe('an upload', () => {
  test('becomes a layer whose bytes are those of its parts in order', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    const first = 'x'.repeat(layerPartBytesMin);
    await receivePart(runtime, upload, streamOf(first.slice(0, 1000), first.slice(1000)));
    await receivePart(runtime, upload, streamOf('end'));
    const digest = sha256(`${first}end`);
    expect(find(target, digest)).toBeUndefined();
    const done = await completeUpload(runtime, target, upload, [digest]);
    expect(done).toEqual({ digest, isKnown: false });
    const layer = find(target, digest);
    expect(layer?.sizeBytes).toBe(layerPartBytesMin + 3);
    const chunks: Uint8Array[] = [];
    const { file = '', sizeBytes = 0 } = layer ?? {};
    for await (const chunk of layersOf(runtime).files.read(file, 0, sizeBytes)) {
      chunks.push(chunk);
    }
    expect(sha256(Buffer.concat(chunks).toString())).toBe(digest);
    expect(() => requireUpload(runtime, target, upload.id)).toThrow('does not exist');
  });

  test('keeps nothing of a part that broke off, and goes on from before it', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    const broken = streamOf('half', new Error('reset'));
    await expect(receivePart(runtime, upload, broken)).rejects.toThrow('reset');
    expect(upload.size).toBe(0);
    await receivePart(runtime, upload, streamOf('whole'));
    const { digest } = await completeUpload(runtime, target, upload, [sha256('whole')]);
    expect(find(target, digest)?.sizeBytes).toBe(5);
  });

  test('with another digest than it was said to have leaves nothing', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    await receivePart(runtime, upload, streamOf('forged'));
    await expect(completeUpload(runtime, target, upload, [sha256('good')])).rejects.toThrow(
      'None of the provided layer digests match the calculated layer digest',
    );
    expect(find(target, sha256('forged'))).toBeUndefined();
    expect(files()).toEqual([]);
  });

  test('without parts, or with a small part before the last, does not complete', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    await expect(completeUpload(runtime, target, upload, [sha256('')])).rejects.toMatchObject({
      code: 'EmptyUploadException',
    });
    await receivePart(runtime, upload, streamOf('a'));
    await receivePart(runtime, upload, streamOf('b'));
    await expect(completeUpload(runtime, target, upload, [sha256('ab')])).rejects.toMatchObject({
      code: 'LayerPartTooSmallException',
      message: 'All layer parts except the last part should be at least 5MB',
    });
  });

  test('takes one writer at a time', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('slow');
      await promise;
    };
    const first = receivePart(runtime, upload, slow());
    await expect(receivePart(runtime, upload, streamOf('quick'))).rejects.toMatchObject({
      code: 'InvalidLayerPartException',
    });
    await expect(completeUpload(runtime, target, upload, [sha256('slow')])).rejects.toThrow();
    resolve();
    await first;
    expect((await completeUpload(runtime, target, upload, [sha256('slow')])).isKnown).toBe(false);
  });

  test('is unknown in another repository', async () => {
    const target = await repository('app');
    const other = await repository('other');
    const { id } = await beginUpload(runtime, target);
    expect(() => requireUpload(runtime, other, id)).toThrow('does not exist');
    expect(() => requireUpload(runtime, target, `../${id.slice(3)}`)).toThrow('does not exist');
    expect(requireUpload(runtime, target, id).id).toBe(id);
  });

  test('that nobody goes on with for a day is removed', async () => {
    const target = await repository('app');
    const old = await beginUpload(runtime, target);
    now += day - 1000;
    const young = await beginUpload(runtime, target);
    now += 1000;
    timers.splice(0).forEach((callback) => {
      callback();
    });
    await expect.poll(() => files().length).toBe(1);
    expect(() => requireUpload(runtime, target, old.id)).toThrow('does not exist');
    expect(requireUpload(runtime, target, young.id)).toBe(young);
    expect(timers).toHaveLength(1);
  });

  test('into a repository that was deleted meanwhile leaves no layer', async () => {
    const target = await repository('app');
    const upload = await beginUpload(runtime, target);
    await receivePart(runtime, upload, streamOf('late'));
    await state.commit([{ key: `ecr/${account}/${region}/repository/app`, value: undefined }]);
    await expect(completeUpload(runtime, target, upload, [sha256('late')])).rejects.toMatchObject({
      code: 'RepositoryNotFoundException',
    });
    expect(find(target, sha256('late'))).toBeUndefined();
  });
});

describe('a layer', () => {
  test('is stored once for two repositories, and goes with the last of them', async () => {
    const one = await repository('one');
    const two = await repository('two');
    const digest = await push(one, 'shared');
    expect(find(two, digest)).toBeUndefined();
    await push(two, 'shared');
    expect(files()).toHaveLength(1);
    for (const [target, left] of [
      [one, 1],
      [two, 0],
    ] as const) {
      const removal = planLayerRemoval(runtime, target.record, target.record.id);
      await state.commit(removal.changes);
      await removeLayerFiles(runtime, removal);
      expect(find(target, digest)).toBeUndefined();
      expect(files()).toHaveLength(left);
    }
  });

  test('pushed by many at once is stored once', async () => {
    const target = await repository('one');
    const other = await repository('two');
    await Promise.all([one(), one(), one(), two()]);
    expect(files()).toHaveLength(1);
    async function one(): Promise<void> {
      await push(target, 'same');
    }
    async function two(): Promise<void> {
      await push(other, 'same');
    }
  });

  test('can be put into another repository of the registry without its bytes', async () => {
    const one = await repository('one');
    const two = await repository('two');
    const digest = await push(one, 'shared');
    expect(await mountFrom(runtime, one, two, sha256('other'))).toBe(false);
    expect(await mountFrom(runtime, one, two, digest)).toBe(true);
    expect(find(two, digest)?.sizeBytes).toBe(6);
    expect(files()).toHaveLength(1);
  });

  test('stays over a restart; uploads and files that nothing names do not', async () => {
    const target = await repository('app');
    const digest = await push(target, 'kept');
    await beginUpload(runtime, target);
    await layersOf(runtime).files.create();
    expect(files()).toHaveLength(3);
    await startLayers(runtime);
    expect(files()).toHaveLength(1);
    expect(find(target, digest)?.sizeBytes).toBe(4);
  });
});

describe('the URL of a layer', () => {
  test('holds for an hour, as long as the repository holds the layer', async () => {
    const target = await repository('app');
    const digest = await push(target, 'kept');
    const { record } = target;
    const path = layerPath(runtime, record, record.id, digest, now);
    expect(openLayerPath(path, runtime, now + 3_599_999)).toMatchObject({ sizeBytes: 4 });
    expect(openLayerPath(path, runtime, now + 3_600_000)).toBe('expired');
    const removal = planLayerRemoval(runtime, record, record.id);
    await state.commit(removal.changes);
    expect(openLayerPath(path, runtime, now)).toBeUndefined();
  });

  test('opens nothing when a character of it was changed', async () => {
    const target = await repository('app');
    const digest = await push(target, 'kept');
    const { record } = target;
    const path = layerPath(runtime, record, record.id, digest, now);
    const start = path.lastIndexOf('/') + 1;
    for (let at = start; at < path.length; at += 7) {
      const other = path[at] === 'A' ? 'B' : 'A';
      const changed = `${path.slice(0, at)}${other}${path.slice(at + 1)}`;
      expect(openLayerPath(changed, runtime, now)).toBeUndefined();
    }
    expect(openLayerPath(`${path}=`, runtime, now)).toBeUndefined();
    expect(openLayerPath(path.slice(0, start), runtime, now)).toBeUndefined();
  });
});
