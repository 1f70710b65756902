/** PutImage. */
import type { PutImageRequest, PutImageResponse } from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { describeImage } from '../description.ts';
import { imageAlreadyExists } from '../errors.ts';
import { putImage as preparePut } from '../put-image.ts';
import { requireRepository } from '../registry-store.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
export async function putImage(
  input: PutImageRequest,
  context: OperationContext,
): Promise<PutImageResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { image, existed, changes } = preparePut({
    repository,
    manifest: Buffer.from(input.imageManifest),
    mediaType: input.imageManifestMediaType,
    tag: input.imageTag,
    digest: input.imageDigest,
    now: context.now,
  });
  if (existed) throw imageAlreadyExists(image.digest, input.imageTag, repository.record);
  await context.commit(changes);
  return { image: describeImage(image, input.imageManifest, repository.record, input.imageTag) };
}
