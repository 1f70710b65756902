/** A cluster as it is described: what is stored, and what is counted. */
import type { Cluster, KeyValuePair } from '@sekisho/catalog/types/ecs';
import type { EcsPlace } from './arn.ts';
import type { ClusterRecord } from './entities/cluster.ts';
import { containerInstancesOf } from './entities/container-instance.ts';
import { liveServices } from './entities/service.ts';
import { liveTasks, type TaskRecord } from './entities/task.ts';

/** What a request asks to be told. */
export type ClusterField = 'ATTACHMENTS' | 'CONFIGURATIONS' | 'SETTINGS' | 'STATISTICS' | 'TAGS';

/** Everything, as the creating and changing operations answer. */
export const allClusterFields: ReadonlySet<string> = new Set<ClusterField>([
  'CONFIGURATIONS',
  'SETTINGS',
  'TAGS',
]);

/** Container instances that are not gone. */
export function registeredInstances(place: EcsPlace, clusterName: string): number {
  return containerInstancesOf(place, clusterName)
    .all()
    .filter(({ record }) => record.status !== 'INACTIVE').length;
}

/** The wire shape. */
export function toCluster(
  place: EcsPlace,
  record: ClusterRecord,
  include: ReadonlySet<string> = allClusterFields,
): Cluster {
  const { clusterName, configuration, serviceConnectDefaults } = record;
  const tasks = liveTasks(place, clusterName);
  const isActive = record.status === 'ACTIVE';
  return {
    clusterArn: record.clusterArn,
    clusterName,
    status: record.status,
    registeredContainerInstancesCount: isActive ? registeredInstances(place, clusterName) : 0,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: liveServices(place, clusterName).length,
    statistics: include.has('STATISTICS') ? statistics(place, clusterName, tasks) : [],
    tags: include.has('TAGS') ? record.tags : [],
    settings: include.has('SETTINGS') ? record.settings : [],
    capacityProviders: record.capacityProviders,
    defaultCapacityProviderStrategy: record.defaultCapacityProviderStrategy,
    ...(include.has('CONFIGURATIONS') && configuration !== undefined ? { configuration } : {}),
    ...(include.has('ATTACHMENTS') ? { attachments: [] } : {}),
    ...(serviceConnectDefaults === undefined ? {} : { serviceConnectDefaults }),
  };
}

export function isRunning({ lastStatus }: TaskRecord): boolean {
  return lastStatus === 'RUNNING';
}

export function isPending({ lastStatus }: TaskRecord): boolean {
  return ['ACTIVATING', 'PENDING', 'PROVISIONING'].includes(lastStatus);
}

const launchTypes = [
  ['EC2', 'EC2'],
  ['FARGATE', 'Fargate'],
  ['EXTERNAL', 'External'],
] as const;

function statistics(
  place: EcsPlace,
  clusterName: string,
  tasks: readonly TaskRecord[],
): readonly KeyValuePair[] {
  const services = liveServices(place, clusterName);
  return launchTypes.flatMap(([launchType, word]) => {
    const own = tasks.filter((task) => task.launchType === launchType);
    const served = services.filter((service) =>
      service.deployments.some(
        ({ status, source }) => status === 'PRIMARY' && source.launchType === launchType,
      ),
    );
    const counts: readonly (readonly [string, number])[] = [
      [`running${word}TasksCount`, own.filter(isRunning).length],
      [`pending${word}TasksCount`, own.filter(isPending).length],
      [`active${word}ServiceCount`, served.filter(({ status }) => status === 'ACTIVE').length],
      [`draining${word}ServiceCount`, served.filter(({ status }) => status === 'DRAINING').length],
    ];
    return counts.map(([name, count]) => ({ name, value: String(count) }));
  });
}
