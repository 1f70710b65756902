/**
 * What state a metric alarm is in: the datapoints of its last periods against its threshold.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
import type { StateUpdate } from './alarm-store.ts';
import { summarize } from './datapoints.ts';
import type { AlarmMetric, AlarmRecord, AlarmState } from './entities.ts';
import type { MetricStore } from './metric-store.ts';
import { percentileNamed, percentileOf, statisticNamed, statisticOf } from './points.ts';

type Comparison = (value: number, threshold: number) => boolean;

/** With the words in which a state's reason tells the comparison. */
const comparisons: ReadonlyMap<string, readonly [compare: Comparison, words: string]> = new Map([
  ['GreaterThanOrEqualToThreshold', [(a, b) => a >= b, 'greater than or equal to']],
  ['GreaterThanThreshold', [(a, b) => a > b, 'greater than']],
  ['LessThanThreshold', [(a, b) => a < b, 'less than']],
  ['LessThanOrEqualToThreshold', [(a, b) => a <= b, 'less than or equal to']],
]);

/** One period of the range that has data. */
interface Datapoint {
  readonly at: number;
  readonly value: number;
}

/**
 * Periods before the last ones that are looked at when some have no data.
 * Unverified: AWS's number differs with the period; its page's example has two.
 */
const earlierPeriods = 2;

/** undefined: the alarm stays as it is (it is not simple, or `ignore` leaves it so). */
export function evaluateAlarm(
  alarm: AlarmRecord,
  store: MetricStore,
  now: number,
): StateUpdate | undefined {
  const { metric, threshold, evaluationPeriods } = alarm;
  const comparison = comparisons.get(alarm.comparisonOperator);
  if (metric === undefined || threshold === undefined || comparison === undefined) return undefined;
  const [compare] = comparison;
  const range = datapointsOf(metric, evaluationPeriods + earlierPeriods, store, now);
  const present = range.slice(-evaluationPeriods);
  const breaching = present.filter(({ value }) => compare(value, threshold));
  const missing = evaluationPeriods - present.length;
  const state = stateOf(alarm, present.length, breaching.length, missing);
  if (state === undefined) return undefined;
  const isAlarm = state === 'ALARM';
  return {
    state,
    reason:
      state === 'INSUFFICIENT_DATA'
        ? insufficient(missing)
        : reasonOf(alarm, present, breaching, missing, isAlarm),
    reasonData: reasonData(alarm, metric, present, now),
  };
}

/**
 * The page's two tables; undefined: the state is kept.
 * Unverified: the tables were not compared with the page row by row.
 */
function stateOf(
  alarm: AlarmRecord,
  present: number,
  breaching: number,
  missing: number,
): AlarmState | undefined {
  const needed = alarm.datapointsToAlarm ?? alarm.evaluationPeriods;
  const treatment = alarm.treatMissingData ?? 'missing';
  const filled = treatment === 'breaching' ? missing : 0;
  if (breaching + filled >= needed) return 'ALARM';
  if (missing === 0 || treatment === 'breaching' || treatment === 'notBreaching') return 'OK';
  if (present === 0) return treatment === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  if (breaching < present) return 'OK';
  return treatment === 'ignore' ? undefined : 'ALARM';
}

/** The periods that have data, oldest first. They end at the last full minute. */
function datapointsOf(
  metric: AlarmMetric,
  periods: number,
  store: MetricStore,
  now: number,
): readonly Datapoint[] {
  const { periodSeconds } = metric;
  const step = Math.min(periodSeconds, 60) * 1000;
  const end = Math.floor(now / step) * step;
  const span = { start: end - periods * periodSeconds * 1000, end, periodSeconds };
  const statistic = statisticNamed(metric.statistic);
  const percent = percentileNamed(metric.statistic);
  // Without a unit, the first that the metric was put in: units are not mixed.
  const summaries = summarize(store, metric, span, metric.unit);
  const unit = summaries[0]?.unit;
  return summaries
    .filter((each) => each.unit === unit)
    .flatMap(({ at, summary }) => {
      const value =
        statistic !== undefined
          ? statisticOf(summary, statistic)
          : percentileOf(summary, percent ?? 0);
      return value === undefined ? [] : [{ at, value }];
    })
    .sort((one, other) => one.at - other.at);
}

function insufficient(missing: number): string {
  return `Insufficient Data: ${missing} ${missing === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
}

/** `Threshold Crossed: 1 out of the last 1 datapoints [5.0 (01/01/26 00:00:00)] was …`. */
function reasonOf(
  { evaluationPeriods, threshold = 0, comparisonOperator, datapointsToAlarm }: AlarmRecord,
  present: readonly Datapoint[],
  breaching: readonly Datapoint[],
  missing: number,
  isAlarm: boolean,
): string {
  if (present.length === 0) {
    const treated = isAlarm ? '[Breaching]' : '[NonBreaching]';
    const [received, periods, points] =
      missing === 1
        ? ['no datapoint was', 'period', 'datapoint was']
        : ['no datapoints were', 'periods', 'datapoints were'];
    return `Threshold Crossed: ${received} received for ${missing} ${periods} and ${missing} missing ${points} treated as ${treated}.`;
  }
  const within = present.filter((point) => !breaching.includes(point));
  const chosen = isAlarm ? breaching : within;
  const told = chosen.length > 0 ? chosen : present;
  const shown = told.toReversed().map(({ at, value }) => `${decimal(value)} (${shortDate(at)})`);
  const needed = datapointsToAlarm ?? evaluationPeriods;
  const least = isAlarm ? needed : evaluationPeriods - needed + 1;
  const transition = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  const points = least === 1 ? 'datapoint' : 'datapoints';
  const verb = shown.length === 1 ? 'was' : 'were';
  const words = `${isAlarm ? '' : 'not '}${comparisons.get(comparisonOperator)?.[1] ?? ''}`;
  return `Threshold Crossed: ${shown.length} out of the last ${evaluationPeriods} datapoints [${shown.join(', ')}] ${verb} ${words} the threshold (${decimal(threshold)}) (minimum ${least} ${points} for ${transition} transition).`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `24/11/26 13:05:00`. */
function shortDate(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

function reasonData(
  alarm: AlarmRecord,
  metric: AlarmMetric,
  datapoints: readonly Datapoint[],
  now: number,
): string {
  const [first] = datapoints;
  return JSON.stringify({
    version: '1.0',
    queryDate: wireDate(now),
    ...(first && { startDate: wireDate(first.at) }),
    ...(metric.unit && { unit: metric.unit }),
    statistic: metric.statistic,
    period: metric.periodSeconds,
    recentDatapoints: datapoints.map(({ value }) => value),
    threshold: alarm.threshold,
    evaluatedDatapoints: datapoints.toReversed().map(({ at, value }) => ({
      timestamp: wireDate(at),
      value,
    })),
  });
}

/** `2026-11-24T13:05:00.000+0000`. */
function wireDate(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}
