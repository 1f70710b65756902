/** The loop that keeps every service at its desired count, one run a service at a time. */
import { type Change, type Commit, StoreConflict } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { containerInstancesOf } from '../entities/container-instance.ts';
import { type ServiceRecord, servicesOf, tasksOfService } from '../entities/service.ts';
import { type TaskRecord, tasksOf } from '../entities/task.ts';
import { historyChanges } from './deployment-history.ts';
import { PendingWork } from './pending-work.ts';
import { afterLaunchFailure, type Plan, planService } from './rollout.ts';
import { said, withEvents } from './service-events.ts';
import { makeServiceTasks } from './service-tasks.ts';
import { failingStartsMax, type SchedulerSettings, startsMax } from './settings.ts';
import type { TaskEngine } from './task-engine.ts';
import { placeOf, type RecordKey, readRecordKey, type TaskPlace } from './task-place.ts';
import { afterStopRequest } from './task-progress.ts';

/** A service by the place and name of its record. */
interface ServiceKey {
  readonly place: TaskPlace;
  readonly clusterName: string;
  readonly serviceName: string;
}

export class ServiceScheduler {
  readonly #runtime: Runtime;
  readonly #settings: SchedulerSettings;
  readonly #engine: TaskEngine;
  readonly #work: PendingWork;
  /** Services that a run is already waiting for. */
  readonly #queued = new Set<string>();
  readonly #timers = new Map<string, () => void>();
  #unfollow: () => void = () => {};

  constructor(runtime: Runtime, settings: SchedulerSettings, engine: TaskEngine) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#engine = engine;
    this.#work = new PendingWork((error) => runtime.platform.process.warn(String(error)));
  }

  /** Looks at every service once, and from then on at those that a commit touches. */
  start(): void {
    const { state } = this.#runtime;
    this.#unfollow = state.onCommit((commit) => this.#follow(commit));
    for (const folder of state.folders('ecs/')) {
      if (folder.split('/')[3] !== 'service') continue;
      for (const key of state.keys(folder)) this.#followKey(key);
    }
  }

  /** No service is looked at any more. */
  stop(): void {
    this.#unfollow();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** Resolves when no service is being looked at. */
  async idle(): Promise<void> {
    await this.#work.idle();
  }

  #follow({ records }: Commit): void {
    for (const { key } of records) if (key.startsWith('ecs/')) this.#followKey(key);
  }

  #followKey(key: string): void {
    const read = readRecordKey(key);
    if (read === undefined) return;
    const place = placeOf(this.#runtime, read);
    for (const serviceName of touchedServices(read, place)) {
      this.#wake({ place, clusterName: read.clusterName, serviceName });
    }
  }

  #wake(service: ServiceKey): void {
    const key = servicesOf(service.place, service.clusterName).keyOf(service.serviceName);
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    void this.#work.add(key, async () => {
      this.#queued.delete(key);
      this.#timers.get(key)?.();
      this.#timers.delete(key);
      const wakeAt = await this.#run(service);
      if (wakeAt !== undefined) this.#wakeAt(key, service, wakeAt);
    });
  }

  #wakeAt(key: string, service: ServiceKey, time: number): void {
    const { clock } = this.#runtime.platform;
    const wait = Math.max(1, time - clock.now());
    this.#timers.get(key)?.();
    this.#timers.set(
      key,
      clock.after(wait, () => this.#wake(service)),
    );
  }

  /** One look; the time of the next one, where no commit will bring it. */
  async #run(service: ServiceKey): Promise<number | undefined> {
    for (;;) {
      try {
        return await this.#step(service);
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
  }

  async #step({ place, clusterName, serviceName }: ServiceKey): Promise<number | undefined> {
    const folder = servicesOf(place, clusterName);
    const held = folder.find(serviceName);
    if (held === undefined || held.record.status === 'INACTIVE') return undefined;
    const { clock, random } = this.#runtime.platform;
    const now = clock.now();
    const before = withDaemonCount(held.record, place);
    const tasks = tasksOfService(place, before).map(({ record }) => record);
    const draining = drainingInstances(place, clusterName);
    const plan = planService(before, tasks, now, this.#settings, draining);
    const made = makeServiceTasks(plan.service, startsOf(plan), place);
    const failed = made.isFailure
      ? afterLaunchFailure(plan.service, now, this.#settings, made.cause)
      : { service: plan.service, messages: [] };
    const messages = [
      ...plan.messages,
      ...(made.tasks.length > 0 ? [said.started(made.tasks)] : []),
      ...(made.message === undefined ? [] : [made.message]),
      ...failed.messages,
    ];
    const service = withEvents(failed.service, messages, now, () => random.uuid());
    const changes: Change[] = [
      ...(service === held.record || isSame(service, held.record)
        ? []
        : [folder.replace(held, service), ...historyChanges(held.record, service, now, place)]),
      ...taskChanges(plan.stops, plan.counted, now, place),
      ...made.changes,
    ];
    if (changes.length > 0) await this.#runtime.state.commit(changes);
    for (const task of made.tasks) this.#engine.begin({ task, place });
    for (const task of plan.stops) this.#engine.end({ task, place });
    // A launch that failed is due again at `retryAt`, which the next look will see.
    if (made.isFailure) return service.failures.retryAt;
    if (made.message === undefined) return plan.wakeAt;
    return now + this.#settings.retryMillisecondsMax;
  }
}

/** Never all at once: the server answers others in between, and failures are seen in time. */
function startsOf({ service, starts }: Plan): number {
  return Math.min(starts, service.failures.count > 0 ? failingStartsMax : startsMax);
}

function isSame(one: ServiceRecord, other: ServiceRecord): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The services that a changed record matters to. */
function touchedServices(read: RecordKey, place: TaskPlace): readonly string[] {
  const { kind, clusterName, name } = read;
  if (kind === 'service') return [name];
  if (kind === 'task') {
    const owner = tasksOf(place, clusterName).find(name)?.record.serviceName;
    return owner === undefined ? [] : [owner];
  }
  return kind === 'container-instance' ? servicesOf(place, clusterName).names() : [];
}

/** Instances that are DRAINING, or that were deregistered. */
function drainingInstances(place: TaskPlace, clusterName: string): ReadonlySet<string> {
  return new Set(
    containerInstancesOf(place, clusterName)
      .all()
      .filter(({ record }) => record.status !== 'ACTIVE')
      .map(({ record }) => record.containerInstanceArn),
  );
}

/** A daemon service has as many tasks as its cluster has instances. */
function withDaemonCount(service: ServiceRecord, place: TaskPlace): ServiceRecord {
  if (service.schedulingStrategy !== 'DAEMON' || service.status !== 'ACTIVE') return service;
  const desiredCount = containerInstancesOf(place, service.clusterName)
    .all()
    .filter(({ record }) => record.status === 'ACTIVE').length;
  return desiredCount === service.desiredCount ? service : { ...service, desiredCount };
}

function taskChanges(
  stops: readonly TaskRecord[],
  counted: readonly TaskRecord[],
  now: number,
  place: TaskPlace,
): readonly Change[] {
  return [...stops, ...counted].map((task) => {
    const folder = tasksOf(place, task.clusterName);
    const held = folder.find(task.taskId);
    if (held === undefined || held.record !== task) throw new StoreConflict(task.taskArn);
    const stoppedReason = `Scaling activity initiated by (deployment ${task.deploymentId})`;
    const next: TaskRecord = stops.includes(task)
      ? afterStopRequest(task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason }, now)
      : { ...task, endCounted: true };
    return folder.replace(held, next);
  });
}
