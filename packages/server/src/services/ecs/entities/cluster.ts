/** Clusters in the store, found by name or ARN. */
import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  Tag,
} from '@sekisho/catalog/types/ecs';
import { type Held, RecordFolder } from '../../records/record-folder.ts';
import { clusterNameOf, type EcsPlace } from '../arn.ts';
import { clusterNotFound } from '../errors.ts';

/** `ecs/<account>/<region>/cluster/<name>`: the wire shape without what is counted. */
export interface ClusterRecord {
  readonly clusterArn: string;
  readonly clusterName: string;
  /** INACTIVE: deleted, and still described for a while. */
  readonly status: 'ACTIVE' | 'INACTIVE';
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  readonly settings: readonly ClusterSetting[];
  readonly configuration?: ClusterConfiguration;
  readonly serviceConnectDefaults?: ClusterServiceConnectDefaults;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
}

/** The prefix of all of ECS's records of an account in a region. */
export function recordsPrefix({ account, region }: EcsPlace): string {
  return `ecs/${account}/${region}/`;
}

/** What lies inside clusters: `ecs/<account>/<region>/<type>/<cluster>/<id or name>`. */
export type InClusterType = 'container-instance' | 'service' | 'task' | 'task-set';

/**
 * The records of one type of one cluster; all of them hold their `tags` at the top, so that
 * authorization and the tag operations find them.
 */
export function inCluster<T extends { readonly tags: readonly Tag[] }>(
  place: EcsPlace,
  type: InClusterType,
  clusterName: string,
): RecordFolder<T> {
  const folder = `${recordsPrefix(place)}${type}/${encodeURIComponent(clusterName)}/`;
  return new RecordFolder(place.runtime.state, folder);
}

export function clustersOf(place: EcsPlace): RecordFolder<ClusterRecord> {
  return new RecordFolder(place.runtime.state, `${recordsPrefix(place)}cluster/`);
}

/** The cluster, also a deleted one; absent: the one named `default`. */
export function lookUpCluster(
  place: EcsPlace,
  nameOrArn: string | undefined,
): Held<ClusterRecord> | undefined {
  return clustersOf(place).find(clusterNameOf(place, nameOrArn));
}

/** Throws ClusterNotFoundException. Absent: the cluster named `default`. */
export function findCluster(place: EcsPlace, nameOrArn?: string): Held<ClusterRecord> {
  const found = lookUpCluster(place, nameOrArn);
  if (found?.record.status !== 'ACTIVE') throw clusterNotFound();
  return found;
}
