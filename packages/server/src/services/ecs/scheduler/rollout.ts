/**
 * What a service's scheduler does next: a plan from the service, its tasks and the time.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
import type { DeploymentRecord } from '../entities/deployment.ts';
import { primaryOf, type ServiceRecord } from '../entities/service.ts';
import type { TaskRecord } from '../entities/task.ts';
import type { TaskCause } from '../task-cause.ts';
import { breakCircuit, complete, failureThreshold } from './deployments.ts';
import { said } from './service-events.ts';
import { retryMilliseconds, type SchedulerSettings, shortRunMilliseconds } from './settings.ts';

/** What is to be written and done. */
export interface Plan {
  readonly service: ServiceRecord;
  /** Events, in the order in which they are said. */
  readonly messages: readonly string[];
  readonly starts: number;
  readonly stops: readonly TaskRecord[];
  /** Stopped tasks whose end has been taken into account. */
  readonly counted: readonly TaskRecord[];
  /** When to look again, where nothing else will wake the scheduler. */
  readonly wakeAt?: number;
}

const inconsistentCount = 3;

/** Whether a task counts for its deployment: it runs or is on its way. */
function isWanted({ desiredStatus, lastStatus }: TaskRecord): boolean {
  return desiredStatus === 'RUNNING' && lastStatus !== 'STOPPED';
}

function isRunning(task: TaskRecord): boolean {
  return isWanted(task) && task.lastStatus === 'RUNNING';
}

/**
 * `tasks`: the service's own, the stopped ones too. `now` in milliseconds. `draining`: ARNs of
 * container instances that are to have no tasks of services.
 */
export function planService(
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  now: number,
  settings: SchedulerSettings,
  draining: ReadonlySet<string> = new Set(),
): Plan {
  const ended = countEnds(service, tasks, now, settings);
  const broken = checkCircuit(ended.service, now);
  const messages = [...ended.messages, ...broken.messages];
  const primary = primaryOf(broken.service);
  if (primary === undefined) {
    return { service: broken.service, messages, starts: 0, stops: [], counted: ended.counted };
  }
  const moves = planMoves(broken.service, primary, tasks, draining, now);
  const settled = settle(broken.service, primary, tasks, moves, now);
  const wakeAt = nextWake(settled.service, moves, tasks, now);
  return {
    service: settled.service,
    messages: [...messages, ...moves.messages, ...settled.messages],
    starts: moves.starts,
    stops: moves.stops,
    counted: ended.counted,
    ...(wakeAt === undefined ? {} : { wakeAt }),
  };
}

/** Takes stopped tasks into account: failures to start, and ends soon after the start. */
function countEnds(
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  now: number,
  settings: SchedulerSettings,
) {
  const counted: TaskRecord[] = [];
  const messages: string[] = [];
  let { failures, deployments } = service;
  for (const task of tasks) {
    if (task.lastStatus !== 'STOPPED' || task.endCounted) continue;
    counted.push(task);
    if (task.stopCode === 'TaskFailedToStart') {
      failures = failed(failures.count, now, settings);
      deployments = withFailedTask(deployments, task.deploymentId);
      if (task.launchType === 'FARGATE' && task.stoppedReason !== undefined) {
        messages.push(said.unplaced(task.stoppedReason));
      }
      if (failures.count === inconsistentCount) messages.push(said.inconsistent());
    } else if (task.stopCode === 'EssentialContainerExited' && ranShortly(task)) {
      // Without a pause, a task that ends at once would be started over and over.
      failures = {
        ...failures,
        retryAt: Math.max(failures.retryAt, now + settings.restartMilliseconds),
      };
    }
  }
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const recovered = tasks.some(
    (task) => isRunning(task) && task.deploymentId === primary?.id && task.startedAt !== undefined,
  );
  if (recovered && (failures.count > 0 || (primary?.failedTasks ?? 0) > 0)) {
    failures = { count: 0, retryAt: 0 };
    deployments = deployments.map((each) =>
      each.id === primary?.id ? { ...each, failedTasks: 0 } : each,
    );
  }
  return { service: { ...service, failures, deployments }, messages, counted };
}

function ranShortly({ startedAt, stoppedAt }: TaskRecord): boolean {
  return startedAt !== undefined && (stoppedAt ?? 0) - startedAt < shortRunMilliseconds;
}

function failed(count: number, now: number, settings: SchedulerSettings) {
  return { count: count + 1, retryAt: now + retryMilliseconds(count + 1, settings) };
}

function withFailedTask(
  deployments: readonly DeploymentRecord[],
  deploymentId: string | undefined,
): readonly DeploymentRecord[] {
  return deployments.map((each) =>
    each.id === deploymentId ? { ...each, failedTasks: each.failedTasks + 1 } : each,
  );
}

/** The service after an attempt to start a task failed before there was a task. */
export function afterLaunchFailure(
  service: ServiceRecord,
  now: number,
  settings: SchedulerSettings,
  cause?: TaskCause,
): { readonly service: ServiceRecord; readonly messages: readonly string[] } {
  const failures = failed(service.failures.count, now, settings);
  return {
    service: {
      ...service,
      failures: cause === undefined ? failures : { ...failures, cause },
      deployments: withFailedTask(service.deployments, primaryOf(service)?.id),
      isSteady: false,
    },
    messages: failures.count === inconsistentCount ? [said.inconsistent()] : [],
  };
}

