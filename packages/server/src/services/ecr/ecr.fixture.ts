/** For tests: a registry with repositories, layers and images, without a disk. */
import { createHash } from 'node:crypto';
import type { OperationContext, Service } from '../service.ts';
import { account, region, root, Workload } from '../workload.fixture.ts';
import type { RepositoryRecord } from './entities.ts';
import { createEcrService } from './index.ts';
import { RegistryStore, requireRepository } from './registry-store.ts';

const service = await createEcrService();

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A descriptor of a layer whose digest is that of its name. */
export function layer(name: string, mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip') {
  return { mediaType, digest: sha256(name), size: 10 };
}

/** An image manifest with one configuration and one layer, all named after the image. */
export function manifest(name: string, more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: layer(`${name}/config`, 'application/vnd.oci.image.config.v1+json'),
    layers: [layer(`${name}/layer`)],
    ...more,
  });
}

/** What an image named so needs: the digests of its configuration and layer. */
export function partsOf(name: string): readonly string[] {
  return [sha256(`${name}/config`), sha256(`${name}/layer`)];
}

/** A registry to test on. */
export class EcrWorkload {
  readonly server: Workload;

  private constructor(server: Workload) {
    this.server = server;
  }

  static async open(...others: readonly Service[]): Promise<EcrWorkload> {
    return new EcrWorkload(await Workload.open(service, ...others));
  }

  get place() {
    return { runtime: this.server.runtime, account, region };
  }

  /** What an operation of the account's root looks at. */
  get context(): OperationContext {
    const { now } = this.server;
    const context = { ...this.place, partition: 'aws', now, caller: root };
    return context as unknown as OperationContext;
  }

  call<Output = Record<string, unknown>>(
    operation: string,
    input: object = {},
    caller = root,
  ): Promise<Output> {
    return this.server.call<Output>(`ecr:${operation}`, input, caller);
  }

  answer(operation: string, input: object = {}, caller = root): Promise<string> {
    return this.server.answer(`ecr:${operation}`, input, caller);
  }

  async repository(repositoryName = 'app', more: object = {}): Promise<RepositoryRecord> {
    await this.call('CreateRepository', { repositoryName, ...more });
    return requireRepository(repositoryName, undefined, this.place).record;
  }

  /** Puts layers of ten bytes into a repository, as finished uploads do. */
  async layers(repositoryName: string, digests: readonly string[]): Promise<void> {
    const { record, store } = requireRepository(repositoryName, undefined, this.place);
    const layers = store.layers(record);
    const missing = digests.filter((digest) => layers.find(digest) === undefined);
    const createdAt = this.server.now;
    await this.server.state.commit(
      missing.map((digest) => layers.create(digest, { digest, sizeBytes: 10, createdAt })),
    );
  }

  /** Pushes the image of a name, under a tag if one is given; its digest. */
  async push(name: string, imageTag?: string, repositoryName = 'app'): Promise<string> {
    await this.layers(repositoryName, partsOf(name));
    const imageManifest = manifest(name);
    await this.call('PutImage', {
      repositoryName,
      imageManifest,
      ...(imageTag === undefined ? {} : { imageTag }),
    });
    return sha256(imageManifest);
  }

  get store(): RegistryStore {
    return new RegistryStore(this.place);
  }
}
