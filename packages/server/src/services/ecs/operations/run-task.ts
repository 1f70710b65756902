/** RunTask and StartTask: tasks that a caller starts. */
import type {
  Failure,
  RunTaskRequest,
  RunTaskResponse,
  StartTaskRequest,
  StartTaskResponse,
} from '@sekisho/catalog/types/ecs';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { Change } from '../../../store/store.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn, idInCluster } from '../arn.ts';
import {
  clientTokenMilliseconds,
  clientTokensOf,
  requestDigest,
} from '../entities/client-token.ts';
import { containerInstancesOf } from '../entities/container-instance.ts';
import { type TaskRecord, tasksOf, toTask } from '../entities/task.ts';
import { invalidParameter } from '../errors.ts';
import { startedTasksMax } from '../limits.ts';
import {
  type Capacity,
  nextPlacement,
  type Placement,
  readCapacity,
} from '../scheduler/capacity.ts';
import {
  checkPlacement,
  chooseInstance,
  obstacle,
  roomOf,
  roomsOf,
} from '../scheduler/container-instances.ts';
import { makeTask } from '../scheduler/task-making.ts';
import {
  checkTaskNetwork,
  type MadeTasks,
  type ReadTaskRequest,
  readTaskRequest,
  startTasks,
} from '../task-request.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
async function runTask(input: RunTaskRequest, context: OperationContext): Promise<RunTaskResponse> {
  const count = input.count ?? 1;
  if (count < 1 || count > startedTasksMax) {
    // Unverified: the text.
    throw invalidParameter(`count must be between 1 and ${startedTasksMax}.`);
  }
  const request = readTaskRequest(input, context);
  const { cluster, definition } = request;
  const capacity = readCapacity(input, cluster, definition.definition, context);
  const { launchType } = nextPlacement(capacity, new Map());
  checkPlacement(input, launchType);
  checkTaskNetwork(request, launchType, context);
  const repeated = repeatedTasks(input, cluster.clusterName, context);
  if (repeated !== undefined)
    return { tasks: repeated.map((task) => toTask(task, true)), failures: [] };
  const made = makeTasks(input, count, request, capacity, context);
  const changes = [...made.changes, ...tokenChanges(input, made, cluster.clusterName, context)];
  await startTasks({ ...made, changes }, context);
  return { tasks: made.tasks.map((task) => toTask(task, true)), failures: made.failures };
}

