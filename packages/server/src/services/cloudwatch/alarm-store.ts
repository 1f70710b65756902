/** Alarms, their histories and dashboards in the store, and the changes that keep them together. */
import type { State } from '../../store/state.ts';
import type { Change } from '../../store/store.ts';
import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type {
  AlarmHistoryEntry,
  AlarmHistoryRecord,
  AlarmRecord,
  AlarmState,
  DashboardRecord,
} from './entities.ts';
import { historyItemsPerAlarmMax, historyMilliseconds } from './limits.ts';

/** A state that an alarm takes, and why. */
export interface StateUpdate {
  readonly state: AlarmState;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string;
}

/** The alarms of an account in a region. */
export class AlarmStore {
  readonly alarms: RecordFolder<AlarmRecord>;
  readonly histories: RecordFolder<AlarmHistoryRecord>;

  constructor(state: State, account: string, region: string) {
    this.alarms = new RecordFolder(state, `cw/${account}/${region}/alarm/`);
    this.histories = new RecordFolder(state, `cw/${account}/${region}/alarm-history/`);
  }

  static of({ runtime, account, region }: DemandContext): AlarmStore {
    return new AlarmStore(runtime.state, account, region);
  }

  /** The change that adds an entry to the history of an alarm. */
  remembering(name: string, entry: AlarmHistoryEntry): Change {
    const held = this.histories.find(name);
    if (held === undefined) return this.histories.create(name, { items: [entry] });
    const recent = held.record.items.filter(({ at }) => at > entry.at - historyMilliseconds);
    const items = [...recent, entry].slice(-historyItemsPerAlarmMax);
    return this.histories.replace(held, { items });
  }

  /** The changes that put an alarm into a state; a history entry only when it is another one. */
  stateChanges(
    held: Held<AlarmRecord>,
    { state, reason, reasonData }: StateUpdate,
    now: number,
  ): readonly Change[] {
    const { stateReasonData: _, ...alarm } = held.record;
    const isOther = state !== alarm.state;
    const record: AlarmRecord = {
      ...alarm,
      state,
      stateReason: reason,
      ...(reasonData === undefined ? {} : { stateReasonData: reasonData }),
      stateUpdatedAt: now,
      stateChangedAt: isOther ? now : alarm.stateChangedAt,
    };
    const change = this.alarms.replace(held, record);
    if (!isOther) return [change];
    return [
      change,
      this.remembering(alarm.name, {
        at: now,
        type: 'StateUpdate',
        summary: `Alarm updated from ${alarm.state} to ${state}`,
        data: JSON.stringify({
          version: '1.0',
          oldState: { stateValue: alarm.state, stateReason: alarm.stateReason },
          newState: { stateValue: state, stateReason: reason },
        }),
      }),
    ];
  }
}

/** The dashboards of the caller's account. */
export function dashboardsOf({ runtime, account }: DemandContext): RecordFolder<DashboardRecord> {
  return new RecordFolder(runtime.state, `cw/${account}/global/dashboard/`);
}
