/** Records as the API shows them. */
import type {
  EncryptionConfiguration,
  Image,
  ImageDetail,
  ImageTagMutabilityExclusionFilter,
  Repository,
  Tag,
} from '@sekisho/catalog/types/ecr';
import type { TagList } from '../../directory/records.ts';
import type { DemandContext } from '../service.ts';
import type { Encryption, ImageRecord, RepositoryRecord } from './entities.ts';
import { repositoryUri } from './registry-address.ts';

export function describeRepository(record: RepositoryRecord, context: DemandContext): Repository {
  return {
    repositoryArn: record.arn,
    registryId: record.account,
    repositoryName: record.name,
    repositoryUri: repositoryUri(record, context),
    createdAt: new Date(record.createdAt),
    imageTagMutability: record.tagMutability,
    imageTagMutabilityExclusionFilters: exclusionFilters(record),
    imageScanningConfiguration: { scanOnPush: record.scanOnPush },
    encryptionConfiguration: encryptionConfiguration(record.encryption),
  };
}

export function encryptionConfiguration({ type, kmsKey }: Encryption): EncryptionConfiguration {
  return { encryptionType: type, kmsKey };
}

/** Absent where there are none. */
export function exclusionFilters({
  tagMutabilityExclusions: filters,
}: Pick<RepositoryRecord, 'tagMutabilityExclusions'>):
  | readonly ImageTagMutabilityExclusionFilter[]
  | undefined {
  if (filters.length === 0) return undefined;
  return filters.map((filter) => ({ filterType: 'WILDCARD', filter }));
}

export function tagList(tags: TagList): readonly Tag[] {
  return tags.map(([Key, Value]) => ({ Key, Value }));
}

/** `tag`: the tag by which it was asked for, if it was. */
export function describeImage(
  image: ImageRecord,
  manifest: string,
  { account, name }: RepositoryRecord,
  tag: string | undefined,
): Image {
  return {
    registryId: account,
    repositoryName: name,
    imageId: { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest: manifest,
    imageManifestMediaType: image.mediaType,
  };
}

export function imageDetail(
  image: ImageRecord,
  tags: readonly string[],
  { account, name }: RepositoryRecord,
): ImageDetail {
  const { pulledAt } = image;
  return {
    registryId: account,
    repositoryName: name,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactType,
    ...(pulledAt === undefined ? {} : { lastRecordedPullTime: new Date(pulledAt) }),
    subjectManifestDigest: image.subject,
    imageStatus: 'ACTIVE',
  };
}
