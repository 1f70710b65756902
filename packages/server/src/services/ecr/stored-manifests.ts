/** Manifests of data folders of version 0.1.0 and before, which held them in the images' records. */
import type { Change } from '../../store/store.ts';
import { RecordFolder } from '../records/record-folder.ts';
import type { Runtime } from '../service.ts';
import type { ImageRecord, ManifestRecord } from './entities.ts';
import { manifestsPrefix } from './registry-store.ts';

type OldImageRecord = Omit<ImageRecord, 'manifestBytes' | 'isAnnotated'> &
  ManifestRecord & { readonly annotations: readonly unknown[] };

const imageFolder = /^ecr\/(\d{12}\/[a-z0-9-]+\/)image\/([^/]+\/)$/;

/** Moves them out of the replica in memory; once moved there is nothing more to do. */
export async function moveStoredManifests({ state }: Runtime): Promise<void> {
  for (const folder of state.folders('ecr/')) {
    const [, registry = '', repository = ''] = imageFolder.exec(folder) ?? [];
    if (repository === '') continue;
    const images = new RecordFolder<ImageRecord | OldImageRecord>(state, folder);
    for (const held of images.all()) {
      if (!('manifest' in held.record)) continue;
      const { manifest, annotations, ...image } = held.record;
      const own = {
        manifestBytes: Buffer.byteLength(manifest),
        isAnnotated: annotations.length > 0,
      };
      const key = `${manifestsPrefix}${registry}${repository}${image.digest}`;
      const moved: readonly Change[] = [
        images.replace(held, { ...image, ...own }),
        { key, value: { manifest } },
      ];
      await state.commit(moved);
    }
  }
}
