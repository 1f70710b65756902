/** The registry of an account in a region: its folders of records, and how they are found. */
import type { Change } from '../../store/store.ts';
import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type {
  CreationTemplateRecord,
  ImageRecord,
  LayerRecord,
  ManifestRecord,
  PullThroughCacheRuleRecord,
  RegistrySettings,
  RepositoryRecord,
  TagRecord,
} from './entities.ts';
import { imageNotFound, repositoryNotFound } from './errors.ts';

/** What is needed to look into a registry. */
export type RegistryPlace = Pick<DemandContext, 'runtime' | 'account' | 'region'>;

/** Manifests lie below: 4 MiB each, they are read from the store when they are asked for. */
export const manifestsPrefix = 'ecrm/';

/** The records of one registry. */
export class RegistryStore {
  readonly account: string;
  readonly region: string;
  readonly repositories: RecordFolder<RepositoryRecord>;
  readonly templates: RecordFolder<CreationTemplateRecord>;
  readonly cacheRules: RecordFolder<PullThroughCacheRuleRecord>;
  readonly settings: RecordFolder<RegistrySettings>;
  readonly #state: RegistryPlace['runtime']['state'];
  readonly #base: string;

  constructor({ runtime, account, region }: RegistryPlace, registryId = account) {
    this.account = registryId;
    this.region = region;
    this.#state = runtime.state;
    this.#base = `ecr/${registryId}/${region}/`;
    this.repositories = this.#folder('repository/');
    this.templates = this.#folder('template/');
    this.cacheRules = this.#folder('cache-rule/');
    this.settings = this.#folder('registry/');
  }

  images({ id }: RepositoryRecord): RecordFolder<ImageRecord> {
    return this.#folder(`image/${id}/`);
  }

  tags({ id }: RepositoryRecord): RecordFolder<TagRecord> {
    return this.#folder(`tag/${id}/`);
  }

  layers({ id }: RepositoryRecord): RecordFolder<LayerRecord> {
    return this.#folder(`layer/${id}/`);
  }

  /** The manifest of an image; undefined where the repository has none of that digest. */
  async manifest(repository: RepositoryRecord, digest: string): Promise<string | undefined> {
    const stored = await this.#state.store.get(this.#manifestKey(repository, digest));
    // Written by putManifest alone.
    return (stored?.value as ManifestRecord | undefined)?.manifest;
  }

  /** To be committed with the image's record. */
  putManifest(repository: RepositoryRecord, digest: string, manifest: string): Change {
    return { key: this.#manifestKey(repository, digest), value: { manifest } };
  }

  /** To be committed with the removal of the image's record. */
  removeManifest(repository: RepositoryRecord, digest: string): Change {
    return { key: this.#manifestKey(repository, digest), value: undefined };
  }

  #manifestKey({ id }: RepositoryRecord, digest: string): string {
    return `${manifestsPrefix}${this.account}/${this.region}/${id}/${digest}`;
  }

  #folder<T extends object>(path: string): RecordFolder<T> {
    return new RecordFolder<T>(this.#state, this.#base + path);
  }
}

/** A repository as it was read, and the registry that it lies in. */
export interface FoundRepository extends Held<RepositoryRecord> {
  readonly store: RegistryStore;
}

/** The repository; `registryId` defaults to the caller's own account. */
export function findRepository(
  name: string,
  registryId: string | undefined,
  place: RegistryPlace,
): FoundRepository | undefined {
  const store = new RegistryStore(place, registryId);
  const held = store.repositories.find(name);
  return held && { ...held, store };
}

/** Throws RepositoryNotFoundException. */
export function requireRepository(
  name: string,
  registryId: string | undefined,
  place: RegistryPlace,
): FoundRepository {
  const found = findRepository(name, registryId, place);
  if (found === undefined) throw repositoryNotFound(name, registryId ?? place.account);
  return found;
}

/** An image by digest, by tag, or by both where they agree. */
export interface ImageId {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}

/** The image; with both a digest and a tag, only when the tag is on that digest. */
export function findImage(
  { record, store }: FoundRepository,
  { imageDigest, imageTag }: ImageId,
): Held<ImageRecord> | undefined {
  const tagged = imageTag === undefined ? undefined : store.tags(record).find(imageTag);
  if (imageTag !== undefined && tagged === undefined) return undefined;
  const digest = imageDigest ?? tagged?.record.digest;
  if (digest === undefined || (tagged && tagged.record.digest !== digest)) return undefined;
  return store.images(record).find(digest);
}

/** Throws ImageNotFoundException. */
export function requireImage(repository: FoundRepository, id: ImageId): Held<ImageRecord> {
  const found = findImage(repository, id);
  if (found === undefined) throw imageNotFound(id, repository.record);
  return found;
}

/** Tags by digest, each list in ascending order. */
export function tagsByDigest({ record, store }: FoundRepository): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const { name, record: tag } of store.tags(record).all()) {
    const known = tags.get(tag.digest);
    if (known === undefined) tags.set(tag.digest, [name]);
    else known.push(name);
  }
  return tags;
}
