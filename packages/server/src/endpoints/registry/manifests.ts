/**
 * Manifests by HTTP: read and put, by tag or by digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 */
import type { HttpResponse } from '../../protocol/http.ts';
import { repositoryNotFound } from '../../services/ecr/errors.ts';
import { manifestBytesMax } from '../../services/ecr/limits.ts';
import { pullChanges } from '../../services/ecr/pull-time.ts';
import { type PutImage, putImage } from '../../services/ecr/put-image.ts';
import { type FoundRepository, findImage } from '../../services/ecr/registry-store.ts';
import type { OperationContext } from '../../services/service.ts';
import { StoreConflict } from '../../store/store.ts';
import { type RegistryCall, requireRoutedRepository, respond } from './registry-call.ts';
import { digestInvalid, manifestTooLarge, manifestUnknown, tagInvalid } from './registry-error.ts';
import type { Reference, RoutedRepository } from './registry-route.ts';

/** A writer that loses this often meets a storm on one repository. */
const attemptsMax = 50;

export async function readManifest(
  routed: RoutedRepository,
  reference: Reference,
  call: RegistryCall,
): Promise<HttpResponse> {
  const repository = requireRoutedRepository(routed, call);
  const image =
    reference.imageTag === undefined && reference.imageDigest === undefined
      ? undefined
      : findImage(repository, reference);
  if (image === undefined) throw manifestUnknown();
  const { digest, manifestBytes, mediaType } = image.record;
  let bytes: Uint8Array | undefined;
  if (call.context.http.method === 'GET') {
    const manifest = await repository.store.manifest(repository.record, digest);
    // Deleted meanwhile.
    if (manifest === undefined) throw manifestUnknown();
    bytes = Buffer.from(manifest);
    await recordPull(repository, digest, call);
  }
  return respond(
    200,
    [
      ['Content-Type', mediaType],
      ['Content-Length', String(manifestBytes)],
      ['Docker-Content-Digest', digest],
      ['ETag', `"${digest}"`],
    ],
    bytes,
  );
}

/** Who loses against another writer leaves it to the next pull. */
async function recordPull(
  repository: FoundRepository,
  digest: string,
  { context }: RegistryCall,
): Promise<void> {
  const changes = pullChanges(repository, digest, context.now);
  if (changes.length === 0) return;
  try {
    await context.commit(changes);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
}

/** The bytes are kept as they are; the answer names their digest. */
export async function putManifest(
  routed: RoutedRepository,
  reference: Reference,
  call: RegistryCall,
): Promise<HttpResponse> {
  const { context } = call;
  const { text, imageTag: tag, imageDigest: digest } = reference;
  if (tag === undefined && digest === undefined) {
    throw text.includes(':') ? digestInvalid(text) : tagInvalid(text);
  }
  const { id } = requireRoutedRepository(routed, call).record;
  const manifest = await readBody(context);
  const mediaType = mediaTypeOf(context);
  const { image } = await commitImage(call, () => {
    const repository = requireRoutedRepository(routed, call);
    // The one that was authorized, not one of the same name that came while the body was read.
    if (repository.record.id !== id) throw repositoryNotFound(routed.name, call.registry);
    return putImage({ repository, manifest, mediaType, tag, digest, now: context.now });
  });
  return respond(201, [
    ['Location', `/v2/${routed.path}/manifests/${image.digest}`],
    ['Docker-Content-Digest', image.digest],
    ...(image.subject === undefined ? [] : [['OCI-Subject', image.subject] as const]),
  ]);
}

/** As with docker, to push the same again is no error. */
async function commitImage({ context }: RegistryCall, plan: () => PutImage): Promise<PutImage> {
  for (let attempt = 1; ; attempt += 1) {
    const put = plan();
    if (put.changes.length === 0) return put;
    try {
      await context.commit(put.changes);
      return put;
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt >= attemptsMax) throw error;
    }
  }
}

function mediaTypeOf({ http }: OperationContext): string | undefined {
  const [type = ''] = (http.header('content-type') ?? '').split(';', 1);
  return type.trim() === '' ? undefined : type.trim();
}

async function readBody({ http }: OperationContext): Promise<Uint8Array> {
  if (Number(http.header('content-length') ?? 0) > manifestBytesMax) throw manifestTooLarge();
  if (http.body.collect !== undefined) {
    const whole = await http.body.collect(manifestBytesMax);
    if (whole === undefined) throw manifestTooLarge();
    return whole;
  }
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of http.body) {
    received += chunk.byteLength;
    if (received > manifestBytesMax) throw manifestTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
