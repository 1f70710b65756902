/** The tasks that a service's plan wants started: made, or refused with the reason why. */
import { ServiceError } from '../../../protocol/service-error.ts';
import type { Change } from '../../../store/store.ts';
import { findCluster } from '../entities/cluster.ts';
import type { DeploymentSource } from '../entities/deployment.ts';
import { primaryOf, type ServiceRecord, tasksOfService } from '../entities/service.ts';
import type { TaskRecord } from '../entities/task.ts';
import { lookUpTaskDefinition, type TaskDefinitionRecord } from '../entities/task-definition.ts';
import { RoleNotAssumable } from '../errors.ts';
import type { TaskCause } from '../task-cause.ts';
import { nextPlacement } from './capacity.ts';
import { chooseInstance, type PlacementFailure, roomsOf } from './container-instances.ts';
import { said } from './service-events.ts';
import { makeTask, tagsOfTask } from './task-making.ts';
import type { TaskPlace } from './task-place.ts';
import { shapeOf } from './task-shape.ts';

/** What came of it. */
export interface MadeServiceTasks {
  readonly tasks: readonly TaskRecord[];
  readonly changes: readonly Change[];
  /** The event that tells why not all of them were made. */
  readonly message?: string;
  /** The service failed to launch a task, rather than to find a place for it. */
  readonly isFailure: boolean;
  /** What the failure is made of. */
  readonly cause?: TaskCause;
}

/** Makes up to `count` tasks of the PRIMARY deployment; stops at the first that cannot be made. */
export function makeServiceTasks(
  service: ServiceRecord,
  count: number,
  place: TaskPlace,
): MadeServiceTasks {
  const tasks: TaskRecord[] = [];
  const changes: Change[] = [];
  const taken = new Set<string>();
  const live = liveTasks(service, place);
  try {
    for (let made = 0; made < count; made += 1) {
      const next = makeOne(service, { live, made: tasks }, taken, place);
      if (typeof next === 'string') return { tasks, changes, message: next, isFailure: false };
      tasks.push(next.task);
      changes.push(...next.changes);
    }
    return { tasks, changes, isFailure: false };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const text = error.message.replace(/\.$/, '');
    const message = said.launchFailed(`${text}.`);
    const cause = error instanceof RoleNotAssumable ? error.cause : undefined;
    return { tasks, changes, message, isFailure: true, ...(cause && { cause }) };
  }
}

/** The task, or the event that says why there is no place for it. */
function makeOne(
  service: ServiceRecord,
  { live, made }: { readonly live: readonly TaskRecord[]; readonly made: readonly TaskRecord[] },
  taken: Set<string>,
  place: TaskPlace,
): { readonly task: TaskRecord; readonly changes: readonly Change[] } | string {
  const primary = primaryOf(service);
  const { source, id: deploymentId } = primary ?? {};
  const definition = source && lookUpTaskDefinition(place, source.taskDefinitionArn)?.record;
  if (source === undefined || definition === undefined || deploymentId === undefined) {
    return said.unplaced('The task definition was deleted.');
  }
  const cluster = findCluster(place, service.clusterName).record;
  const placement = nextPlacement(source, providerCounts([...live, ...made]));
  const shape = shapeOf(definition.definition, {});
  const { serviceName, createdAt, clusterName } = service;
  const group = `service:${serviceName}`;
  const instance =
    placement.launchType === 'FARGATE'
      ? undefined
      : chooseInstance(roomsOf(place, clusterName, made), {
          reserved: shape.reserved,
          group,
          capacityProviderName: placement.capacityProviderName,
          constraints: [
            ...(definition.definition.placementConstraints ?? []),
            ...service.placementConstraints,
            ...(service.schedulingStrategy === 'DAEMON' ? [{ type: 'distinctInstance' }] : []),
          ],
          strategy: service.placementStrategy,
          definition: definition.definition,
        });
  if (instance !== undefined && instance.instance === undefined) {
    return said.noInstance(whyNoInstance(instance.failures));
  }
  const task = makeTask(
    {
      cluster,
      definition,
      shape,
      placement,
      ...(instance?.instance === undefined ? {} : { containerInstance: instance.instance }),
      networkConfiguration: source.networkConfiguration,
      overrides: {},
      group,
      startedBy: deploymentId,
      enableExecuteCommand: source.enableExecuteCommand,
      tags: tagsOf(service, source, definition),
      service: { serviceName, serviceCreatedAt: createdAt, deploymentId },
    },
    taken,
    place,
  );
  return task.task === undefined ? said.unplaced(task.reason) : task;
}

function tagsOf(
  { tags, clusterName, serviceName }: ServiceRecord,
  { propagateTags, enableECSManagedTags: managed }: DeploymentSource,
  definition: TaskDefinitionRecord,
): TaskRecord['tags'] {
  const fromDefinition = propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  const propagated = propagateTags === 'SERVICE' ? tags : fromDefinition;
  return tagsOfTask({ own: [], propagated, managed, clusterName, serviceName });
}

/** Those of its PRIMARY deployment. */
function liveTasks(service: ServiceRecord, place: TaskPlace): readonly TaskRecord[] {
  const deploymentId = primaryOf(service)?.id;
  return tasksOfService(place, service)
    .map(({ record }) => record)
    .filter((task) => task.desiredStatus === 'RUNNING' && task.deploymentId === deploymentId);
}

function providerCounts(tasks: readonly TaskRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { capacityProviderName: name } of tasks) {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const obstacles: ReadonlyMap<string, string> = new Map([
  ['RESOURCE:MEMORY', 'has insufficient memory available.'],
  ['RESOURCE:CPU', 'has insufficient CPU units available.'],
  ['RESOURCE:PORTS', 'is already using a port required by your task.'],
  ['RESOURCE:PORTS_UDP', 'is already using a port required by your task.'],
  ['AGENT', 'has the agent disconnected.'],
  ['ATTRIBUTE', 'is missing an attribute required by your task.'],
]);

function whyNoInstance(failures: readonly PlacementFailure[]): string {
  const [closest] = failures;
  if (closest === undefined) {
    return 'Reason: No Container Instances were found in your cluster.';
  }
  const id = closest.arn.split('/').at(-1) ?? '';
  const what = obstacles.get(closest.reason) ?? `encountered error "${closest.reason}".`;
  return `The closest matching (container-instance ${id}) ${what}`;
}
