/** BatchGetImage and BatchDeleteImage: each identifier answered by itself. */
import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  Image,
  ImageFailure,
  ImageIdentifier,
} from '@sekisho/catalog/types/ecr';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { describeImage } from '../description.ts';
import { limitExceeded } from '../errors.ts';
import { idFailure, imageAbsent } from '../image-failure.ts';
import { imageRemoval } from '../image-removal.ts';
import { answeredManifestBytesMax } from '../limits.ts';
import { pullChanges } from '../pull-time.ts';
import {
  type FoundRepository,
  findImage,
  type ImageId,
  requireRepository,
  tagsByDigest,
} from '../registry-store.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
export async function batchGetImage(
  input: BatchGetImageRequest,
  context: OperationContext,
): Promise<BatchGetImageResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const images: Image[] = [];
  const failures: ImageFailure[] = [];
  const pulled = new Set<string>();
  let manifestBytes = 0;
  for (const imageId of input.imageIds) {
    const failure = idFailure(repository, imageId);
    const found = failure === undefined ? findImage(repository, imageId) : undefined;
    if (failure !== undefined || found === undefined) {
      failures.push({ imageId, ...failure });
      continue;
    }
    const { record } = found;
    const manifest = await repository.store.manifest(repository.record, record.digest);
    if (manifest === undefined) {
      failures.push({ imageId, ...imageAbsent });
      continue;
    }
    manifestBytes += record.manifestBytes;
    if (manifestBytes > answeredManifestBytesMax) {
      throw limitExceeded('The manifests of the images are too large for one answer.');
    }
    pulled.add(record.digest);
    // Unverified: accepted media types are not looked at; AWS converts between them no more.
    images.push(describeImage(record, manifest, repository.record, imageId.imageTag));
  }
  await recordPulls(repository, pulled, context);
  return { images, failures };
}

async function recordPulls(
  repository: FoundRepository,
  digests: ReadonlySet<string>,
  context: OperationContext,
): Promise<void> {
  const changes = [...digests].flatMap((each) => pullChanges(repository, each, context.now));
  if (changes.length > 0) await context.commit(changes);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export async function batchDeleteImage(
  input: BatchDeleteImageRequest,
  context: OperationContext,
): Promise<BatchDeleteImageResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { record, store } = repository;
  const plan = new Deletion(repository, input.imageIds);
  if (plan.changes.length > 0) {
    await context.commit([store.repositories.replace(repository, record), ...plan.changes]);
  }
  return { imageIds: plan.deleted, failures: plan.failures };
}

/** A tag is taken off its image; an image goes by its digest, or with the last of its tags. */
class Deletion {
  readonly deleted: ImageIdentifier[] = [];
  readonly failures: ImageFailure[] = [];
  readonly changes: readonly Change[];
  readonly #repository: FoundRepository;
  readonly #tags: Map<string, string[]>;
  /** The lists that hold an image, by its digest. */
  readonly #lists: ReadonlyMap<string, readonly string[]>;
  readonly #removedTags = new Set<string>();
  readonly #removedImages = new Set<string>();

  constructor(repository: FoundRepository, imageIds: readonly ImageId[]) {
    this.#repository = repository;
    this.#tags = tagsByDigest(repository);
    this.#lists = listsByImage(repository);
    // Lists first: what they held may go in the same request.
    const found = imageIds.map((id) => ({ id, image: findImage(repository, id)?.record }));
    const isList = (each: (typeof found)[number]) => (each.image?.manifests.length ?? 0) > 0;
    const inOrder = [...found.filter(isList), ...found.filter((each) => !isList(each))];
    for (const { id } of inOrder) this.#delete(id);
    this.changes = this.#plan();
  }

  #delete(id: ImageId): void {
    const failure = idFailure(this.#repository, id);
    const image = failure === undefined ? findImage(this.#repository, id)?.record : undefined;
    if (image === undefined) {
      this.failures.push({ imageId: id, ...failure });
      return;
    }
    const { digest } = image;
    const tags = this.#tags.get(digest) ?? [];
    const going = id.imageTag === undefined ? tags : [id.imageTag];
    const left = tags.filter((tag) => !going.includes(tag) && !this.#removedTags.has(tag));
    if (left.length === 0 && this.#isListed(digest)) {
      // Unverified: the text.
      const failureReason = 'Requested image referenced by manifest list';
      const failureCode = 'ImageReferencedByManifestList';
      this.failures.push({ imageId: id, failureCode, failureReason });
      return;
    }
    for (const tag of going) this.#removedTags.add(tag);
    if (left.length === 0) this.#removedImages.add(digest);
    const named = going.length === 0 ? [undefined] : going;
    for (const tag of named) {
      this.deleted.push({ imageDigest: digest, ...(tag === undefined ? {} : { imageTag: tag }) });
    }
  }

  /** Whether a list that stays holds the image. */
  #isListed(digest: string): boolean {
    const lists = this.#lists.get(digest) ?? [];
    return lists.some((list) => !this.#removedImages.has(list));
  }

  #plan(): readonly Change[] {
    const { record, store } = this.#repository;
    const tags = store.tags(record);
    const removal = imageRemoval(this.#repository, this.#removedImages);
    const keys = new Set(removal.map(({ key }) => key));
    const untagged = [...this.#removedTags]
      .flatMap((tag) => tags.find(tag) ?? [])
      .map((held) => tags.remove(held))
      .filter(({ key }) => !keys.has(key));
    return [...removal, ...untagged];
  }
}

function listsByImage({ record, store }: FoundRepository): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { record: list } of store.images(record).all()) {
    for (const digest of list.manifests) {
      lists.set(digest, [...(lists.get(digest) ?? []), list.digest]);
    }
  }
  return lists;
}
