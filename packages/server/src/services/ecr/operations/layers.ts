/**
 * The layer operations of the API, which the registry's HTTP also stands on.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html
 */
import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  CompleteLayerUploadRequest,
  CompleteLayerUploadResponse,
  GetDownloadUrlForLayerRequest,
  GetDownloadUrlForLayerResponse,
  InitiateLayerUploadRequest,
  InitiateLayerUploadResponse,
  Layer,
  LayerFailure,
  UploadLayerPartRequest,
  UploadLayerPartResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { invalidLayerPart, layerAlreadyExists, layerNotFound } from '../layers/errors.ts';
import { findLayer } from '../layers/layer-store.ts';
import { layerPath, layerUrl } from '../layers/layer-url.ts';
import { layerPartBytes } from '../layers/limits.ts';
import { beginUpload, completeUpload, receivePart, requireUpload } from '../layers/push.ts';
import { isDigest } from '../manifest.ts';
import { type FoundRepository, requireRepository } from '../registry-store.ts';

/** The media type of a layer's bytes. Unverified: that AWS tells it for every layer. */
const layerMediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

export async function initiateLayerUpload(
  { repositoryName, registryId }: InitiateLayerUploadRequest,
  context: OperationContext,
): Promise<InitiateLayerUploadResponse> {
  const repository = requireRepository(repositoryName, registryId, context);
  const { id } = await beginUpload(context.runtime, repository);
  return { uploadId: id, partSize: layerPartBytes };
}

/** Parts come in order; one that is sent again after an answer was lost is refused as the others. */
export async function uploadLayerPart(
  input: UploadLayerPartRequest,
  context: OperationContext,
): Promise<UploadLayerPartResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { record } = repository;
  const { partFirstByte: first, partLastByte: last, layerPartBlob: blob, uploadId } = input;
  const upload = requireUpload(context.runtime, repository, uploadId);
  const { size } = upload;
  if (first !== size || last - first + 1 !== blob.byteLength) {
    // Unverified: the text.
    const message = `The layer part must begin at byte ${size} and be as long as its range`;
    throw invalidLayerPart(message, uploadId, record);
  }
  await receivePart(context.runtime, upload, once(blob));
  return {
    registryId: record.account,
    repositoryName: record.name,
    uploadId,
    lastByteReceived: upload.size - 1,
  };
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

export async function completeLayerUpload(
  input: CompleteLayerUploadRequest,
  context: OperationContext,
): Promise<CompleteLayerUploadResponse> {
  const repository = requireRepository(input.repositoryName, input.registryId, context);
  const { record } = repository;
  const { layerDigests, uploadId } = input;
  const upload = requireUpload(context.runtime, repository, uploadId);
  const { digest, isKnown } = await completeUpload(
    context.runtime,
    repository,
    upload,
    layerDigests,
  );
  if (isKnown) throw layerAlreadyExists(digest, record);
  return {
    registryId: record.account,
    repositoryName: record.name,
    uploadId,
    layerDigest: digest,
  };
}

export function batchCheckLayerAvailability(
  { repositoryName, registryId, layerDigests }: BatchCheckLayerAvailabilityRequest,
  context: OperationContext,
): BatchCheckLayerAvailabilityResponse {
  const repository = requireRepository(repositoryName, registryId, context);
  const layers: Layer[] = [];
  const failures: LayerFailure[] = [];
  for (const layerDigest of layerDigests) {
    if (!isDigest(layerDigest)) {
      // Unverified: the text.
      const failureReason = 'Invalid layer digest';
      failures.push({ layerDigest, failureCode: 'InvalidLayerDigest', failureReason });
      continue;
    }
    const layerSize = sizeOf(layerDigest, repository, context);
    // Unverified: that an absent layer is told as unavailable, without being a failure.
    layers.push(
      layerSize === undefined
        ? { layerDigest, layerAvailability: 'UNAVAILABLE' }
        : { layerDigest, layerAvailability: 'AVAILABLE', layerSize, mediaType: layerMediaType },
    );
  }
  return { layers, failures };
}

function sizeOf(
  digest: string,
  { record }: FoundRepository,
  { runtime }: OperationContext,
): number | undefined {
  return findLayer(runtime, record, record.id, digest)?.sizeBytes;
}

export function getDownloadUrlForLayer(
  { repositoryName, registryId, layerDigest }: GetDownloadUrlForLayerRequest,
  context: OperationContext,
): GetDownloadUrlForLayerResponse {
  const repository = requireRepository(repositoryName, registryId, context);
  const { record } = repository;
  if (!isDigest(layerDigest) || sizeOf(layerDigest, repository, context) === undefined) {
    throw layerNotFound(layerDigest, record);
  }
  const path = layerPath(context.runtime, record, record.id, layerDigest, context.now);
  return { downloadUrl: layerUrl(path, context.http, context.runtime), layerDigest };
}
