/** Tasks in the store, found by id or ARN: what was started, how far it came, why it stopped. */
import type {
  Attribute,
  EphemeralStorage,
  NetworkConfiguration,
  Tag,
  Task,
  TaskOverride,
} from '@sekisho/catalog/types/ecs';
import { type Held, RecordFolder } from '../../records/record-folder.ts';
import { type EcsPlace, idInCluster } from '../arn.ts';
import type { TaskLaunch, TaskReport } from '../launcher.ts';
import type { TaskCause } from '../task-cause.ts';
import { recordsPrefix } from './cluster.ts';

/** A container of a task. */
export interface ContainerRecord {
  readonly containerArn: string;
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  readonly runtimeId?: string;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCode?: number;
  readonly reason?: string;
  readonly cpu: string;
  readonly memory?: string;
  readonly memoryReservation?: string;
}

/** The elastic network interface of a task of network mode awsvpc. */
export interface TaskNetworkInterface {
  readonly attachmentId: string;
  readonly status: 'PRECREATED' | 'ATTACHED' | 'DELETED';
  readonly subnetId: string;
  readonly vpcId: string;
  readonly networkInterfaceId: string;
  readonly macAddress: string;
  readonly privateDnsName: string;
  readonly privateIp: string;
  readonly securityGroupIds: readonly string[];
}

/** What the task takes away from its container instance. */
export interface ReservedResources {
  readonly cpu: number;
  readonly memoryMib: number;
  readonly ports: readonly string[];
  readonly portsUdp: readonly string[];
}

export type TaskStatus = TaskReport['lastStatus'];

/** `ecs/<account>/<region>/task/<cluster>/<id>`. Times in milliseconds since 1970. */
export interface TaskRecord {
  readonly taskArn: string;
  /** 32 lower-case hexadecimal digits. */
  readonly taskId: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly taskDefinitionArn: string;
  readonly launchType: TaskLaunch['launchType'];
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly containerInstanceArn?: string;
  /** Of a task that a service's scheduler started. */
  readonly serviceName?: string;
  /** The service's as it was made: a service of that name made anew does not own the task. */
  readonly serviceCreatedAt?: number;
  /** `ecs-svc/…`; also `startedBy`. */
  readonly deploymentId?: string;
  readonly group: string;
  readonly startedBy?: string;
  readonly referenceId?: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly lastStatus: TaskStatus;
  readonly version: number;
  readonly createdAt: number;
  readonly connectivityAt?: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppingAt?: number;
  readonly stoppedAt?: number;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Not on the wire: what `stoppedReason` is made of. */
  readonly cause?: TaskCause;
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: EphemeralStorage;
  readonly overrides: TaskOverride;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly instanceRoleArn?: string;
  readonly containers: readonly ContainerRecord[];
  readonly networkInterface?: TaskNetworkInterface;
  readonly availabilityZone?: string;
  readonly attributes: readonly Attribute[];
  readonly reserved: ReservedResources;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  /** Protected from scale-in until then. */
  readonly protectedUntil?: number;
  /** How its launcher runs it. */
  readonly launchedBy?: string;
  /** Its service has taken its end into account. */
  readonly endCounted?: true;
}

/** How long a stopped task is still described. */
export const stoppedTaskMilliseconds = 3_600_000;

/** The tasks of a cluster, by their ids. */
export function tasksOf(place: EcsPlace, clusterName: string): RecordFolder<TaskRecord> {
  const folder = `${recordsPrefix(place)}task/${encodeURIComponent(clusterName)}/`;
  return new RecordFolder(place.runtime.state, folder);
}

/** Whether the task stopped so long ago that nobody sees it any more. */
export function isForgotten({ stoppedAt }: TaskRecord, now: number): boolean {
  return stoppedAt !== undefined && stoppedAt + stoppedTaskMilliseconds <= now;
}

