/**
 * Metric alarms: put, delete, set a state, switch their actions. Actions are kept, not performed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import type {
  DeleteAlarmsInput,
  EnableAlarmActionsInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@sekisho/catalog/types/cloudwatch';
import type { Change } from '../../../store/store.ts';
import type { Held } from '../../records/record-folder.ts';
import type { OperationContext } from '../../service.ts';
import { readAlarm } from '../alarm-input.ts';
import { AlarmStore } from '../alarm-store.ts';
import type { AlarmConfiguration, AlarmRecord, AlarmState } from '../entities.ts';
import { invalidFormat, limitExceeded, resourceNotFound } from '../errors.ts';
import { alarmsPerRegionMax } from '../limits.ts';
import { readTags } from '../tags.ts';

type Nothing = Readonly<Record<never, never>>;

export async function putMetricAlarm(
  input: PutMetricAlarmInput,
  context: OperationContext,
): Promise<Nothing> {
  const store = AlarmStore.of(context);
  const configuration = readAlarm(input);
  const { now } = context;
  const held = store.alarms.find(configuration.name);
  if (held === undefined && store.alarms.count() >= alarmsPerRegionMax) {
    throw limitExceeded('The maximum limit for an account has already been reached.');
  }
  const change =
    held === undefined
      ? store.alarms.create(configuration.name, newAlarm(configuration, input, now))
      : store.alarms.replace(held, changedAlarm(configuration, held.record, now));
  const name = configuration.name;
  const summary = `Alarm "${name}" ${held === undefined ? 'created' : 'updated'}`;
  await context.commit([change, remember(store, name, summary, configuration, now)]);
  return {};
}

function newAlarm(
  configuration: AlarmConfiguration,
  input: PutMetricAlarmInput,
  now: number,
): AlarmRecord {
  return {
    ...configuration,
    updatedAt: now,
    state: 'INSUFFICIENT_DATA',
    stateReason: 'Unchecked: Initial alarm creation',
    stateUpdatedAt: now,
    stateChangedAt: now,
    tags: readTags(input.Tags),
  };
}

/** The state stays; Tags of an alarm that exists are ignored, as AWS says. */
function changedAlarm(
  configuration: AlarmConfiguration,
  { state, stateReason, stateReasonData, stateUpdatedAt, stateChangedAt, tags }: AlarmRecord,
  now: number,
): AlarmRecord {
  const reasonData = stateReasonData === undefined ? {} : { stateReasonData };
  const kept = { state, stateReason, ...reasonData, stateUpdatedAt, stateChangedAt, tags };
  return { ...configuration, updatedAt: now, ...kept };
}

function remember(
  store: AlarmStore,
  name: string,
  summary: string,
  configuration: object,
  now: number,
): Change {
  const type = summary.endsWith('created') ? 'Create' : 'Update';
  return store.remembering(name, {
    at: now,
    type: 'ConfigurationUpdate',
    summary,
    data: JSON.stringify({ version: '1.0', type, updatedAlarm: configuration }),
  });
}

export async function deleteAlarms(
  input: DeleteAlarmsInput,
  context: OperationContext,
): Promise<Nothing> {
  const store = AlarmStore.of(context);
  const changes: Change[] = [];
  for (const name of new Set(input.AlarmNames ?? [])) {
    const held = store.alarms.find(name);
    if (held === undefined) continue;
    changes.push(store.alarms.remove(held));
    const data = JSON.stringify({ version: '1.0', type: 'Delete' });
    const summary = `Alarm "${name}" deleted`;
    const type = 'ConfigurationUpdate';
    changes.push(store.remembering(name, { at: context.now, type, summary, data }));
  }
  if (changes.length > 0) await context.commit(changes);
  return {};
}

export async function setAlarmState(
  input: SetAlarmStateInput,
  context: OperationContext,
): Promise<Nothing> {
  const store = AlarmStore.of(context);
  const held = store.alarms.find(input.AlarmName);
  if (held === undefined) throw resourceNotFound();
  const { StateReasonData: data, StateReason: reason } = input;
  if (data !== undefined && !isJson(data)) {
    throw invalidFormat('StateReasonData was not valid JSON');
  }
  const reasonData = data === undefined ? {} : { reasonData: data };
  // The model's constraint let only the three states through.
  const state = input.StateValue as AlarmState;
  await context.commit(store.stateChanges(held, { state, reason, ...reasonData }, context.now));
  return {};
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** EnableAlarmActions and DisableAlarmActions. Unverified: names without an alarm are left out. */
export function switchActions(actionsEnabled: boolean) {
  return async (input: EnableAlarmActionsInput, context: OperationContext): Promise<Nothing> => {
    const store = AlarmStore.of(context);
    const found = [...new Set(input.AlarmNames ?? [])].flatMap(
      (name): readonly Held<AlarmRecord>[] => {
        const held = store.alarms.find(name);
        return held === undefined ? [] : [held];
      },
    );
    const changes = found.flatMap((held) => {
      const record = { ...held.record, actionsEnabled, updatedAt: context.now };
      const summary = `Alarm "${held.name}" updated`;
      return [
        store.alarms.replace(held, record),
        remember(store, held.name, summary, { actionsEnabled }, context.now),
      ];
    });
    if (changes.length > 0) await context.commit(changes);
    return {};
  };
}
