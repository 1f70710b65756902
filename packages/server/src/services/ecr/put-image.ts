/**
 * Putting an image: the manifest checked, its parts present, its tag free to be set.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
 */
import { createHash } from 'node:crypto';
import type { Change } from '../../store/store.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import type { ImageRecord, RepositoryRecord } from './entities.ts';
import {
  imageDigestDoesNotMatch,
  imageTagAlreadyExists,
  invalidParameter,
  layersNotFound,
  limitExceeded,
  referencedImagesNotFound,
} from './errors.ts';
import { expiryChanges } from './lifecycle/expiry.ts';
import {
  imagesPerRepositoryMax,
  referencesCountedMin,
  referencesPerImageMax,
  referencesPerRepositoryMax,
  tagCharactersMax,
  tagsPerImageMax,
} from './limits.ts';
import { isDigest, type Manifest, readManifest } from './manifest.ts';
import type { FoundRepository } from './registry-store.ts';
import { isImmutableTag } from './tag-mutability.ts';

/** What is put. */
export interface ImagePut {
  readonly repository: FoundRepository;
  /** As sent: its digest is taken over these bytes. */
  readonly manifest: Uint8Array;
  /** The media type named beside the manifest, if any. */
  readonly mediaType?: string | undefined;
  readonly tag?: string | undefined;
  /** The digest that the client expects, if it told one. */
  readonly digest?: string | undefined;
  /** Wall time in milliseconds. */
  readonly now: number;
}

/** An image ready to be stored. */
export interface PutImage {
  readonly image: ImageRecord;
  /** The same manifest was there, under this tag if one was given: nothing changes. */
  readonly existed: boolean;
  /**
   * To be committed together; empty when it existed. They conflict (StoreConflict) with whatever
   * else changes the repository's images meanwhile: read everything again then.
   */
  readonly changes: readonly Change[];
}

/**
 * Checks and prepares; commits nothing. Throws InvalidParameterException,
 * UnsupportedImageTypeException, ImageDigestDoesNotMatchException, LayersNotFoundException,
 * ReferencedImagesNotFoundException, ImageTagAlreadyExistsException, LimitExceededException.
 */
export function putImage(put: ImagePut): PutImage {
  const { repository, tag, now } = put;
  const { record, store } = repository;
  if (tag !== undefined) checkTag(tag);
  const manifest = readManifest(put.manifest, put.mediaType);
  const digest = digestOf(put.manifest);
  if (put.digest !== undefined) checkDigest(put.digest, digest);
  const tags = store.tags(record);
  const tagged = tag === undefined ? undefined : tags.find(tag);
  const images = store.images(record);
  const present = images.find(digest);
  if (present !== undefined && (tag === undefined || tagged?.record.digest === digest)) {
    return { image: present.record, existed: true, changes: [] };
  }
  if (tag !== undefined && tagged !== undefined && isImmutableTag(record, tag)) {
    throw imageTagAlreadyExists(tag, record.name, immutableThing(record));
  }
  const manifestBytes = put.manifest.byteLength;
  const image =
    present?.record ?? newImage(repository, manifest, { digest, manifestBytes, pushedAt: now });
  if (tag !== undefined && tagsOf(repository, digest) >= tagsPerImageMax) {
    throw limitExceeded(`The image already has the maximum number of tags (${tagsPerImageMax}).`);
  }
  const change = tag === undefined ? undefined : { digest };
  const expired =
    tag === undefined ? [] : expiryChanges(repository, { now, put: image, tag, isPush: true });
  return {
    image,
    existed: false,
    changes: [
      // Written as it is: whatever else changes the images meanwhile loses, or we do.
      store.repositories.replace(repository, record),
      ...(present === undefined
        ? [images.create(digest, image), store.putManifest(record, digest, manifest.text)]
        : []),
      ...(change === undefined || tag === undefined
        ? []
        : [tagged === undefined ? tags.create(tag, change) : tags.replace(tagged, change)]),
      ...expired,
    ],
  };
}

/** `sha256:<64 hex>`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const tagForm = /^[a-zA-Z0-9-_.]+$/;

/** Throws InvalidParameterException. */
export function checkTag(tag: string): void {
  if (tag.length > tagCharactersMax) {
    throw invalidParameter(
      'imageTag',
      `must have length less than or equal to ${tagCharactersMax}`,
    );
  }
  if (!tagForm.test(tag)) {
    throw invalidParameter('imageTag', "must satisfy regular expression '[a-zA-Z0-9-_.]+'");
  }
}

function checkDigest(expected: string, calculated: string): void {
  if (!isDigest(expected)) {
    // Unverified: the expression; another algorithm than sha256 is refused with it.
    throw invalidParameter(
      'imageDigest',
      "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  if (expected !== calculated) throw imageDigestDoesNotMatch(expected, calculated);
}

function immutableThing({ tagMutability }: RepositoryRecord): 'repository' | 'tag' {
  return tagMutability === 'IMMUTABLE' ? 'repository' : 'tag';
}

function tagsOf({ record, store }: FoundRepository, digest: string): number {
  return store
    .tags(record)
    .all()
    .filter((tag) => tag.record.digest === digest).length;
}

function newImage(
  { record, store }: FoundRepository,
  { text: _, layers: layerDigests, manifests: imageDigests, annotations, ...manifest }: Manifest,
  own: Pick<ImageRecord, 'digest' | 'manifestBytes' | 'pushedAt'>,
): ImageRecord {
  const layers = store.layers(record);
  const images = store.images(record);
  if (images.count() >= imagesPerRepositoryMax) {
    throw limitExceeded('The repository already has the maximum number of images.');
  }
  checkReferences(layerDigests.length + imageDigests.length, images);
  const missingLayers = layerDigests.filter((each) => layers.find(each) === undefined);
  if (missingLayers.length > 0) throw layersNotFound(missingLayers, record);
  const missingImages = imageDigests.filter((each) => images.find(each) === undefined);
  if (missingImages.length > 0) throw referencedImagesNotFound(missingImages, record);
  const layerBytes = layerDigests.map((each) => layers.find(each)?.record.sizeBytes ?? 0);
  const imageBytes = imageDigests.map((each) => images.find(each)?.record.sizeBytes ?? 0);
  return {
    ...manifest,
    ...own,
    sizeBytes: layerBytes.reduce((sum, bytes) => sum + bytes, Math.max(0, ...imageBytes)),
    layers: layerDigests,
    manifests: imageDigests,
    isAnnotated: annotations.length > 0,
  };
}

/** What the records of images take of the memory stays bounded. Throws LimitExceededException. */
function checkReferences(count: number, images: RecordFolder<ImageRecord>): void {
  if (count > referencesPerImageMax) {
    throw limitExceeded(`An image has ${referencesPerImageMax} layers or images at most.`);
  }
  // Images of fewer are bounded by the number of images.
  if (count <= referencesCountedMin) return;
  const counted = images.all().map(({ record }) => record.layers.length + record.manifests.length);
  if (counted.reduce((sum, each) => sum + each, count) <= referencesPerRepositoryMax) return;
  throw limitExceeded('The images of the repository have the maximum number of layers.');
}
