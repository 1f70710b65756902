/** Container instances in the store: EC2 or external hosts whose agents registered. */
import type { Attribute, Resource, Tag, VersionInfo } from '@sekisho/catalog/types/ecs';
import type { Held, RecordFolder } from '../../records/record-folder.ts';
import { type EcsPlace, idInCluster } from '../arn.ts';
import { containerInstanceNotFound } from '../errors.ts';
import { inCluster } from './cluster.ts';

/** `ecs/<account>/<region>/container-instance/<cluster>/<id>`: the wire shape without counts. */
export interface ContainerInstanceRecord {
  readonly containerInstanceArn: string;
  /** Absent: registered without an instance identity document. */
  readonly ec2InstanceId?: string;
  readonly capacityProviderName?: string;
  readonly version: number;
  readonly versionInfo: VersionInfo;
  /** CPU and MEMORY (integers), PORTS and PORTS_UDP (string sets). */
  readonly registeredResources: readonly Resource[];
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly agentConnected: boolean;
  readonly agentUpdateStatus?: string;
  readonly attributes: readonly Attribute[];
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  readonly tags: readonly Tag[];
  /** The role whose credentials registered it, when a role session did. */
  readonly registeredByRoleArn?: string;
}

/** The container instances of a cluster, by their ids. */
export function containerInstancesOf(
  place: EcsPlace,
  clusterName: string,
): RecordFolder<ContainerInstanceRecord> {
  return inCluster(place, 'container-instance', clusterName);
}

/** By id or ARN. Throws InvalidParameterException for an ARN of another cluster. */
export function lookUpContainerInstance(
  place: EcsPlace,
  clusterName: string,
  idOrArn: string,
): Held<ContainerInstanceRecord> | undefined {
  const id = idInCluster(place, idOrArn, 'container-instance', clusterName);
  return containerInstancesOf(place, clusterName).find(id);
}

/** Throws InvalidParameterException. */
export function findContainerInstance(
  place: EcsPlace,
  clusterName: string,
  idOrArn: string,
): Held<ContainerInstanceRecord> {
  const found = lookUpContainerInstance(place, clusterName, idOrArn);
  if (found === undefined) throw containerInstanceNotFound();
  return found;
}
