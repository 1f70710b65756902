/** StopTask, DescribeTasks and ListTasks. */
import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn, idInCluster } from '../arn.ts';
import { findCluster } from '../entities/cluster.ts';
import { findContainerInstance } from '../entities/container-instance.ts';
import { lookUpService } from '../entities/service.ts';
import { lookUpTask, type TaskRecord, tasksOf, toTask, visibleTasks } from '../entities/task.ts';
import { invalidParameter, serviceNotFound, taskNotFound } from '../errors.ts';
import { describedTasksMax } from '../limits.ts';
import { page } from '../pages.ts';
import { schedulerOf } from '../scheduler/scheduler.ts';
import { afterStopRequest } from '../scheduler/task-progress.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
async function stopTask(
  input: StopTaskRequest,
  context: OperationContext,
): Promise<StopTaskResponse> {
  const { clusterName } = findCluster(context, input.cluster).record;
  const held = lookUpTask(context, clusterName, input.task, context.now);
  if (held === undefined) throw taskNotFound();
  const { record } = held;
  const stoppedReason = input.reason || 'Task stopped by user';
  const next = afterStopRequest(record, { stopCode: 'UserInitiated', stoppedReason }, context.now);
  if (next === record) return { task: toTask(record, true) };
  await context.commit([tasksOf(context, clusterName).replace(held, next)]);
  const { partition, region, account, runtime } = context;
  schedulerOf(runtime).engine.end({
    task: next,
    place: { partition, region, account, runtime },
  });
  return { task: toTask(next, true) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
function describeTasks(
  input: DescribeTasksRequest,
  context: OperationContext,
): DescribeTasksResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  if (input.tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (input.tasks.length > describedTasksMax) {
    // Unverified: the text.
    throw invalidParameter(`Tasks cannot have more than ${describedTasksMax} elements.`);
  }
  const withTags = input.include?.includes('TAGS') === true;
  const found = input.tasks.map(
    (named) => [named, lookUpTask(context, clusterName, named, context.now)?.record] as const,
  );
  return {
    tasks: found.flatMap(([, record]) => (record === undefined ? [] : [toTask(record, withTags)])),
    failures: found.flatMap(([named, record]) =>
      record === undefined ? [missing(context, clusterName, named)] : [],
    ),
  };
}

/** What is answered for a task that is not there. */
export function missing(context: OperationContext, clusterName: string, named: string) {
  const id = idInCluster(context, named, 'task', clusterName);
  const arn = named.startsWith('arn:') ? named : ecsArn(context, 'task', clusterName, id);
  return { arn, reason: 'MISSING' };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
function listTasks(input: ListTasksRequest, context: OperationContext): ListTasksResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const { desiredStatus = 'RUNNING', launchType, family, startedBy, serviceName } = input;
  const group = serviceName === undefined ? undefined : groupOf(context, clusterName, serviceName);
  const instanceArn =
    input.containerInstance === undefined
      ? undefined
      : findContainerInstance(context, clusterName, input.containerInstance).record
          .containerInstanceArn;
  const wanted: readonly (readonly [unknown, (task: TaskRecord) => unknown])[] = [
    [desiredStatus, (task) => task.desiredStatus],
    [launchType, (task) => task.launchType],
    [family, (task) => familyOf(task)],
    [startedBy, (task) => task.startedBy],
    [group, (task) => task.group],
    [instanceArn, (task) => task.containerInstanceArn],
  ];
  const tasks = visibleTasks(context, clusterName, context.now)
    .map(({ record }) => record)
    .filter((task) => wanted.every(([value, of]) => value === undefined || value === of(task)));
  const filters = [
    'ListTasks',
    clusterName,
    ...wanted.map(([value]) => (value === undefined ? undefined : String(value))),
  ];
  const { items, nextToken } = page(tasks, ({ taskId }) => taskId, input, filters, context);
  return { taskArns: items.map(({ taskArn }) => taskArn), nextToken };
}

function groupOf(context: OperationContext, clusterName: string, nameOrArn: string): string {
  const service = lookUpService(context, clusterName, nameOrArn, context.now)?.record;
  if (service === undefined) throw serviceNotFound();
  return `service:${service.serviceName}`;
}

function familyOf({ taskDefinitionArn }: TaskRecord): string | undefined {
  return taskDefinitionArn.split('/').at(-1)?.split(':')[0];
}

export const taskOperations: Readonly<Record<string, Operation>> = {
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  StopTask: stopTask,
};
