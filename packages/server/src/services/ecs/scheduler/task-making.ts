/** A task's record at its acceptance: roles assumed, network taken, nothing written yet. */
import type { NetworkConfiguration, Tag, TaskOverride } from '@sekisho/catalog/types/ecs';
import type { Change } from '../../../store/store.ts';
import { ecsArn } from '../arn.ts';
import type { ContainerInstanceRecord } from '../entities/container-instance.ts';
import { type ContainerRecord, type TaskRecord, tasksOf } from '../entities/task.ts';
import type { TaskDefinitionRecord } from '../entities/task-definition.ts';
import { withTags } from '../tags.ts';
import type { Placement } from './capacity.ts';
import { planInterface } from './task-network.ts';
import type { TaskPlace } from './task-place.ts';
import { requireAssumableRoles } from './task-roles.ts';
import type { TaskShape } from './task-shape.ts';

/** Everything that one task is made from. */
export interface TaskOrder {
  readonly cluster: { readonly clusterArn: string; readonly clusterName: string };
  readonly definition: TaskDefinitionRecord;
  readonly shape: TaskShape;
  readonly placement: Placement;
  readonly containerInstance?: ContainerInstanceRecord;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly overrides: TaskOverride;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly referenceId?: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  readonly service?: {
    readonly serviceName: string;
    readonly serviceCreatedAt: number;
    readonly deploymentId: string;
  };
}

/** The task and the changes that make it; or why it cannot have a network interface. */
export type MadeTask =
  | { readonly task: TaskRecord; readonly changes: readonly Change[] }
  | { readonly task?: never; readonly reason: 'RESOURCE:ENI' };

/**
 * `taken`: addresses taken in the same commit. Throws ClientException `ECS was unable to assume
 * the role …`.
 */
export function makeTask(order: TaskOrder, taken: Set<string>, place: TaskPlace): MadeTask {
  const { clusterName } = order.cluster;
  const { random, clock } = place.runtime.platform;
  const taskId = Buffer.from(random.bytes(16)).toString('hex');
  const taskArn = ecsArn(place, 'task', clusterName, taskId);
  requireAssumableRoles(order.shape, { taskArn, taskId }, place);
  const { networkConfiguration } = order;
  const planned = networkConfiguration && planInterface(networkConfiguration, taken, place);
  if (networkConfiguration !== undefined && planned === undefined) {
    return { reason: 'RESOURCE:ENI' };
  }
  const task: TaskRecord = {
    taskArn,
    taskId,
    createdAt: clock.now(),
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 1,
    containers: containersOf(order, taskId, place),
    ...(planned === undefined
      ? {}
      : {
          networkInterface: planned.networkInterface,
          availabilityZone: planned.availabilityZone,
        }),
    ...facts(order),
  };
  return {
    task,
    changes: [
      tasksOf(place, clusterName).create(taskId, task),
      ...(planned === undefined ? [] : [planned.change]),
    ],
  };
}

function facts(order: TaskOrder) {
  const { definition, shape, placement, containerInstance, networkConfiguration } = order;
  const { launchType } = placement;
  const own = definition.definition;
  const architecture = own.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
  const ephemeralStorage =
    order.overrides.ephemeralStorage ??
    own.ephemeralStorage ??
    (launchType === 'FARGATE' ? { sizeInGiB: 20 } : undefined);
  const instanceRoleArn = containerInstance?.registeredByRoleArn;
  return {
    clusterArn: order.cluster.clusterArn,
    clusterName: order.cluster.clusterName,
    taskDefinitionArn: own.taskDefinitionArn,
    ...placement,
    ...shape,
    ...(containerInstance && { containerInstanceArn: containerInstance.containerInstanceArn }),
    ...(instanceRoleArn === undefined ? {} : { instanceRoleArn }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...(ephemeralStorage === undefined ? {} : { ephemeralStorage }),
    ...(order.startedBy === undefined ? {} : { startedBy: order.startedBy }),
    ...(order.referenceId === undefined ? {} : { referenceId: order.referenceId }),
    ...order.service,
    group: order.group,
    overrides: order.overrides,
    attributes: [{ name: 'ecs.cpu-architecture', value: architecture }],
    enableExecuteCommand: order.enableExecuteCommand,
    tags: order.tags,
  };
}

function containersOf(
  { definition, cluster, overrides }: TaskOrder,
  taskId: string,
  place: TaskPlace,
): readonly ContainerRecord[] {
  const { random } = place.runtime.platform;
  return (definition.definition.containerDefinitions ?? []).map((container) => {
    const name = container.name ?? '';
    const override = overrides.containerOverrides?.find((each) => each.name === name);
    const memory = override?.memory ?? container.memory;
    const reservation = override?.memoryReservation ?? container.memoryReservation;
    return {
      containerArn: ecsArn(place, 'container', cluster.clusterName, taskId, random.uuid()),
      name,
      image: container.image ?? '',
      lastStatus: 'PENDING',
      cpu: String(override?.cpu ?? container.cpu ?? 0),
      ...(memory === undefined ? {} : { memory: String(memory) }),
      ...(reservation === undefined ? {} : { memoryReservation: String(reservation) }),
    };
  });
}

/** What a task is tagged with: its own, those it takes over, and ECS's own where asked for. */
export function tagsOfTask(parts: {
  readonly own: readonly Tag[];
  readonly propagated: readonly Tag[];
  readonly managed: boolean;
  readonly clusterName: string;
  readonly serviceName?: string;
}): readonly Tag[] {
  const tags = withTags(withTags([], parts.propagated), parts.own);
  if (!parts.managed) return tags;
  // Keys that begin with `aws:` are ECS's own to set.
  return [
    ...tags,
    ...(parts.serviceName === undefined
      ? []
      : [{ key: 'aws:ecs:serviceName', value: parts.serviceName }]),
    { key: 'aws:ecs:clusterName', value: parts.clusterName },
  ];
}
