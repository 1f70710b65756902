/** Pushing a layer: the steps that the API and the registry's HTTP share, with ECR's own errors. */
import type { Change } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { repositoryNotFound } from '../errors.ts';
import { isDigest } from '../manifest.ts';
import type { FoundRepository } from '../registry-store.ts';
import {
  emptyUpload,
  invalidLayer,
  layerPartTooSmall,
  limitExceeded,
  tooLarge,
  uploadBusy,
  uploadNotFound,
} from './errors.ts';
import { LayerTooLarge } from './layer-files.ts';
import type { Registry } from './layer-records.ts';
import { keepUpload, layersOf, mountLayer } from './layer-store.ts';
import { type LayerUpload, UploadBusy, type UploadPlace } from './layer-upload.ts';
import { layerPartBytesMin, layerPartsMax } from './limits.ts';

const uploadIdForm = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Throws LimitExceededException when the registry has too many uploads in progress. */
export async function beginUpload(
  runtime: Runtime,
  { record }: FoundRepository,
): Promise<LayerUpload> {
  const upload = await layersOf(runtime).uploads.begin(placeOf(record));
  if (upload === undefined) throw limitExceeded();
  return upload;
}

/** Throws UploadNotFoundException: also for an upload of another repository. */
export function requireUpload(
  runtime: Runtime,
  { record }: FoundRepository,
  id: string,
): LayerUpload {
  const upload = uploadIdForm.test(id)
    ? layersOf(runtime).uploads.find(id.toLowerCase(), placeOf(record))
    : undefined;
  if (upload === undefined) throw uploadNotFound(id, record);
  return upload;
}

/** Appends the stream: all of it, or nothing when it breaks off. */
export async function receivePart(
  runtime: Runtime,
  upload: LayerUpload,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (upload.partCount >= layerPartsMax) throw limitExceeded();
  try {
    await upload.append(stream, () => runtime.platform.clock.now());
  } catch (error) {
    if (error instanceof UploadBusy) throw uploadBusy();
    if (error instanceof LayerTooLarge) throw tooLarge();
    throw error;
  }
}

/** Removes the upload and what it holds. */
export async function cancelUpload(runtime: Runtime, upload: LayerUpload): Promise<void> {
  await aloneWith(upload, () => layersOf(runtime).uploads.discard(upload));
}

/** What an upload has become. */
export interface CompletedLayer {
  readonly digest: string;
  /** The repository had the layer before. */
  readonly isKnown: boolean;
}

/**
 * The upload becomes a layer of its repository when one of the digests is that of its bytes. Throws
 * EmptyUploadException, LayerPartTooSmallException and InvalidLayerException; a wrong digest ends
 * the upload.
 */
export async function completeUpload(
  runtime: Runtime,
  repository: FoundRepository,
  upload: LayerUpload,
  digests: readonly string[],
): Promise<CompletedLayer> {
  return await aloneWith(upload, async () => {
    if (upload.partCount === 0) throw emptyUpload(upload.id, repository.record);
    if (upload.smallestInnerPart < layerPartBytesMin) throw layerPartTooSmall();
    const digest = upload.digest();
    if (!digests.includes(digest)) {
      await layersOf(runtime).uploads.discard(upload);
      throw invalidLayer();
    }
    const isNew = await keepUpload(runtime, upload, digest, guardOf(repository));
    return { digest, isKnown: !isNew };
  });
}

/** Puts a layer of another repository of the registry into this one; false: there is none. */
export async function mountFrom(
  runtime: Runtime,
  source: FoundRepository,
  target: FoundRepository,
  digest: string,
): Promise<boolean> {
  if (!isDigest(digest)) return false;
  const mount = { from: source.record.id, to: target.record.id, digest };
  return await mountLayer(runtime, target.record, mount, guardOf(target));
}

async function aloneWith<T>(upload: LayerUpload, run: () => Promise<T>): Promise<T> {
  try {
    return await upload.alone(run);
  } catch (error) {
    if (error instanceof UploadBusy) throw uploadBusy();
    throw error;
  }
}

function placeOf({ id, account, region }: Registry & { readonly id: string }): UploadPlace {
  return { account, region, repository: id };
}

/** The repository's record is written as it is: a deletion at the same time makes a conflict. */
function guardOf({ name, record, store }: FoundRepository): () => readonly Change[] {
  return () => {
    const held = store.repositories.find(name);
    if (held?.record.id !== record.id) throw repositoryNotFound(name, record.account);
    return [store.repositories.replace(held, held.record)];
  };
}