function checkCircuit(service: ServiceRecord, now: number) {
  const primary = primaryOf(service);
  const isOn = service.deploymentConfiguration.deploymentCircuitBreaker?.enable === true;
  const opens =
    primary?.rolloutState === 'IN_PROGRESS' && primary.failedTasks >= failureThreshold(service);
  if (!isOn || primary === undefined || !opens) return { service, messages: [] };
  return breakCircuit(service, primary, now);
}

interface Moves {
  readonly starts: number;
  readonly stops: readonly TaskRecord[];
  readonly messages: readonly string[];
}

/** Rolling update: between minimumHealthyPercent (rounded up) and maximumPercent (down). */
function planMoves(
  service: ServiceRecord,
  primary: DeploymentRecord,
  tasks: readonly TaskRecord[],
  draining: ReadonlySet<string>,
  now: number,
): Moves {
  const { desiredCount } = service;
  const { minimumHealthyPercent, maximumPercent } = service.deploymentConfiguration;
  const healthyMin = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const tasksMax = Math.max(Math.floor((desiredCount * maximumPercent) / 100), 0);
  const wanted = tasks.filter(isWanted);
  const stays = ({ deploymentId, containerInstanceArn = '' }: TaskRecord) =>
    deploymentId === primary.id && !draining.has(containerInstanceArn);
  const own = wanted.filter(stays);
  const older = wanted.filter((task) => !stays(task));
  const isOpen = (task: TaskRecord) => (task.protectedUntil ?? 0) <= now;
  const surplus = newestFirst(own.filter(isOpen)).slice(0, Math.max(0, own.length - desiredCount));
  const running = wanted.filter((task) => isRunning(task) && !surplus.includes(task)).length;
  const replaced = replaceable(older.filter(isOpen), running - healthyMin, primary);
  const stops = [...surplus, ...replaced];
  const missing = desiredCount - own.length;
  const room = tasksMax - (wanted.length - stops.length);
  const mayStart = primary.rolloutState !== 'FAILED' && now >= service.failures.retryAt;
  const starts = mayStart ? Math.max(0, Math.min(missing, room)) : 0;
  const isStuck =
    missing > 0 && room <= 0 && stops.length === 0 && wanted.every(isRunning) && older.length > 0;
  return {
    starts,
    stops,
    messages: [
      ...(stops.length > 0 ? [said.stopped(stops)] : []),
      ...(isStuck ? [said.stuck()] : []),
    ],
  };
}

/** Of older deployments: what does not run yet, and as many running ones as health allows. */
function replaceable(
  older: readonly TaskRecord[],
  spareCount: number,
  primary: DeploymentRecord,
): readonly TaskRecord[] {
  if (primary.rolloutState === 'FAILED') return [];
  const starting = older.filter((task) => !isRunning(task));
  const running = older.filter(isRunning).slice(0, Math.max(0, spareCount));
  return [...starting, ...running];
}

/** Unverified: which tasks AWS stops first; here those that do not run yet, then the newest. */
function newestFirst(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  return [...tasks].sort(
    (one, other) =>
      Number(isRunning(one)) - Number(isRunning(other)) || other.createdAt - one.createdAt,
  );
}

/** Completion, steady state, and the end of a service that is being deleted. */
function settle(
  service: ServiceRecord,
  primary: DeploymentRecord,
  tasks: readonly TaskRecord[],
  moves: Moves,
  now: number,
) {
  const isMoving = moves.starts > 0 || moves.stops.length > 0;
  const live = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  if (service.status === 'DRAINING') {
    const isOver = live.length === 0;
    const inactive: ServiceRecord = {
      ...service,
      status: 'INACTIVE',
      inactiveSince: now,
      deployments: [],
    };
    return { service: isOver ? inactive : service, messages: [] };
  }
  const own = live.filter(({ deploymentId }) => deploymentId === primary.id);
  const isFull =
    !isMoving &&
    own.length === service.desiredCount &&
    own.every(isRunning) &&
    live.length === own.length;
  if (!isFull || primary.rolloutState === 'FAILED') {
    const { isSteady } = service;
    return {
      service: isSteady && isMoving ? { ...service, isSteady: false } : service,
      messages: [],
    };
  }
  const isNew = primary.rolloutState === 'IN_PROGRESS' || service.deployments.length > 1;
  const done = isNew ? complete(service, primary, now) : service;
  const messages = [
    ...(isNew ? [said.completed(primary.id)] : []),
    ...(service.isSteady && !isNew ? [] : [said.steady()]),
  ];
  return { service: done.isSteady ? done : { ...done, isSteady: true }, messages };
}

/** Time alone changes two things: a retry becomes due, and a protection ends. */
function nextWake(
  service: ServiceRecord,
  moves: Moves,
  tasks: readonly TaskRecord[],
  now: number,
): number | undefined {
  const primary = primaryOf(service);
  const own = tasks.filter((task) => isWanted(task) && task.deploymentId === primary?.id);
  const misses = own.length + moves.starts < service.desiredCount;
  const times = [
    ...(misses && primary?.rolloutState !== 'FAILED' ? [service.failures.retryAt] : []),
    ...tasks.filter(isWanted).map(({ protectedUntil }) => protectedUntil ?? 0),
  ].filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}
