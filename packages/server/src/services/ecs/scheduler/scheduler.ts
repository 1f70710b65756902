/** ECS's part of a running server that works by itself: tasks, services, sweeping. */

import { StoreConflict } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { ServiceScheduler } from './service-scheduler.ts';
import { defaultSettings, type SchedulerSettings, sweepMilliseconds } from './settings.ts';
import { sweep } from './sweep.ts';
import { TaskEngine } from './task-engine.ts';

/** How often a server that starts is asked whether it listens yet. */
const listeningMilliseconds = 5;

/** One for each server, from its start to its stop. */
export interface Scheduler {
  readonly engine: TaskEngine;
  /** Resolves when no report and no service is being worked on. */
  idle(): Promise<void>;
}

interface RunningScheduler extends Scheduler {
  readonly services: ServiceScheduler;
  readonly timers: Set<() => void>;
}

const schedulers = new WeakMap<Runtime, RunningScheduler>();

/** The scheduler of a server. Made when it is first asked for. */
export function schedulerOf(runtime: Runtime): Scheduler {
  return runningOf(runtime, defaultSettings);
}

function runningOf(runtime: Runtime, settings: SchedulerSettings): RunningScheduler {
  const existing = schedulers.get(runtime);
  if (existing !== undefined) return existing;
  const engine = new TaskEngine(runtime, settings);
  const services = new ServiceScheduler(runtime, settings, engine);
  const scheduler: RunningScheduler = {
    engine,
    services,
    timers: new Set(),
    idle: async () => {
      await engine.idle();
      await services.idle();
      await engine.idle();
    },
  };
  schedulers.set(runtime, scheduler);
  return scheduler;
}

/**
 * Settles the tasks of an earlier run, then keeps services at their desired counts as soon as the
 * server listens: tasks need its endpoint.
 */
export async function startScheduler(
  runtime: Runtime,
  settings: Partial<SchedulerSettings> = {},
): Promise<void> {
  const scheduler = runningOf(runtime, { ...defaultSettings, ...settings });
  await scheduler.engine.settle('The server that ran the task was restarted.');
  sweepOften(runtime, scheduler);
  whenListening(runtime, scheduler, () => scheduler.services.start());
}

function sweepOften(runtime: Runtime, scheduler: RunningScheduler): void {
  const again = () => {
    later(runtime, scheduler, sweepMilliseconds, () => {
      sweep(runtime).catch((error: unknown) => {
        if (!(error instanceof StoreConflict)) runtime.platform.process.warn(String(error));
      });
      again();
    });
  };
  again();
}

function whenListening(runtime: Runtime, scheduler: RunningScheduler, then: () => void): void {
  if (runtime.endpoint() !== '') then();
  else {
    later(runtime, scheduler, listeningMilliseconds, () => whenListening(runtime, scheduler, then));
  }
}

function later(
  { platform }: Runtime,
  { timers }: RunningScheduler,
  milliseconds: number,
  callback: () => void,
): void {
  const cancel = platform.clock.after(milliseconds, () => {
    timers.delete(cancel);
    callback();
  });
  timers.add(cancel);
}

/**
 * Starts no more tasks, and writes that those that run are stopped: whatever runs them is closed
 * with the server. What it still reports afterwards changes nothing.
 */
export async function stopScheduler(runtime: Runtime): Promise<void> {
  const scheduler = schedulers.get(runtime);
  if (scheduler === undefined) return;
  for (const cancel of scheduler.timers) cancel();
  scheduler.services.stop();
  await scheduler.idle();
  await scheduler.engine.settle('The server that ran the task was stopped.');
}
