/** Why one identifier of a batch has no image. */
import type { ImageFailure } from '@sekisho/catalog/types/ecr';
import { isDigest } from './manifest.ts';
import { checkTag } from './put-image.ts';
import { type FoundRepository, findImage, type ImageId } from './registry-store.ts';

type Failure = Required<Pick<ImageFailure, 'failureCode' | 'failureReason'>>;

function failure(failureCode: string, failureReason: string): Failure {
  return { failureCode, failureReason };
}

/** There is no such image. */
export const imageAbsent = failure('ImageNotFound', 'Requested image not found');

// Unverified: the reasons, but for the one of an image that is not there.
/** undefined when there is an image. */
export function idFailure(repository: FoundRepository, id: ImageId): Failure | undefined {
  const { imageDigest, imageTag } = id;
  if (imageDigest === undefined && imageTag === undefined) {
    return failure(
      'MissingDigestAndTag',
      'Invalid request parameters: both tag and digest missing',
    );
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return failure('InvalidImageDigest', 'Invalid request parameters: image digest');
  }
  if (imageTag !== undefined && !isTag(imageTag)) {
    return failure('InvalidImageTag', 'Invalid request parameters: image tag');
  }
  if (findImage(repository, id) !== undefined) return undefined;
  if (imageDigest !== undefined && imageTag !== undefined) {
    const byDigest = findImage(repository, { imageDigest });
    const byTag = findImage(repository, { imageTag });
    if (byDigest !== undefined && byTag !== undefined) {
      return failure('ImageTagDoesNotMatchDigest', 'Requested tag does not match digest');
    }
  }
  return imageAbsent;
}

function isTag(tag: string): boolean {
  try {
    checkTag(tag);
    return true;
  } catch {
    return false;
  }
}
