/** Which container instance a task fits on: resources, ports, placement. */
import type { PlacementConstraint, PlacementStrategy, Resource } from '@sekisho/catalog/types/ecs';
import { missingAttributes } from '../container-instance-attributes.ts';
import {
  type ContainerInstanceRecord,
  containerInstancesOf,
} from '../entities/container-instance.ts';
import { liveTasks, type ReservedResources, type TaskRecord } from '../entities/task.ts';
import type { StoredTaskDefinition } from '../entities/task-definition.ts';
import { ecsError, invalidParameter } from '../errors.ts';
import { readQuery } from '../query/container-instance-query.ts';
import type { TaskPlace } from './task-place.ts';

/** Why a task is not placed on an instance. */
export interface PlacementFailure {
  readonly arn: string;
  readonly reason: string;
}

/** What an instance has left. */
interface Room {
  readonly instance: ContainerInstanceRecord;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly ports: ReadonlySet<string>;
  readonly portsUdp: ReadonlySet<string>;
  readonly tasks: readonly TaskRecord[];
}

/** What a task wants of its instance. */
export interface PlacementRequest {
  readonly reserved: ReservedResources;
  readonly group: string;
  readonly capacityProviderName?: string | undefined;
  readonly constraints: readonly PlacementConstraint[];
  readonly strategy: readonly PlacementStrategy[];
  /** What the instance's agent must be able to do. */
  readonly definition: StoredTaskDefinition;
}

/** What a request says of where its tasks go. */
interface AskedPlacement {
  readonly placementConstraints?: readonly PlacementConstraint[] | undefined;
  readonly placementStrategy?: readonly PlacementStrategy[] | undefined;
}

/** Throws for a placement that cannot be read, or that this server cannot decide. */
export function checkPlacement(
  { placementConstraints: constraints = [], placementStrategy: strategy = [] }: AskedPlacement,
  launchType: string,
): void {
  const refused: readonly (readonly [readonly unknown[], string])[] = [
    [constraints, 'Placement constraints are not supported with FARGATE launch type.'],
    [strategy, 'Placement strategies are not supported with FARGATE launch type.'],
  ];
  for (const [asked, text] of launchType === 'FARGATE' ? refused : []) {
    if (asked.length > 0) throw invalidParameter(text);
  }
  for (const { type, expression = '' } of constraints) {
    if (type === 'memberOf') readQuery(expression);
  }
  const unknown =
    constraints.find(({ type }) => !['distinctInstance', 'memberOf'].includes(type ?? '')) ??
    strategy.find(({ type }) => !['random', 'spread', 'binpack'].includes(type ?? ''));
  if (unknown === undefined) return;
  throw ecsError(
    'UnsupportedFeatureException',
    `Placement of type ${unknown.type} is not implemented by this server.`,
  );
}

/** The instances of a cluster that take tasks; `more`: tasks about to be started. */
export function roomsOf(
  place: TaskPlace,
  clusterName: string,
  more: readonly TaskRecord[],
): readonly Room[] {
  return containerInstancesOf(place, clusterName)
    .all()
    .filter(({ record }) => record.status === 'ACTIVE')
    .map(({ record }) => roomOf(record, place, clusterName, more));
}

/** What one instance has left. */
export function roomOf(
  instance: ContainerInstanceRecord,
  place: TaskPlace,
  clusterName: string,
  more: readonly TaskRecord[] = [],
): Room {
  const { containerInstanceArn, registeredResources } = instance;
  const tasks = [
    ...liveTasks(place, clusterName, containerInstanceArn),
    ...more.filter((task) => task.containerInstanceArn === containerInstanceArn),
  ];
  const sum = (of: (reserved: ReservedResources) => number) =>
    tasks.reduce((total, { reserved }) => total + of(reserved), 0);
  return {
    instance,
    tasks,
    cpu: integer(registeredResources, 'CPU') - sum(({ cpu }) => cpu),
    memoryMib: integer(registeredResources, 'MEMORY') - sum(({ memoryMib }) => memoryMib),
    ports: new Set([
      ...strings(registeredResources, 'PORTS'),
      ...tasks.flatMap(({ reserved }) => reserved.ports),
    ]),
    portsUdp: new Set([
      ...strings(registeredResources, 'PORTS_UDP'),
      ...tasks.flatMap(({ reserved }) => reserved.portsUdp),
    ]),
  };
}

function integer(resources: readonly Resource[], name: string): number {
  return resources.find((resource) => resource.name === name)?.integerValue ?? 0;
}

function strings(resources: readonly Resource[], name: string): readonly string[] {
  return resources.find((resource) => resource.name === name)?.stringSetValue ?? [];
}

/** Why the task does not fit; undefined: it fits. */
export function obstacle(room: Room, request: PlacementRequest): string | undefined {
  const { instance, tasks } = room;
  const { reserved } = request;
  if (!instance.agentConnected) return 'AGENT';
  if (missingAttributes(instance, request.definition).length > 0) return 'ATTRIBUTE';
  if (
    request.capacityProviderName !== undefined &&
    instance.capacityProviderName !== request.capacityProviderName
  ) {
    return 'ATTRIBUTE';
  }
  const isDistinct = request.constraints.some(({ type }) => type === 'distinctInstance');
  if (isDistinct && tasks.some(({ group }) => group === request.group)) {
    return 'distinctInstance placement constraint unsatisfied.';
  }
  if (!isMember(room, request.constraints)) return 'memberOf placement constraint unsatisfied.';
  if (reserved.memoryMib > room.memoryMib) return 'RESOURCE:MEMORY';
  if (reserved.cpu > room.cpu) return 'RESOURCE:CPU';
  if (reserved.ports.some((port) => room.ports.has(port))) return 'RESOURCE:PORTS';
  if (reserved.portsUdp.some((port) => room.portsUdp.has(port))) return 'RESOURCE:PORTS_UDP';
  return undefined;
}

function isMember(
  { instance: { registeredAt, ...instance } }: Room,
  constraints: readonly PlacementConstraint[],
): boolean {
  const described = { ...instance, registeredAt: new Date(registeredAt) };
  return constraints
    .filter(({ type }) => type === 'memberOf')
    .every(({ expression = '' }) => readQuery(expression)(described));
}

/** The instance that is chosen, or why none is: one failure for each. */
export function chooseInstance(
  rooms: readonly Room[],
  request: PlacementRequest,
):
  | { readonly instance: ContainerInstanceRecord }
  | { readonly instance?: never; readonly failures: readonly PlacementFailure[] } {
  const failures: PlacementFailure[] = [];
  const fitting: Room[] = [];
  for (const room of rooms) {
    const reason = obstacle(room, request);
    if (reason === undefined) fitting.push(room);
    else failures.push({ arn: room.instance.containerInstanceArn, reason });
  }
  const best = fitting.reduce<Room | undefined>(
    (chosen, room) =>
      chosen === undefined || burden(room, request) < burden(chosen, request) ? room : chosen,
    undefined,
  );
  return best === undefined ? { failures } : { instance: best.instance };
}

/** Less is better. Spread is the default: the instance with the fewest tasks of the group. */
function burden(room: Room, { strategy, group }: PlacementRequest): number {
  const [first] = strategy;
  if (first?.type === 'binpack') return first.field === 'cpu' ? room.cpu : room.memoryMib;
  return room.tasks.filter((task) => task.group === group).length;
}
