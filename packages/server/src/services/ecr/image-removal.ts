/** Removing images: their manifests and their tags. */
import type { Change } from '../../store/store.ts';
import type { FoundRepository } from './registry-store.ts';

/**
 * The changes that remove the images with their tags, but for a tag that is being moved in the
 * same commit. Layers stay: those that no image uses any more are collected later.
 */
export function imageRemoval(
  { record, store }: FoundRepository,
  digests: ReadonlySet<string>,
  movedTag?: string,
): readonly Change[] {
  if (digests.size === 0) return [];
  const images = store.images(record);
  const tags = store.tags(record);
  return [
    ...[...digests].flatMap((digest) => {
      const held = images.find(digest);
      return held === undefined ? [] : [images.remove(held), store.removeManifest(record, digest)];
    }),
    ...tags
      .all()
      .filter(({ name, record: tag }) => digests.has(tag.digest) && name !== movedTag)
      .map((held) => tags.remove(held)),
  ];
}
