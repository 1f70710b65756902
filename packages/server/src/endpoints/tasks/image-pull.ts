/**
 * Pulls an image over the registry's HTTP API, every byte checked against its digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
 */
import { createHash, hash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { LoopbackResponse, Network } from '../../platform/platform.ts';
import type { ImageReference } from './image-reference.ts';
import {
  collect,
  decisionIdHeader,
  list,
  members,
  readObject,
  text,
  Unreachable,
} from './service-client.ts';

/** How a registry is reached. */
export interface RegistryAccess {
  readonly network: Network;
  /** Where requests for this registry go: `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Where its redirects to the store of its layers go. */
  readonly layerUrl: () => Promise<string>;
  /** The host under which the store of its layers is known, for messages. */
  readonly layerHost: string;
  readonly authorization: string | undefined;
  /** A refused HEAD has no body: Docker asks again with GET and prints what that says. */
  readonly asksForWords: boolean;
}

/** What a pulled image says of itself. */
export interface PulledImage {
  readonly digest: string;
  readonly size: number;
  /** `config` of the image's configuration: Entrypoint, Cmd, Env, WorkingDir. */
  readonly config: ReadonlyMap<string, unknown>;
}

/** Takes a layer's bytes as they come; they are verified only when it has ended without an error. */
export type LayerSink = (layer: AsyncIterable<Uint8Array>, mediaType: string) => Promise<void>;

/** A registry's answer that ended the pull. */
export class PullFailure extends Error {
  readonly step: 'manifest' | 'blob';
  readonly status: number;
  /** What was asked, with the registry's own name. */
  readonly url: string;
  readonly method: string;
  /** The registry's own words, where it gave any. */
  readonly words: string;
  /** The registry's code: `NAME_UNKNOWN`, `MANIFEST_UNKNOWN`; '' where it gave none. */
  readonly code: string;
  /** The refusal in the decision journal, where it is one. */
  readonly decisionId: string | undefined;

  constructor(
    step: PullFailure['step'],
    answer: {
      readonly status: number;
      readonly url: string;
      readonly method: string;
      readonly words: string;
      readonly code: string;
      readonly decisionId: string | undefined;
    },
  ) {
    super(`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim());
    this.name = 'PullFailure';
    this.step = step;
    this.status = answer.status;
    this.url = answer.url;
    this.method = answer.method;
    this.words = answer.words;
    this.code = answer.code;
    this.decisionId = answer.decisionId;
  }
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const indexTypes = new Set(manifestTypes.slice(0, 2));
const manifestBytesMax = 4 * 1024 * 1024;
const layersMax = 200;
const silenceMilliseconds = 30_000;
const digestShape = /^sha256:[0-9a-f]{64}$/;

/** Rejects with PullFailure, or with the network's error. */
export async function pullImage(
  image: ImageReference,
  access: RegistryAccess,
  architecture: string,
  sink: LayerSink,
): Promise<PulledImage> {
  const pull = new Pull(image, access);
  let manifest = await pull.manifest(image.reference, true);
  const { digest } = manifest;
  if (indexTypes.has(manifest.mediaType)) {
    manifest = await pull.manifest(chooseManifest(manifest.content, architecture), false);
  }
  const config = members(manifest.content.get('config'));
  const bytes: Uint8Array[] = [];
  await pull.blob(config, async (chunks) => {
    bytes.push(await collect(chunks, manifestBytesMax));
  });
  const layers = list(manifest.content.get('layers')).map(members);
  if (layers.length > layersMax) throw new Error('the image has too many layers');
  let size = 0;
  for (const layer of layers) {
    const mediaType = text(layer.get('mediaType'));
    size += await pull.blob(layer, (chunks) => sink(chunks, mediaType));
  }
  return { digest, size, config: members(readObject(Buffer.concat(bytes)).get('config')) };
}

interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: ReadonlyMap<string, unknown>;
}

/** The manifest for Linux on that architecture. */
function chooseManifest(index: ReadonlyMap<string, unknown>, architecture: string): string {
  for (const each of list(index.get('manifests'))) {
    const entry = members(each);
    const platform = members(entry.get('platform'));
    if (platform.get('os') !== 'linux' || platform.get('architecture') !== architecture) continue;
    return text(entry.get('digest'));
  }
  throw new Error(`no matching manifest for linux/${architecture} in the manifest list entries`);
}

class Pull {
  readonly #image: ImageReference;
  readonly #access: RegistryAccess;

  constructor(image: ImageReference, access: RegistryAccess) {
    this.#image = image;
    this.#access = access;
  }

  /** As containerd does: a HEAD tells the digest, a GET by digest brings the bytes. */
  async manifest(reference: string, isNamed: boolean): Promise<Manifest> {
    if (isNamed) await this.#resolve(`manifests/${reference}`);
    const answer = await this.#ask('GET', `manifests/${reference}`, 'manifest');
    const bytes = await collect(answer.body, manifestBytesMax);
    const digest = `sha256:${hash('sha256', bytes, 'hex')}`;
    const expected = digestShape.test(reference)
      ? reference
      : (answer.headers.get('docker-content-digest') ?? digest);
    if (digest !== expected) throw new Error(`manifest ${expected} has the digest ${digest}`);
    const content = readObject(bytes);
    const mediaType = text(content.get('mediaType')) || (answer.headers.get('content-type') ?? '');
    return { digest, mediaType, content };
  }

  async #resolve(path: string): Promise<void> {
    try {
      await errorOf(await this.#ask('HEAD', path, 'manifest'));
    } catch (error) {
      if (!(error instanceof PullFailure) || !this.#access.asksForWords) throw error;
      await this.#ask('GET', path, 'manifest');
    }
  }

  /** Gives the blob's bytes to `take`; its size when digest and size were what they should be. */
  async blob(
    descriptor: ReadonlyMap<string, unknown>,
    take: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<number> {
    const digest = text(descriptor.get('digest'));
    const size = descriptor.get('size');
    if (!digestShape.test(digest) || typeof size !== 'number') {
      throw new Error('the manifest names a blob without digest or size');
    }
    const answer = await this.#ask('GET', `blobs/${digest}`, 'blob');
    await take(verified(answer.body, digest, size));
    return size;
  }

  async #ask(method: string, path: string, step: PullFailure['step']): Promise<LoopbackResponse> {
    const { host, repository } = this.#image;
    const { url, authorization } = this.#access;
    const target = `/v2/${repository}/${path}`;
    const answer = await this.#send(method, `${url}${target}`, host, [
      ['accept', manifestTypes.join(', ')],
      ...(authorization === undefined ? [] : [['authorization', authorization] as const]),
    ]);
    const { status } = answer;
    if (status === 307 || status === 302) return await this.#follow(answer, path, step);
    if (status === 200) return answer;
    throw new PullFailure(step, {
      ...(await errorOf(answer)),
      status,
      url: `https://${host}${target}`,
      method,
    });
  }

  /** Layers lie in S3: the redirect is signed, and no credentials of ours go there. */
  async #follow(
    answer: LoopbackResponse,
    path: string,
    step: PullFailure['step'],
  ): Promise<LoopbackResponse> {
    await errorOf(answer);
    const location = answer.headers.get('location') ?? '';
    const { layerUrl, layerHost } = this.#access;
    const { host, repository } = this.#image;
    // Only the path is the registry's to choose, never which address is asked.
    const target = new URL(location, `http://${host}`);
    let followed: LoopbackResponse;
    try {
      const url = (await layerUrl()) + target.pathname + target.search;
      followed = await this.#send('GET', url, target.host, []);
    } catch (error) {
      throw new Unreachable('GET', `https://${layerHost}${target.pathname}`, error);
    }
    if (followed.status === 200) return followed;
    const { status } = followed;
    throw new PullFailure(step, {
      ...(await errorOf(followed)),
      status,
      // The one that was asked for, whoever it led to.
      url: `https://${host}/v2/${repository}/${path}`,
      method: 'GET',
    });
  }

  async #send(
    method: string,
    url: string,
    host: string,
    headers: readonly (readonly [string, string])[],
  ): Promise<LoopbackResponse> {
    return await this.#access.network.loopback({
      method,
      url,
      headers: [['host', host], ...headers],
      milliseconds: silenceMilliseconds,
    });
  }
}

/** What an answer that is none says of its reason; a refused HEAD says nothing but its headers. */
async function errorOf(
  answer: LoopbackResponse,
): Promise<Pick<PullFailure, 'words' | 'code' | 'decisionId'>> {
  const body = await collect(answer.body).catch(() => Buffer.alloc(0));
  const [first] = list(readObject(body).get('errors'));
  const error = members(first);
  const decisionId = answer.headers.get(decisionIdHeader);
  return { words: text(error.get('message')), code: text(error.get('code')), decisionId };
}

async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  digest: string,
  size: number,
): AsyncGenerator<Uint8Array> {
  const hasher = createHash('sha256');
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > size) throw new Error(`blob ${digest} is longer than its manifest says`);
    hasher.update(chunk);
    yield chunk;
  }
  if (received !== size || `sha256:${hasher.digest('hex')}` !== digest) {
    throw new Error(`blob ${digest} is not what its manifest says`);
  }
}
