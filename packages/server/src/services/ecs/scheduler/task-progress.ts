/**
 * The life of a task: what a report, a request to stop or a lost process makes of its record.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
import type { ContainerRecord, TaskRecord, TaskStatus } from '../entities/task.ts';
import type { ContainerReport, TaskReport } from '../launcher.ts';

const order: readonly TaskStatus[] = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
];

/** Whether a status comes at or after another one in a task's life. */
export function hasReached(status: TaskStatus, other: TaskStatus): boolean {
  return order.indexOf(status) >= order.indexOf(other);
}

/** The record after the report; the same record when the report tells nothing new. */
export function afterReport(task: TaskRecord, report: TaskReport, now: number): TaskRecord {
  if (task.lastStatus === 'STOPPED') return task;
  // A task does not go back: reports that crossed with a stop change its containers only.
  const lastStatus = hasReached(report.lastStatus, task.lastStatus)
    ? report.lastStatus
    : task.lastStatus;
  const containers = mergeContainers(task.containers, report.containers, lastStatus);
  const next: TaskRecord = {
    ...task,
    lastStatus,
    containers,
    version: task.version + 1,
    ...(report.launchedBy === undefined ? {} : { launchedBy: report.launchedBy }),
    ...times(task, lastStatus, report, now),
    ...networkOf(task, lastStatus),
    ...(hasReached(lastStatus, 'DEACTIVATING') ? { desiredStatus: 'STOPPED' as const } : {}),
    ...(lastStatus === 'STOPPED' ? whyStopped(task, report) : {}),
  };
  return next;
}

function times(task: TaskRecord, status: TaskStatus, report: TaskReport, now: number) {
  const reached = (other: TaskStatus) => hasReached(status, other);
  const wasConnected = reached('PENDING') && !reached('DEACTIVATING');
  const connectivityAt = task.connectivityAt ?? (wasConnected ? now : undefined);
  // No report tells of the pull alone: it lies between PENDING and what comes next.
  const pulled =
    status === 'ACTIVATING' ||
    status === 'RUNNING' ||
    report.stoppedReason?.startsWith('CannotPullContainer') === true;
  return {
    ...(connectivityAt === undefined ? {} : { connectivityAt }),
    ...(pulled
      ? {
          pullStartedAt: task.pullStartedAt ?? connectivityAt ?? now,
          pullStoppedAt: task.pullStoppedAt ?? now,
        }
      : {}),
    ...(status === 'RUNNING' ? { startedAt: task.startedAt ?? now } : {}),
    ...(reached('DEACTIVATING') ? { stoppingAt: task.stoppingAt ?? now } : {}),
    ...(reached('DEPROVISIONING') ? { executionStoppedAt: task.executionStoppedAt ?? now } : {}),
    ...(status === 'STOPPED' ? { stoppedAt: now } : {}),
  };
}

function networkOf({ networkInterface }: TaskRecord, status: TaskStatus) {
  if (networkInterface === undefined) return {};
  if (status === 'STOPPED') {
    return { networkInterface: { ...networkInterface, status: 'DELETED' as const } };
  }
  if (status === 'PROVISIONING' || networkInterface.status !== 'PRECREATED') return {};
  return { networkInterface: { ...networkInterface, status: 'ATTACHED' as const } };
}

function whyStopped(task: TaskRecord, report: TaskReport) {
  // What ECS itself asked for stays the reason, whatever ended first.
  if (task.stopCode !== undefined) return {};
  const stopCode =
    report.stopCode ?? (task.startedAt === undefined ? 'TaskFailedToStart' : undefined);
  return {
    ...(stopCode === undefined ? {} : { stopCode }),
    ...(report.stoppedReason === undefined ? {} : { stoppedReason: report.stoppedReason }),
    ...(report.cause === undefined ? {} : { cause: report.cause }),
  };
}

function mergeContainers(
  containers: readonly ContainerRecord[],
  reports: readonly ContainerReport[],
  status: TaskStatus,
): readonly ContainerRecord[] {
  return containers.map((container) => {
    const report = reports.find(({ name }) => name === container.name);
    const lastStatus = status === 'STOPPED' ? 'STOPPED' : report?.lastStatus;
    return {
      ...container,
      ...(lastStatus === undefined ? {} : { lastStatus }),
      ...(report?.exitCode === undefined ? {} : { exitCode: report.exitCode }),
      ...(report?.reason === undefined ? {} : { reason: report.reason }),
      ...(report?.imageDigest === undefined ? {} : { imageDigest: report.imageDigest }),
      ...(report?.runtimeId === undefined ? {} : { runtimeId: report.runtimeId }),
    };
  });
}

/** Why ECS itself stops a task. */
export interface StopRequest {
  readonly stopCode: 'UserInitiated' | 'ServiceSchedulerInitiated' | 'TerminationNotice';
  readonly stoppedReason: string;
}

/** The record of a task that is to stop; its launcher is asked afterwards. */
export function afterStopRequest(task: TaskRecord, request: StopRequest, now: number): TaskRecord {
  if (task.desiredStatus === 'STOPPED') return task;
  return {
    ...task,
    ...request,
    desiredStatus: 'STOPPED',
    stoppingAt: now,
    version: task.version + 1,
  };
}

/** The record of a task whose process is gone with the server that ran it. */
export function afterLoss(task: TaskRecord, stoppedReason: string, now: number): TaskRecord {
  const request: StopRequest = { stopCode: 'TerminationNotice', stoppedReason };
  return afterReport(
    afterStopRequest(task, request, now),
    { lastStatus: 'STOPPED', containers: [] },
    now,
  );
}
