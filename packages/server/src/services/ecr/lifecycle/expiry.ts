/** Expiry of images: what a repository's lifecycle policy removes, as changes to commit. */
import type { Change } from '../../../store/store.ts';
import type { ImageRecord } from '../entities.ts';
import { imageRemoval } from '../image-removal.ts';
import { type FoundRepository, tagsByDigest } from '../registry-store.ts';
import { expiringImages, type TaggedImage } from './evaluate.ts';
import { readLifecyclePolicy } from './policy.ts';

/** When, and after which push. */
export interface Expiry {
  /** Wall time in milliseconds. */
  readonly now: number;
  /** The image that is being put under `tag`: it counts, and stays. */
  readonly put?: ImageRecord;
  readonly tag?: string;
  /**
   * A push is under way here or beside us: images without tags that are young may be parts of a
   * list that is still to come. AWS takes up to 24 hours, we take one for these.
   */
  readonly isPush: boolean;
}

const settlingMilliseconds = 3_600_000;

/**
 * What the policy removes now; nothing without a policy. The repository's own record is not among
 * the changes: whoever commits them writes it too, so that no other change goes between.
 */
export function expiryChanges(repository: FoundRepository, expiry: Expiry): readonly Change[] {
  const text = repository.record.lifecyclePolicy?.text;
  if (text === undefined) return [];
  const { now, put, isPush } = expiry;
  const images = imagesAfter(repository, expiry);
  const expired = expiringImages(images, readLifecyclePolicy(text), now).filter(
    ({ image, tags }) =>
      image.digest !== put?.digest &&
      !(isPush && tags.length === 0 && now - image.pushedAt < settlingMilliseconds),
  );
  const digests = new Set(expired.map(({ image }) => image.digest));
  if (digests.size === 0) return [];
  addReferrers(digests, images, put?.digest);
  return imageRemoval(repository, digests, expiry.tag);
}

/** Images that refer to one that goes are of no use without it. */
function addReferrers(
  digests: Set<string>,
  images: readonly TaggedImage[],
  put: string | undefined,
): void {
  for (let size = 0; size < digests.size; ) {
    size = digests.size;
    for (const { image } of images) {
      if (image.digest === put || image.subject === undefined) continue;
      if (digests.has(image.subject)) digests.add(image.digest);
    }
  }
}

/** The images as they are, or as they will be after the push. */
export function imagesAfter(
  repository: FoundRepository,
  { put, tag }: Pick<Expiry, 'put' | 'tag'> = {},
): readonly TaggedImage[] {
  const { record, store } = repository;
  const tags = tagsByDigest(repository);
  const images = new Map(
    store
      .images(record)
      .all()
      .map((held) => [held.record.digest, held.record]),
  );
  if (put !== undefined) images.set(put.digest, put);
  if (put !== undefined && tag !== undefined) {
    for (const [digest, names] of tags) {
      tags.set(
        digest,
        names.filter((name) => name !== tag),
      );
    }
    tags.set(put.digest, [...(tags.get(put.digest) ?? []), tag].sort());
  }
  return [...images.values()].map((image) => ({ image, tags: tags.get(image.digest) ?? [] }));
}
