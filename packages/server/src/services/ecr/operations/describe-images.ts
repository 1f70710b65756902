/** DescribeImages, ListImages and ListImageReferrers. */
import type {
  DescribeImagesRequest,
  DescribeImagesResponse,
  ImageIdentifier,
  ImageReferrer,
  ListImageReferrersRequest,
  ListImageReferrersResponse,
  ListImagesRequest,
  ListImagesResponse,
} from '@sekisho/catalog/types/ecr';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { imageDetail } from '../description.ts';
import type { ImageRecord } from '../entities.ts';
import { invalidNextToken, invalidParameter } from '../errors.ts';
import { imagesAfter } from '../lifecycle/expiry.ts';
import { listedMax, referrersListedMax } from '../limits.ts';
import { isDigest } from '../manifest.ts';
import { checkTag } from '../put-image.ts';
import { readReferrer } from '../referrer.ts';
import {
  type FoundRepository,
  type ImageId,
  requireImage,
  requireRepository,
  tagsByDigest,
} from '../registry-store.ts';

interface Filter {
  readonly tagStatus?: string | undefined;
  readonly imageStatus?: string | undefined;
}

/** Every image here is ACTIVE. */
function fits({ tagStatus, imageStatus }: Filter, isTagged: boolean): boolean {
  if (imageStatus !== undefined && imageStatus !== 'ACTIVE' && imageStatus !== 'ANY') return false;
  return tagStatus === undefined || tagStatus === 'ANY' || (tagStatus === 'TAGGED') === isTagged;
}

/** Throws InvalidParameterException. */
export function checkImageId({ imageDigest, imageTag }: ImageId): void {
  if (imageTag !== undefined) checkTag(imageTag);
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    // Unverified: the expression.
    throw invalidParameter(
      'imageDigest',
      "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  if (imageTag === undefined && imageDigest === undefined) {
    // Unverified: the text.
    throw invalidParameter('imageId', 'An image id must have a digest or a tag');
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
export function describeImages(
  input: DescribeImagesRequest,
  context: OperationContext,
): DescribeImagesResponse {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { record } = repository;
  const { imageIds, filter = {}, maxResults, nextToken: token } = input;
  if (imageIds !== undefined) {
    if (maxResults !== undefined || token !== undefined) {
      // Unverified: the text.
      throw invalidParameter('maxResults', 'Cannot be specified with imageIds');
    }
    return { imageDetails: namedImages(repository, imageIds) };
  }
  const images = imagesAfter(repository)
    .filter(({ tags }) => fits(filter, tags.length > 0))
    .sort((one, other) => (one.image.digest < other.image.digest ? -1 : 1));
  const request = {
    token,
    itemsMax: maxResults ?? listedMax,
    list: ['DescribeImages', record.id, JSON.stringify(filter)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(images, ({ image }) => image.digest, request, context);
  return {
    imageDetails: items.map(({ image, tags }) => imageDetail(image, tags, record)),
    nextToken,
  };
}

/** Each image once, however often it is named. */
function namedImages(repository: FoundRepository, imageIds: readonly ImageId[]) {
  const images = new Map<string, ImageRecord>();
  for (const id of imageIds) {
    checkImageId(id);
    const image = requireImage(repository, id).record;
    images.set(image.digest, image);
  }
  const tags = tagsByDigest(repository);
  return [...images.values()].map((image) =>
    imageDetail(image, tags.get(image.digest) ?? [], repository.record),
  );
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html */
export function listImages(
  input: ListImagesRequest,
  context: OperationContext,
): ListImagesResponse {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { filter = {} } = input;
  const rows = imagesAfter(repository)
    .filter(({ tags }) => fits(filter, tags.length > 0))
    .flatMap(({ image, tags }): (ImageIdentifier & { readonly key: string })[] => {
      const { digest } = image;
      if (tags.length === 0) return [{ imageDigest: digest, key: digest }];
      return tags.map((tag) => ({ imageDigest: digest, imageTag: tag, key: `${digest} ${tag}` }));
    })
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const request = {
    token: input.nextToken,
    itemsMax: input.maxResults ?? listedMax,
    list: ['ListImages', repository.record.id, JSON.stringify(filter)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(rows, ({ key }) => key, request, context);
  return { imageIds: items.map(({ key: _, ...id }) => id), nextToken };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html */
export async function listImageReferrers(
  input: ListImageReferrersRequest,
  context: OperationContext,
): Promise<ListImageReferrersResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { record, store } = repository;
  const { artifactTypes, artifactStatus: imageStatus } = input.filter ?? {};
  const subject = input.subjectId.imageDigest;
  const found = store
    .images(record)
    .all()
    .map((held) => held.record)
    .filter((image) => image.subject === subject && fits({ imageStatus }, true))
    .filter(({ artifactType }) => {
      if (artifactTypes === undefined || artifactTypes.length === 0) return true;
      return artifactType !== undefined && artifactTypes.includes(artifactType);
    });
  const request = {
    token: input.nextToken,
    itemsMax: input.maxResults ?? referrersListedMax,
    list: ['ListImageReferrers', record.id, subject, JSON.stringify(input.filter ?? {})],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(found, ({ digest }) => digest, request, context);
  const referrers: ImageReferrer[] = [];
  for (const image of items) {
    referrers.push({ ...(await readReferrer(repository, image)), artifactStatus: 'ACTIVE' });
  }
  return { referrers, nextToken };
}
