/**
 * Pushing a layer by HTTP: begin, append, complete, ask how far it is, cancel.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
import type { HttpResponse } from '../../protocol/http.ts';
import type { LayerUpload } from '../../services/ecr/layers/layer-upload.ts';
import { layerPartBytesMin } from '../../services/ecr/layers/limits.ts';
import {
  beginUpload,
  cancelUpload,
  completeUpload,
  mountFrom,
  receivePart,
  requireUpload,
} from '../../services/ecr/layers/push.ts';
import { isDigest } from '../../services/ecr/manifest.ts';
import { type FoundRepository, findRepository } from '../../services/ecr/registry-store.ts';
import {
  hasBody,
  queryValue,
  type RegistryCall,
  requireRoutedRepository,
  respond,
} from './registry-call.ts';
import { digestInvalid, rangeNotSatisfiable, sizeInvalid } from './registry-error.ts';
import type { RoutedRepository } from './registry-route.ts';

/** POST: begins an upload, puts a whole layer (`?digest=`), or mounts another repository's. */
export async function postUpload(
  routed: RoutedRepository,
  call: RegistryCall,
  mountSource: string | undefined,
): Promise<HttpResponse> {
  const { runtime } = call.context;
  const repository = requireRoutedRepository(routed, call);
  const digest = queryValue(call, 'digest');
  if (digest !== undefined) {
    checkDigest(digest);
    const upload = await beginUpload(runtime, repository);
    try {
      return await appendAndComplete(routed, call, { repository, upload, digest });
    } catch (error) {
      await cancelUpload(runtime, upload).catch(() => {});
      throw error;
    }
  }
  if (mountSource !== undefined) {
    const mounted = await mount(routed, call, repository, mountSource);
    if (mounted !== undefined) return mounted;
  }
  const upload = await beginUpload(runtime, repository);
  const chunkBytesMin = ['OCI-Chunk-Min-Length', String(layerPartBytesMin)] as const;
  return respond(202, [...progress(routed, upload), chunkBytesMin]);
}

async function mount(
  routed: RoutedRepository,
  call: RegistryCall,
  target: FoundRepository,
  sourceName: string,
): Promise<HttpResponse | undefined> {
  const { context, registry } = call;
  const digest = queryValue(call, 'mount') ?? '';
  const source = findRepository(sourceName, registry, context);
  if (source === undefined || !isEncryptedAlike(source, target)) return undefined;
  const isMounted = await mountFrom(context.runtime, source, target, digest);
  return isMounted ? created(routed, digest) : undefined;
}

function isEncryptedAlike({ record: one }: FoundRepository, { record: other }: FoundRepository) {
  const { encryption: left } = one;
  const { encryption: right } = other;
  return left.type === right.type && left.kmsKey === right.kmsKey;
}

/** PATCH: appends a part. */
export async function patchUpload(
  routed: RoutedRepository,
  id: string,
  call: RegistryCall,
): Promise<HttpResponse> {
  const repository = requireRoutedRepository(routed, call);
  const upload = requireUpload(call.context.runtime, repository, id);
  await append(routed, call, upload);
  return respond(202, progress(routed, upload));
}

/** PUT: appends what it carries, if anything, and completes. */
export async function putUpload(
  routed: RoutedRepository,
  id: string,
  call: RegistryCall,
): Promise<HttpResponse> {
  const repository = requireRoutedRepository(routed, call);
  const upload = requireUpload(call.context.runtime, repository, id);
  const digest = queryValue(call, 'digest') ?? '';
  checkDigest(digest);
  return await appendAndComplete(routed, call, { repository, upload, digest });
}

export function getUpload(routed: RoutedRepository, id: string, call: RegistryCall): HttpResponse {
  const repository = requireRoutedRepository(routed, call);
  const upload = requireUpload(call.context.runtime, repository, id);
  return respond(204, progress(routed, upload));
}

export async function deleteUpload(
  routed: RoutedRepository,
  id: string,
  call: RegistryCall,
): Promise<HttpResponse> {
  const { runtime } = call.context;
  const repository = requireRoutedRepository(routed, call);
  await cancelUpload(runtime, requireUpload(runtime, repository, id));
  return respond(204, []);
}

async function appendAndComplete(
  routed: RoutedRepository,
  call: RegistryCall,
  {
    repository,
    upload,
    digest,
  }: {
    readonly repository: FoundRepository;
    readonly upload: LayerUpload;
    readonly digest: string;
  },
): Promise<HttpResponse> {
  const { context } = call;
  if (hasBody(context.http)) await append(routed, call, upload);
  await completeUpload(context.runtime, repository, upload, [digest]);
  return created(routed, digest);
}

function checkDigest(digest: string): void {
  if (!isDigest(digest)) throw digestInvalid(digest);
}

const rangeForm = /^(?:bytes[= ])?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/;

/** Where the request says which range it carries, that must follow what is there. */
async function append(
  routed: RoutedRepository,
  { context }: RegistryCall,
  upload: LayerUpload,
): Promise<void> {
  const { http, runtime } = context;
  const range = http.header('content-range');
  if (range === undefined) {
    await receivePart(runtime, upload, http.body);
    return;
  }
  const [, first, last] = rangeForm.exec(range) ?? [];
  if (Number(first) !== upload.size || Number(last) < Number(first)) {
    throw rangeNotSatisfiable(progress(routed, upload));
  }
  const bytes = Number(last) - Number(first) + 1;
  const told = http.header('content-length');
  if (told !== undefined && Number(told) !== bytes) throw wrongSize();
  await receivePart(runtime, upload, exactly(http.body, bytes));
}

/** Throws at the end of a stream that is shorter than it was said to be, or beyond it. */
async function* exactly(
  stream: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of stream) {
    received += chunk.byteLength;
    if (received > bytes) break;
    yield chunk;
  }
  if (received !== bytes) throw wrongSize();
}

function wrongSize(): Error {
  return sizeInvalid('The part is not as long as its Content-Range');
}

function progress({ path }: RoutedRepository, { id, size }: LayerUpload) {
  return [
    ['Location', `/v2/${path}/blobs/uploads/${id}`],
    ['Range', `0-${Math.max(0, size - 1)}`],
    ['Docker-Upload-UUID', id],
  ] as const;
}

function created({ path }: RoutedRepository, digest: string): HttpResponse {
  return respond(201, [
    ['Location', `/v2/${path}/blobs/${digest}`],
    ['Docker-Content-Digest', digest],
  ]);
}
