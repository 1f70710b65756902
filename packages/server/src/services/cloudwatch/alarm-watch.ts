/** Looks at every alarm once a minute, as CloudWatch does, and writes the states that changed. */
import { StoreConflict } from '../../store/store.ts';
import type { Runtime } from '../service.ts';
import { evaluateAlarm } from './alarm-evaluation.ts';
import { AlarmStore } from './alarm-store.ts';
import { evaluationMilliseconds } from './limits.ts';
import { MetricStore } from './metric-store.ts';

const alarmFolder = /^cw\/(\d{12})\/([a-z0-9-]+)\/alarm\/$/;

/** Evaluates every alarm of every account. A lost race is made good at the next time. */
export async function evaluateAlarms(
  { state }: Pick<Runtime, 'state'>,
  now: number,
): Promise<void> {
  for (const folder of state.folders('cw/')) {
    const [, account, region] = alarmFolder.exec(folder) ?? [];
    if (account === undefined || region === undefined) continue;
    const store = new AlarmStore(state, account, region);
    const metrics = new MetricStore(state, account, region);
    for (const held of store.alarms.all()) {
      const update = evaluateAlarm(held.record, metrics, now);
      if (update === undefined || update.state === held.record.state) continue;
      try {
        await state.commit(store.stateChanges(held, update, now));
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
  }
}

/** Starts looking; the function that comes back ends it. */
export function watchAlarms(runtime: Runtime): () => void {
  const { clock, process } = runtime.platform;
  let isOver = false;
  let cancel: () => void = () => {};
  const schedule = (): void => {
    if (isOver) return;
    cancel = clock.after(evaluationMilliseconds, () => {
      evaluateAlarms(runtime, clock.now())
        .catch((error: unknown) => process.warn(`alarms were not evaluated: ${String(error)}`))
        .finally(schedule);
    });
  };
  schedule();
  return () => {
    isOver = true;
    cancel();
  };
}
