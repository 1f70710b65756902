/** ECR's records: a registry's settings, repositories, images, tags and layers. */
import type { TagList } from '../../directory/records.ts';
import type { AttachedPolicy } from '../attached-policy.ts';

/** Whether a tag may be moved, and whether some tags are excepted from that. */
export type TagMutability =
  | 'MUTABLE'
  | 'IMMUTABLE'
  | 'MUTABLE_WITH_EXCLUSION'
  | 'IMMUTABLE_WITH_EXCLUSION';

/** What a repository is encrypted with. */
export interface Encryption {
  readonly type: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string;
}

/** `ecr/<account>/<region>/repository/<name>`. Times are milliseconds since 1970. */
export interface RepositoryRecord {
  /** Names the folders of its contents: a repository made again under its name starts empty. */
  readonly id: string;
  readonly arn: string;
  /** The account: `registryId` on the wire. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  readonly tagMutability: TagMutability;
  /** Wildcard patterns of tags that are excepted. */
  readonly tagMutabilityExclusions: readonly string[];
  readonly scanOnPush: boolean;
  readonly encryption: Encryption;
  readonly tags: TagList;
  readonly policy?: AttachedPolicy;
  readonly lifecyclePolicy?: LifecyclePolicyState;
  readonly lifecyclePreview?: LifecyclePolicyPreview;
}

/** A lifecycle policy as it was put, and when it was last applied. */
export interface LifecyclePolicyState {
  readonly text: string;
  readonly evaluatedAt: number;
}

/** What a lifecycle policy would have done when its preview was asked for. */
export interface LifecyclePolicyPreview {
  readonly text: string;
  readonly results: readonly LifecycleResult[];
}

export interface LifecycleResult {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  readonly rulePriority: number;
}

/**
 * `ecr/<account>/<region>/image/<repository id>/<digest>`: what is known of an image. Its manifest
 * lies outside the replica in memory, see ManifestRecord.
 */
export interface ImageRecord {
  /** `sha256:<64 hex>` of the manifest's UTF-8 bytes. */
  readonly digest: string;
  /** Of the manifest, in UTF-8. */
  readonly manifestBytes: number;
  readonly mediaType: string;
  /** The manifest's `artifactType`, else its configuration's media type. */
  readonly artifactType?: string;
  /** Sum of its configuration and layers; of a list, the largest of its images. */
  readonly sizeBytes: number;
  readonly pushedAt: number;
  /** Recorded once a day. */
  readonly pulledAt?: number;
  /** Digests of its configuration and layers. */
  readonly layers: readonly string[];
  /** Digests of the manifests that it lists. */
  readonly manifests: readonly string[];
  /** Digest of the manifest that it refers to. */
  readonly subject?: string;
  /** Its manifest has annotations. */
  readonly isAnnotated: boolean;
}

/** `ecrm/<account>/<region>/<repository id>/<digest>`, not in the replica: byte for byte. */
export interface ManifestRecord {
  readonly manifest: string;
}

/** `ecr/<account>/<region>/tag/<repository id>/<tag>`. */
export interface TagRecord {
  readonly digest: string;
}

/** `ecr/<account>/<region>/layer/<repository id>/<digest>`: a layer that the repository has. */
export interface LayerRecord {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly createdAt: number;
}

/** `ecr/<account>/<region>/registry/settings`: one for the account and region. */
export interface RegistrySettings {
  readonly policy?: AttachedPolicy;
  readonly scanning?: RegistryScanning;
  readonly replicationRules?: readonly ReplicationRuleRecord[];
  /** Values of account settings that were put, by name. */
  readonly accountSettings?: readonly (readonly [name: string, value: string])[];
}

export interface RegistryScanning {
  readonly scanType: 'BASIC' | 'ENHANCED';
  readonly rules: readonly {
    readonly scanFrequency: string;
    readonly filters: readonly string[];
  }[];
}

export interface ReplicationRuleRecord {
  readonly destinations: readonly { readonly region: string; readonly registryId: string }[];
  readonly prefixes: readonly string[];
}

/** `ecr/<account>/<region>/template/<prefix>`. */
export interface CreationTemplateRecord {
  readonly prefix: string;
  readonly description?: string;
  readonly appliedFor: readonly string[];
  readonly encryption: Encryption;
  readonly tags: TagList;
  readonly tagMutability: TagMutability;
  readonly tagMutabilityExclusions: readonly string[];
  readonly repositoryPolicy?: string;
  readonly lifecyclePolicy?: string;
  readonly customRoleArn?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `ecr/<account>/<region>/cache-rule/<prefix>`: kept, never acted upon. */
export interface PullThroughCacheRuleRecord {
  readonly prefix: string;
  readonly upstreamUrl: string;
  readonly upstreamRegistry?: string;
  readonly upstreamPrefix?: string;
  readonly credentialArn?: string;
  readonly customRoleArn?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