/** The tasks of a cluster that are not forgotten. `now` in milliseconds. */
export function visibleTasks(
  place: EcsPlace,
  clusterName: string,
  now: number,
): readonly Held<TaskRecord>[] {
  return tasksOf(place, clusterName)
    .all()
    .filter(({ record }) => !isForgotten(record, now));
}

/** By id or ARN. Throws InvalidParameterException for an ARN of another cluster. */
export function lookUpTask(
  place: EcsPlace,
  clusterName: string,
  idOrArn: string,
  now: number,
): Held<TaskRecord> | undefined {
  const held = tasksOf(place, clusterName).find(idInCluster(place, idOrArn, 'task', clusterName));
  return held === undefined || isForgotten(held.record, now) ? undefined : held;
}

/** Tasks that are not stopped, of one container instance or of the whole cluster. */
export function liveTasks(
  place: EcsPlace,
  clusterName: string,
  containerInstanceArn?: string,
): readonly TaskRecord[] {
  return tasksOf(place, clusterName)
    .all()
    .map(({ record }) => record)
    .filter((task) => task.lastStatus !== 'STOPPED')
    .filter(
      (task) =>
        containerInstanceArn === undefined || task.containerInstanceArn === containerInstanceArn,
    );
}

/** The wire shape; tags only where they are asked for. */
export function toTask(record: TaskRecord, withTags = false): Task {
  const { networkInterface, launchedBy, reserved: _, ...task } = record;
  return {
    attachments: networkInterface === undefined ? [] : [toAttachment(networkInterface)],
    attributes:
      launchedBy === undefined
        ? task.attributes
        : [...task.attributes, { name: 'sekisho.launched-by', value: launchedBy }],
    availabilityZone: task.availabilityZone,
    capacityProviderName: task.capacityProviderName,
    clusterArn: task.clusterArn,
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: dateOf(task.connectivityAt),
    containerInstanceArn: task.containerInstanceArn,
    containers: task.containers.map((container) => toContainer(container, record)),
    cpu: task.cpu,
    createdAt: dateOf(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    executionStoppedAt: dateOf(task.executionStoppedAt),
    group: task.group,
    healthStatus: 'UNKNOWN',
    inferenceAccelerators: [],
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    memory: task.memory,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...task.overrides },
    platformVersion: task.platformVersion,
    platformFamily: task.platformFamily,
    pullStartedAt: dateOf(task.pullStartedAt),
    pullStoppedAt: dateOf(task.pullStoppedAt),
    startedAt: dateOf(task.startedAt),
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedAt: dateOf(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    stoppingAt: dateOf(task.stoppingAt),
    tags: withTags ? task.tags : [],
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn,
    version: task.version,
    ephemeralStorage: task.ephemeralStorage,
    fargateEphemeralStorage: task.ephemeralStorage,
  };
}

function dateOf(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}

function toContainer(container: ContainerRecord, task: TaskRecord) {
  const { networkInterface } = task;
  const isAttached = networkInterface?.status === 'ATTACHED';
  return {
    ...container,
    taskArn: task.taskArn,
    healthStatus: 'UNKNOWN',
    networkBindings: networkInterface === undefined ? [] : undefined,
    networkInterfaces: isAttached
      ? [
          {
            attachmentId: networkInterface.attachmentId,
            privateIpv4Address: networkInterface.privateIp,
          },
        ]
      : [],
  };
}

function toAttachment(networkInterface: TaskNetworkInterface) {
  const { attachmentId, status, subnetId } = networkInterface;
  const details: readonly (readonly [string, string])[] =
    status === 'PRECREATED'
      ? [['subnetId', subnetId]]
      : [
          ['subnetId', subnetId],
          ['networkInterfaceId', networkInterface.networkInterfaceId],
          ['macAddress', networkInterface.macAddress],
          ['privateDnsName', networkInterface.privateDnsName],
          ['privateIPv4Address', networkInterface.privateIp],
        ];
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status,
    details: details.map(([name, value]) => ({ name, value })),
  };
}
