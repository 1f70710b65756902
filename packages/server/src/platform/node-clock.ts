/** The system clock: wall time, a monotonic clock, and timers. */
import { performance } from 'node:perf_hooks';
import type { Clock } from './platform.ts';

/** The system's clock. Timers do not keep the process alive. */
export function createNodeClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
