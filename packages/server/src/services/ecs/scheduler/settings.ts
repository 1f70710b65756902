/** The scheduler's waiting times. AWS waits longer; nothing here waits unless it must. */

/** All in milliseconds. */
export interface SchedulerSettings {
  /** Between the acceptance of a task and its launch. */
  readonly provisioningMilliseconds: number;
  /** After a task of a service failed to start; doubled each time. */
  readonly retryMillisecondsFirst: number;
  readonly retryMillisecondsMax: number;
  /** After a task of a service ended soon after its start. */
  readonly restartMilliseconds: number;
}

export const defaultSettings: SchedulerSettings = {
  provisioningMilliseconds: 0,
  retryMillisecondsFirst: 1_000,
  retryMillisecondsMax: 60_000,
  restartMilliseconds: 1_000,
};

/** How many tasks one look at a service starts; the next look follows at once. */
export const startsMax = 50;
/** The same while its tasks fail to start. */
export const failingStartsMax = 10;

/** A task that ran for less is restarted with a pause. */
export const shortRunMilliseconds = 10_000;

/** How often stopped tasks and deleted services that nobody sees any more are removed. */
export const sweepMilliseconds = 600_000;

/** The pause before the attempt after `count` failures in a row. */
export function retryMilliseconds(count: number, settings: SchedulerSettings): number {
  const doubled = settings.retryMillisecondsFirst * 2 ** Math.min(Math.max(count - 1, 0), 20);
  return Math.min(doubled, settings.retryMillisecondsMax);
}