function makeTasks(
  input: RunTaskRequest,
  count: number,
  request: ReadTaskRequest,
  capacity: Capacity,
  context: OperationContext,
): MadeTasks {
  const tasks: TaskRecord[] = [];
  const changes: Change[] = [];
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  while (tasks.length < count) {
    const placement = nextPlacement(capacity, counts);
    const placed = placeOne(input, request, placement, tasks, context);
    if ('failures' in placed) return { tasks, changes, failures: placed.failures };
    const made = makeTask({ ...request.order, placement, ...placed }, taken, context);
    if (made.task === undefined) {
      return { tasks, changes, failures: [{ reason: made.reason }] };
    }
    tasks.push(made.task);
    changes.push(...made.changes);
    const { capacityProviderName: name } = placement;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return { tasks, changes, failures: [] };
}

/** Where one task goes: nowhere in particular on Fargate. */
function placeOne(
  input: RunTaskRequest,
  { cluster, order }: ReadTaskRequest,
  placement: Placement,
  made: readonly TaskRecord[],
  context: OperationContext,
) {
  if (placement.launchType === 'FARGATE') return {};
  const rooms = roomsOf(context, cluster.clusterName, made);
  if (rooms.length === 0) {
    throw invalidParameter('No Container Instances were found in your cluster.');
  }
  const chosen = chooseInstance(rooms, {
    reserved: order.shape.reserved,
    group: order.group,
    capacityProviderName: placement.capacityProviderName,
    constraints: [
      ...(order.definition.definition.placementConstraints ?? []),
      ...(input.placementConstraints ?? []),
    ],
    strategy: input.placementStrategy ?? [],
    definition: order.definition.definition,
  });
  if (chosen.instance === undefined) return { failures: chosen.failures };
  return { containerInstance: chosen.instance };
}

/** The tasks that the same request with the same token has started. Throws ConflictException. */
function repeatedTasks(
  { clientToken, ...request }: RunTaskRequest,
  clusterName: string,
  context: OperationContext,
): readonly TaskRecord[] | undefined {
  if (clientToken === undefined) return undefined;
  const used = clientTokensOf(context, clusterName).find(clientToken)?.record;
  if (used === undefined || used.createdAt + clientTokenMilliseconds <= context.now) {
    return undefined;
  }
  const tasks = used.taskIds.flatMap((id) => tasksOf(context, clusterName).find(id)?.record ?? []);
  if (used.request === requestDigest(request)) return tasks;
  throw new ServiceError(
    'ConflictException',
    'The RunTask request could not be processed due to conflicts. The provided clientToken is ' +
      'already in use with a different RunTask request.',
    400,
    [],
    [],
    { resourceIds: tasks.map(({ taskArn }) => taskArn) },
  );
}

function tokenChanges(
  { clientToken, ...request }: RunTaskRequest,
  { tasks }: MadeTasks,
  clusterName: string,
  context: OperationContext,
): readonly Change[] {
  if (clientToken === undefined || tasks.length === 0) return [];
  const tokens = clientTokensOf(context, clusterName);
  const record = {
    taskIds: tasks.map(({ taskId }) => taskId),
    request: requestDigest(request),
    createdAt: context.now,
  };
  const old = tokens.find(clientToken);
  return [old === undefined ? tokens.create(clientToken, record) : tokens.replace(old, record)];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html */
async function startTask(
  input: StartTaskRequest,
  context: OperationContext,
): Promise<StartTaskResponse> {
  const { containerInstances } = input;
  if (containerInstances.length === 0) {
    throw invalidParameter('Container instances cannot be empty.');
  }
  if (containerInstances.length > startedTasksMax) {
    // Unverified: the text.
    throw invalidParameter(`At most ${startedTasksMax} container instances can be named.`);
  }
  const request = readTaskRequest(input, context);
  checkTaskNetwork(request, 'EC2', context);
  const tasks: TaskRecord[] = [];
  const changes: Change[] = [];
  const failures: Failure[] = [];
  const taken = new Set<string>();
  for (const named of containerInstances) {
    const started = startOn(named, request, tasks, taken, context);
    if ('failure' in started) failures.push(started.failure);
    else {
      tasks.push(started.task);
      changes.push(...started.changes);
    }
  }
  await startTasks({ tasks, changes, failures }, context);
  return { tasks: tasks.map((task) => toTask(task, true)), failures };
}

/** The task on the named instance, whatever else could take it. */
function startOn(
  named: string,
  { cluster, order }: ReadTaskRequest,
  made: readonly TaskRecord[],
  taken: Set<string>,
  context: OperationContext,
) {
  const { clusterName } = cluster;
  const id = idInCluster(context, named, 'container-instance', clusterName);
  const held = containerInstancesOf(context, clusterName).find(id);
  const arn = ecsArn(context, 'container-instance', clusterName, id);
  if (held === undefined || held.record.status === 'INACTIVE') {
    return { failure: { arn, reason: 'MISSING' } };
  }
  const room = roomOf(held.record, context, clusterName, made);
  const { shape, group } = order;
  const { definition } = order.definition;
  const { reserved } = shape;
  const reason = obstacle(room, { reserved, group, constraints: [], strategy: [], definition });
  if (reason !== undefined) return { failure: { arn, reason } };
  const placement: Placement = { launchType: 'EC2' };
  const task = makeTask({ ...order, placement, containerInstance: held.record }, taken, context);
  return task.task === undefined ? { failure: { arn, reason: task.reason } } : task;
}

export const runTaskOperations: Readonly<Record<string, Operation>> = {
  RunTask: runTask,
  StartTask: startTask,
};
