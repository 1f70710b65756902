/** The tasks of a running server: launched, followed, stopped, and settled when it starts again. */

import { type Change, StoreConflict } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { type TaskRecord, tasksOf } from '../entities/task.ts';
import { lookUpTaskDefinition, toTaskDefinition } from '../entities/task-definition.ts';
import { launcherOf, type TaskLaunch, type TaskReport } from '../launcher.ts';
import { PendingWork } from './pending-work.ts';
import type { SchedulerSettings } from './settings.ts';
import { releaseAddress } from './task-network.ts';
import { placeOf, readRecordKey, type TaskPlace } from './task-place.ts';
import { afterLoss, afterReport } from './task-progress.ts';

/** A task with the place of its record. */
export interface PlacedTask {
  readonly task: TaskRecord;
  readonly place: TaskPlace;
}

export class TaskEngine {
  readonly #runtime: Runtime;
  readonly #settings: SchedulerSettings;
  readonly #work: PendingWork;

  constructor(runtime: Runtime, settings: SchedulerSettings) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#work = new PendingWork((error) => runtime.platform.process.warn(String(error)));
  }

  /** Starts a task whose record is committed. */
  begin(placed: PlacedTask): void {
    const { provisioningMilliseconds } = this.#settings;
    if (provisioningMilliseconds === 0) this.#launch(placed);
    else {
      this.#runtime.platform.clock.after(provisioningMilliseconds, () => this.#launch(placed));
    }
  }

  #launch({ task, place }: PlacedTask): void {
    const current = tasksOf(place, task.clusterName).find(task.taskId)?.record;
    if (current === undefined || current.lastStatus === 'STOPPED') return;
    if (current.desiredStatus === 'STOPPED') {
      this.#report({ task, place }, { lastStatus: 'STOPPED', containers: [] });
      return;
    }
    const launch = launchOf(current, place);
    if (launch === undefined) {
      this.#report(
        { task, place },
        {
          lastStatus: 'STOPPED',
          containers: [],
          stopCode: 'TaskFailedToStart',
          stoppedReason: 'The task definition was deleted.',
        },
      );
      return;
    }
    launcherOf(this.#runtime)?.launch(launch, (report) => this.#report({ task, place }, report));
  }

  #report(placed: PlacedTask, report: TaskReport): void {
    void this.#update(placed, (task, now) => afterReport(task, report, now));
  }

  /** Asks the launcher to end a task whose record says that it is to stop. */
  end({ task, place }: PlacedTask): void {
    const launcher = launcherOf(this.#runtime);
    if (launcher !== undefined) launcher.stop(task.taskArn);
    // Nothing runs it, so nothing will tell of its end.
    else this.#report({ task, place }, { lastStatus: 'STOPPED', containers: [] });
  }

  /** Resolves when every report so far is committed. */
  async idle(): Promise<void> {
    await this.#work.idle();
  }

  /** One change of a task's record after the other; `change` runs again when it lost a race. */
  #update(
    { task, place }: PlacedTask,
    change: (task: TaskRecord, now: number) => TaskRecord,
  ): Promise<void> {
    return this.#work.add(task.taskArn, async () => {
      for (;;) {
        const folder = tasksOf(place, task.clusterName);
        const held = folder.find(task.taskId);
        if (held === undefined) return;
        const now = this.#runtime.platform.clock.now();
        const next = change(held.record, now);
        if (next === held.record) return;
        try {
          await this.#runtime.state.commit([
            folder.replace(held, next),
            ...releasedBy(held.record, next, place),
          ]);
          return;
        } catch (error) {
          if (!(error instanceof StoreConflict)) throw error;
        }
      }
    });
  }

  /** Writes that every task is stopped whose processes are gone, or go with the server. */
  async settle(stoppedReason: string): Promise<void> {
    for (const folder of taskFolders(this.#runtime)) {
      for (const key of this.#runtime.state.keys(folder)) {
        const read = readRecordKey(key);
        if (read === undefined) continue;
        const place = placeOf(this.#runtime, read);
        const task = tasksOf(place, read.clusterName).find(read.name)?.record;
        if (task === undefined || task.lastStatus === 'STOPPED') continue;
        await this.#update({ task, place }, (current, now) =>
          afterLoss(current, stoppedReason, now),
        );
      }
    }
  }
}

/** The folders of tasks of all accounts and regions. */
function taskFolders({ state }: Runtime): readonly string[] {
  return state.folders('ecs/').filter((folder) => folder.split('/')[3] === 'task');
}

/** The address of a task that has stopped. */
function releasedBy(before: TaskRecord, after: TaskRecord, place: TaskPlace): readonly Change[] {
  const { networkInterface } = before;
  const ends = before.lastStatus !== 'STOPPED' && after.lastStatus === 'STOPPED';
  return ends && networkInterface !== undefined ? releaseAddress(networkInterface, place) : [];
}

function launchOf(task: TaskRecord, place: TaskPlace): TaskLaunch | undefined {
  const definition = lookUpTaskDefinition(place, task.taskDefinitionArn)?.record;
  if (definition === undefined) return undefined;
  const { executionRoleArn, taskRoleArn, instanceRoleArn, networkConfiguration } = task;
  const { networkInterface } = task;
  return {
    account: place.account,
    region: place.region,
    taskArn: task.taskArn,
    taskId: task.taskId,
    clusterArn: task.clusterArn,
    launchType: task.launchType,
    taskDefinition: toTaskDefinition(definition),
    overrides: task.overrides,
    group: task.group,
    ...(networkInterface === undefined
      ? {}
      : { privateIpv4: networkInterface.privateIp, subnetId: networkInterface.subnetId }),
    tags: task.tags,
    containerArns: new Map(task.containers.map(({ name, containerArn }) => [name, containerArn])),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(instanceRoleArn === undefined ? {} : { instanceRoleArn }),
  };
}
