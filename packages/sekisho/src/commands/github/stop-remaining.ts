/** Ends what the steps of a job have left running, found by the mark that the runner gives them. */
import { readdirSync, readFileSync } from 'node:fs';

/** The variable that GitHub's runner marks its processes with as well. */
export const trackingVariable = 'RUNNER_TRACKING_ID';

/** Only processes that carry this mark; where the system does not tell, none. */
export function stopRemaining(mark: string): void {
  for (const name of processes()) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    if (!environmentOf(name).includes(`${trackingVariable}=${mark}`)) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

function processes(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

function environmentOf(name: string): readonly string[] {
  try {
    return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
  } catch {
    // Another user's process, or one that is gone.
    return [];
  }
}
