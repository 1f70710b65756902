/** The layers of one running server: their files, their uploads, and how an upload becomes a layer. */
import { type Change, StoreConflict } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { LayerFiles } from './layer-files.ts';
import {
  type ContentRecord,
  LayerRecords,
  type LayerRemoval,
  type Registry,
  storedFiles,
} from './layer-records.ts';
import type { LayerUpload } from './layer-upload.ts';
import { LayerUploads } from './layer-uploads.ts';

/** What a running server has of layers. */
export interface LayerStore {
  readonly files: LayerFiles;
  readonly uploads: LayerUploads;
}

const stores = new WeakMap<Runtime, LayerStore>();

/** A writer that loses this often meets a storm on one layer. */
const attemptsMax = 50;

/** Removes the files that a crash, or a forgotten store, has left. */
export async function startLayers(runtime: Runtime): Promise<void> {
  const { platform, state } = runtime;
  const files = new LayerFiles(platform);
  const removed = await files.removeOthers(storedFiles(state));
  if (removed > 0) platform.process.log(`ecr: removed ${removed} files that no layer names`);
  const uploads = new LayerUploads(platform, files);
  uploads.watch();
  stores.set(runtime, { files, uploads });
}

/** Ends the uploads in progress. */
export async function stopLayers(runtime: Runtime): Promise<void> {
  const store = stores.get(runtime);
  stores.delete(runtime);
  await store?.uploads.stop();
}

export function layersOf(runtime: Runtime): LayerStore {
  const store = stores.get(runtime);
  if (store === undefined) throw new Error('the layers of ecr were not started');
  return store;
}

/** The layer's content, if the repository (by its id) holds it. */
export function findLayer(
  runtime: Runtime,
  registry: Registry,
  repository: string,
  digest: string,
): ContentRecord | undefined {
  return new LayerRecords(runtime.state, registry).find(repository, digest);
}

/** The digests of the layers that a repository holds, sorted. */
export function layerDigests(
  runtime: Runtime,
  registry: Registry,
  repository: string,
): readonly string[] {
  return new LayerRecords(runtime.state, registry).links(repository).names();
}

/**
 * What deleting a repository takes with it: commit the changes with its own record's removal, then
 * call `removeLayerFiles`.
 */
export function planLayerRemoval(
  runtime: Runtime,
  registry: Registry,
  repository: string,
  digests: readonly string[] = layerDigests(runtime, registry, repository),
): LayerRemoval {
  return new LayerRecords(runtime.state, registry).unlink(repository, digests);
}

/** After the commit. A file that cannot be removed goes at the next start. */
export async function removeLayerFiles(runtime: Runtime, { files }: LayerRemoval): Promise<void> {
  for (const file of files) {
    try {
      await layersOf(runtime).files.remove(file);
    } catch (error) {
      runtime.platform.process.warn(`ecr: ${file} stays until the next start: ${String(error)}`);
    }
  }
}

/**
 * The upload's bytes, verified by the caller to be of the digest, become a layer of its repository:
 * synced, then recorded. `guard` is asked just before each attempt; its change (of the repository's
 * own record) is committed along, so that no layer enters a repository that is being deleted.
 * Resolves to false when the repository held the layer already.
 */
export async function keepUpload(
  runtime: Runtime,
  upload: LayerUpload,
  digest: string,
  guard: () => readonly Change[],
): Promise<boolean> {
  const { files, uploads } = layersOf(runtime);
  const { place, file, size } = upload;
  await files.sync(file);
  const linked = await link(runtime, place, digest, { file, sizeBytes: size }, guard);
  if (linked.usesFile) uploads.release(upload);
  else await uploads.discard(upload);
  return linked.isNew;
}

/** A layer that one repository holds is put into another one; false when there is none to put. */
export async function mountLayer(
  runtime: Runtime,
  registry: Registry,
  mount: { readonly from: string; readonly to: string; readonly digest: string },
  guard: () => readonly Change[],
): Promise<boolean> {
  const layer = findLayer(runtime, registry, mount.from, mount.digest);
  if (layer === undefined) return false;
  const place = { ...registry, repository: mount.to };
  const linked = await link(runtime, place, mount.digest, undefined, guard);
  return linked.isPresent;
}

async function link(
  runtime: Runtime,
  place: LayerUpload['place'],
  digest: string,
  layer: Omit<ContentRecord, 'links'> | undefined,
  guard: () => readonly Change[],
): Promise<{ readonly isPresent: boolean; readonly isNew: boolean; readonly usesFile: boolean }> {
  const records = new LayerRecords(runtime.state, place);
  for (let attempt = 1; ; attempt += 1) {
    const guards = guard();
    if (records.find(place.repository, digest) !== undefined) {
      return { isPresent: true, isNew: false, usesFile: false };
    }
    const content = layer ?? records.contents.find(digest)?.record;
    if (content === undefined) return { isPresent: false, isNew: false, usesFile: false };
    const now = runtime.platform.clock.now();
    const plan = records.link(place.repository, digest, content, now);
    try {
      await runtime.state.commit([...guards, ...plan.changes]);
      return { isPresent: true, isNew: true, usesFile: plan.usesFile };
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt >= attemptsMax) throw error;
    }
  }
}
