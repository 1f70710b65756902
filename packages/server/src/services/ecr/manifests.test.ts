/** Manifests lie in the store alone: read when asked for, gone with their image, bounded in number. */
import { beforeEach, expect, test } from 'vitest';
import { account, region } from '../workload.fixture.ts';
import { EcrWorkload, layer, manifest, ociIndex, partsOf, sha256 } from './ecr.fixture.ts';
import { manifestBytesMax, referencesPerImageMax } from './limits.ts';
import { manifestsPrefix } from './registry-store.ts';
import { moveStoredManifests } from './stored-manifests.ts';

let ecr: EcrWorkload;

beforeEach(async () => {
  ecr = await EcrWorkload.open();
  await ecr.repository();
});

const repositoryName = 'app';
const stored = () => ecr.server.state.store.list(manifestsPrefix);
const put = (imageManifest: string, more: object = {}) =>
  ecr.answer('PutImage', { repositoryName, imageManifest, ...more });
const annotated = (name: string, bytes: number) =>
  manifest(name, { annotations: { 'org.example': 'x'.repeat(bytes) } });

test('a manifest is in no record of the replica', async () => {
  await ecr.layers(repositoryName, partsOf('big'));
  await put(annotated('big', 1_000_000), { imageTag: 'v1' });
  expect(await stored()).toHaveLength(1);
  const { state } = ecr.server;
  const folders = state.folders('');
  expect(folders.filter((folder) => folder.startsWith(manifestsPrefix))).toEqual([]);
  const records = folders.flatMap((folder) => state.keys(folder).map((key) => state.get(key)));
  expect(JSON.stringify(records).length).toBeLessThan(10_000);
});

test('it goes with its image, by deletion, expiry and the end of the repository', async () => {
  await ecr.push('one', 'v1');
  await ecr.push('two', 'v2');
  await ecr.call('BatchDeleteImage', { repositoryName, imageIds: [{ imageTag: 'v1' }] });
  expect(await stored()).toHaveLength(1);
  const rule = {
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
    action: { type: 'expire' },
  };
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  await ecr.call('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText });
  ecr.server.now += 1000;
  const last = await ecr.push('three', 'v3');
  expect((await stored()).map(({ key }) => key.split('/').at(-1))).toEqual([last]);
  await ecr.call('DeleteRepository', { repositoryName, force: true });
  expect(await stored()).toEqual([]);
});

test('manifests of one answer are bounded', async () => {
  const names = ['1', '2', '3', '4', '5'];
  const large = (name: string) => annotated(name, manifestBytesMax - 1000);
  for (const name of names) {
    await ecr.layers(repositoryName, partsOf(name));
    expect(await put(large(name))).toBe('success');
  }
  const get = (count: number) => {
    const imageIds = names.slice(0, count).map((name) => ({ imageDigest: sha256(large(name)) }));
    return ecr.answer('BatchGetImage', { repositoryName, imageIds });
  };
  expect(await get(4)).toBe('success');
  expect(await get(5)).toMatch(/^400 LimitExceededException/);
});

test('so are the layers and images that one names, and its media types', async () => {
  const names = Array.from({ length: referencesPerImageMax + 1 }, (_, index) => `layer ${index}`);
  await ecr.layers(repositoryName, names.map(sha256));
  const withLayers = (count: number) =>
    manifest('many', {
      config: layer('layer 0'),
      layers: names.slice(0, count).map((name) => layer(name)),
    });
  expect(await put(withLayers(referencesPerImageMax))).toBe('success');
  expect(await put(withLayers(referencesPerImageMax + 1))).toMatch(/^400 LimitExceededException/);
  const artifactType = `application/${'x'.repeat(256)}`;
  expect(await put(manifest('many', { artifactType }))).toMatch(/InvalidParameterException/);
  const list = { schemaVersion: 2, mediaType: ociIndex, manifests: [], artifactType };
  expect(await put(JSON.stringify(list))).toMatch(/InvalidParameterException/);
});

test('manifests of an older data folder are moved', async () => {
  const digest = await ecr.push('one', 'v1');
  const { store } = ecr;
  const record = store.repositories.find(repositoryName)?.record;
  if (record === undefined) throw new Error('no repository');
  const held = store.images(record).find(digest);
  if (held === undefined) throw new Error('no image');
  const { manifestBytes, isAnnotated: _, ...image } = held.record;
  const old = { ...image, manifest: manifest('one'), annotations: [] };
  await ecr.server.state.commit([
    { key: store.images(record).keyOf(digest), value: JSON.parse(JSON.stringify(old)) },
    store.removeManifest(record, digest),
  ]);
  await moveStoredManifests(ecr.server.runtime);
  expect(store.images(record).find(digest)?.record).toEqual({
    ...image,
    manifestBytes,
    isAnnotated: false,
  });
  expect((await stored()).map(({ key }) => key)).toEqual([
    `${manifestsPrefix}${account}/${region}/${record.id}/${digest}`,
  ]);
  expect(await store.manifest(record, digest)).toBe(manifest('one'));
});
