/** Services in the store, found by name or ARN: desired count, deployments, events. */
import type {
  DeploymentConfiguration,
  LoadBalancer,
  PlacementConstraint,
  PlacementStrategy,
  Service,
  ServiceRegistry,
  Tag,
} from '@sekisho/catalog/types/ecs';
import { type Held, RecordFolder } from '../../records/record-folder.ts';
import { type EcsPlace, ecsArn, readOwnArn } from '../arn.ts';
import type { TaskCause } from '../task-cause.ts';
import { recordsPrefix } from './cluster.ts';
import { countTasks, type DeploymentRecord, toDeployment } from './deployment.ts';
import { type TaskRecord, tasksOf } from './task.ts';

export interface ServiceEventRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly message: string;
}

/** `ecs/<account>/<region>/service/<cluster>/<name>`. Times in milliseconds since 1970. */
export interface ServiceRecord {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly desiredCount: number;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  readonly deploymentController: string;
  readonly deploymentConfiguration: DeploymentConfiguration & {
    readonly maximumPercent: number;
    readonly minimumHealthyPercent: number;
  };
  readonly availabilityZoneRebalancing: string;
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly healthCheckGracePeriodSeconds?: number;
  readonly roleArn?: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** SHA-256 of the request that made it. */
  readonly request: string;
  readonly tags: readonly Tag[];
  /** The PRIMARY one first. */
  readonly deployments: readonly DeploymentRecord[];
  /** What a rollback returns to. */
  readonly lastComplete?: DeploymentRecord;
  /** Newest first. */
  readonly events: readonly ServiceEventRecord[];
  /** Attempts to start tasks that failed one after the other, and when the next one is due. */
  readonly failures: {
    readonly count: number;
    readonly retryAt: number;
    /** Of the last one, where there was no task to keep it. */
    readonly cause?: TaskCause;
  };
  /** It has said that it is steady, and nothing has changed since. */
  readonly isSteady: boolean;
  readonly inactiveSince?: number;
}

/** How long a deleted service is still described as INACTIVE. */
export const inactiveServiceMilliseconds = 3_600_000;

/** The services of a cluster, by their names. */
export function servicesOf(place: EcsPlace, clusterName: string): RecordFolder<ServiceRecord> {
  const folder = `${recordsPrefix(place)}service/${encodeURIComponent(clusterName)}/`;
  return new RecordFolder(place.runtime.state, folder);
}

/** The name in a service's name or ARN (either form); undefined for an ARN of another cluster. */
export function serviceNameOf(
  place: EcsPlace,
  clusterName: string,
  nameOrArn: string,
): string | undefined {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const [first = '', name] = readOwnArn(place, nameOrArn, 'service').parts;
  if (name === undefined) return first;
  return first === clusterName ? name : undefined;
}

/** The service in any status, unless it was deleted long ago. `now` in milliseconds. */
export function lookUpService(
  place: EcsPlace,
  clusterName: string,
  nameOrArn: string,
  now: number,
): Held<ServiceRecord> | undefined {
  const name = serviceNameOf(place, clusterName, nameOrArn);
  const held = name === undefined ? undefined : servicesOf(place, clusterName).find(name);
  const { inactiveSince } = held?.record ?? {};
  if (inactiveSince !== undefined && inactiveSince + inactiveServiceMilliseconds <= now) {
    return undefined;
  }
  return held;
}

/** The services of a cluster that are not deleted: ACTIVE and DRAINING ones. */
export function liveServices(place: EcsPlace, clusterName: string): readonly ServiceRecord[] {
  return servicesOf(place, clusterName)
    .all()
    .map(({ record }) => record)
    .filter(({ status }) => status !== 'INACTIVE');
}

/** The service's own tasks, the stopped ones too. */
export function tasksOfService(
  place: EcsPlace,
  service: ServiceRecord,
): readonly Held<TaskRecord>[] {
  return tasksOf(place, service.clusterName)
    .all()
    .filter(
      ({ record }) =>
        record.serviceName === service.serviceName && record.serviceCreatedAt === service.createdAt,
    );
}

/** The PRIMARY deployment. */
export function primaryOf({ deployments }: ServiceRecord): DeploymentRecord | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** `arn:…:service-deployment/<cluster>/<service>/<id>` and `…:service-revision/…`. */
export function partArn(
  place: EcsPlace,
  type: 'service-deployment' | 'service-revision',
  service: Pick<ServiceRecord, 'clusterName' | 'serviceName'>,
  id: string,
): string {
  return ecsArn(place, type, service.clusterName, service.serviceName, id);
}

/** The wire shape; tags only where they are asked for. */
export function toService(place: EcsPlace, record: ServiceRecord, withTags: boolean): Service {
  const tasks = tasksOfService(place, record).map((held) => held.record);
  const { running, pending } = countTasks(tasks);
  const primary = primaryOf(record);
  // A deleted service has no deployments, and still tells what it ran.
  const source = (primary ?? record.lastComplete)?.source;
  const current =
    record.deploymentController === 'ECS' && primary !== undefined ? primary : undefined;
  return {
    serviceArn: record.serviceArn,
    serviceName: record.serviceName,
    clusterArn: record.clusterArn,
    loadBalancers: record.loadBalancers,
    serviceRegistries: record.serviceRegistries,
    status: record.status,
    desiredCount: record.desiredCount,
    runningCount: running,
    pendingCount: pending,
    launchType: source?.launchType,
    capacityProviderStrategy: source?.capacityProviderStrategy,
    platformVersion: source?.platformVersion,
    platformFamily: source?.platformFamily,
    taskDefinition: source?.taskDefinitionArn,
    deploymentConfiguration: record.deploymentConfiguration,
    deployments: record.deployments.map((deployment) =>
      toDeployment(deployment, tasks, record.desiredCount),
    ),
    roleArn: record.roleArn,
    events: record.events.map((event) => ({ ...event, createdAt: new Date(event.createdAt) })),
    createdAt: new Date(record.createdAt),
    currentServiceDeployment:
      current?.rolloutState === 'IN_PROGRESS'
        ? partArn(place, 'service-deployment', record, current.serviceDeploymentId)
        : undefined,
    currentServiceRevisions: record.deployments.map((deployment) => ({
      arn: partArn(place, 'service-revision', record, deployment.serviceRevisionId),
      requestedTaskCount: deployment.status === 'PRIMARY' ? record.desiredCount : 0,
      runningTaskCount: countTasks(tasks, deployment.id).running,
      pendingTaskCount: countTasks(tasks, deployment.id).pending,
    })),
    placementConstraints: record.placementConstraints,
    placementStrategy: record.placementStrategy,
    networkConfiguration: source?.networkConfiguration,
    healthCheckGracePeriodSeconds: record.healthCheckGracePeriodSeconds,
    schedulingStrategy: record.schedulingStrategy,
    deploymentController: { type: record.deploymentController },
    tags: withTags ? record.tags : undefined,
    createdBy: record.createdBy,
    enableECSManagedTags: source?.enableECSManagedTags ?? false,
    propagateTags: source?.propagateTags ?? 'NONE',
    enableExecuteCommand: source?.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: record.availabilityZoneRebalancing,
  };
}
