/** UpdateTaskProtection and GetTaskProtection: tasks that scale-in leaves alone. */
import type {
  Failure,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse,
  ProtectedTask,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse,
} from '@sekisho/catalog/types/ecs';
import type { Change } from '../../../store/store.ts';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { findCluster } from '../entities/cluster.ts';
import { lookUpTask, type TaskRecord, tasksOf, visibleTasks } from '../entities/task.ts';
import { invalidParameter } from '../errors.ts';
import { missing } from './tasks.ts';

const minutesDefault = 120;
const minutesMax = 2_880;
const updatedMax = 10;
const describedMax = 100;

/** Why a task cannot be protected, if it cannot. */
function obstacleOf({ serviceName, desiredStatus, taskArn }: TaskRecord): Failure | undefined {
  if (serviceName !== undefined && desiredStatus === 'RUNNING') return undefined;
  return { arn: taskArn, reason: 'TASK_NOT_VALID' };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
async function updateTaskProtection(
  input: UpdateTaskProtectionRequest,
  context: OperationContext,
): Promise<UpdateTaskProtectionResponse> {
  const { clusterName } = findCluster(context, input.cluster).record;
  const minutes = input.expiresInMinutes ?? minutesDefault;
  // Unverified: the texts.
  if (input.tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (input.tasks.length > updatedMax) {
    throw invalidParameter(`Tasks cannot have more than ${updatedMax} elements.`);
  }
  if (minutes < 1 || minutes > minutesMax) {
    throw invalidParameter(`expiresInMinutes must be between 1 and ${minutesMax}.`);
  }
  const protectedUntil = context.now + minutes * 60_000;
  const { found, failures } = sort(input.tasks, clusterName, context);
  const tasks = tasksOf(context, clusterName);
  const changed = found.map((held) => {
    const { protectedUntil: _, ...record } = held.record;
    return [held, input.protectionEnabled ? { ...record, protectedUntil } : record] as const;
  });
  const changes: readonly Change[] = changed.map(([held, next]) => tasks.replace(held, next));
  if (changes.length > 0) await context.commit(changes);
  return {
    protectedTasks: changed.map(([, next]) => toProtected(next, context.now)),
    failures,
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html */
function getTaskProtection(
  input: GetTaskProtectionRequest,
  context: OperationContext,
): GetTaskProtectionResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const named = input.tasks ?? [];
  if (named.length > describedMax) {
    throw invalidParameter(`Tasks cannot have more than ${describedMax} elements.`);
  }
  if (named.length === 0) {
    const all = visibleTasks(context, clusterName, context.now).map(({ record }) => record);
    const able = all.filter((task) => obstacleOf(task) === undefined).slice(0, describedMax);
    return { protectedTasks: able.map((task) => toProtected(task, context.now)), failures: [] };
  }
  const { found, failures } = sort(named, clusterName, context);
  return {
    protectedTasks: found.map(({ record }) => toProtected(record, context.now)),
    failures,
  };
}

function sort(named: readonly string[], clusterName: string, context: OperationContext) {
  const found: Held<TaskRecord>[] = [];
  const failures: Failure[] = [];
  for (const name of new Set(named)) {
    const held = lookUpTask(context, clusterName, name, context.now);
    const failure =
      held === undefined ? missing(context, clusterName, name) : obstacleOf(held.record);
    if (failure !== undefined) failures.push(failure);
    else if (held !== undefined) found.push(held);
  }
  return { found, failures };
}

function toProtected({ taskArn, protectedUntil = 0 }: TaskRecord, now: number): ProtectedTask {
  const protectionEnabled = protectedUntil > now;
  return {
    taskArn,
    protectionEnabled,
    expirationDate: protectionEnabled ? new Date(protectedUntil) : undefined,
  };
}

export const taskProtectionOperations: Readonly<Record<string, Operation>> = {
  GetTaskProtection: getTaskProtection,
  UpdateTaskProtection: updateTaskProtection,
};
