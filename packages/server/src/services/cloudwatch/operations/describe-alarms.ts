/**
 * DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
import type {
  AlarmHistoryItem,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
} from '@sekisho/catalog/types/cloudwatch';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { AlarmStore } from '../alarm-store.ts';
import { describeAlarm } from '../descriptions.ts';
import type { AlarmRecord } from '../entities.ts';
import { invalidNextToken, invalidParameterCombination } from '../errors.ts';
import { alarmsPerRequestMax, historyMilliseconds } from '../limits.ts';
import { sortDimensions } from '../metric-data.ts';

export function describeAlarms(
  input: DescribeAlarmsInput,
  context: OperationContext,
): DescribeAlarmsOutput {
  const { AlarmNames: names, AlarmNamePrefix: prefix, AlarmTypes: types = [] } = input;
  // Unverified: the text.
  if (names !== undefined && names.length > 0 && prefix !== undefined) {
    throw invalidParameterCombination(
      'The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
    );
  }
  const isWanted = types.length === 0 || types.includes('MetricAlarm');
  const found = isWanted
    ? AlarmStore.of(context)
        .alarms.all()
        .map(({ record }) => record)
        .filter((alarm) => matches(alarm, input))
    : [];
  const page = paginate(
    found,
    ({ name }) => name,
    {
      token: input.NextToken,
      itemsMax: input.MaxRecords ?? alarmsPerRequestMax,
      list: ['cloudwatch/alarms', context.region, prefix, input.StateValue, input.ActionPrefix],
      invalidToken: invalidNextToken,
    },
    context,
  );
  return {
    CompositeAlarms: [],
    MetricAlarms: page.items.map((alarm) => describeAlarm(alarm, context)),
    NextToken: page.nextToken,
  };
}

function matches(alarm: AlarmRecord, input: DescribeAlarmsInput): boolean {
  const { AlarmNames: names = [], AlarmNamePrefix: prefix = '', StateValue: state } = input;
  const { ActionPrefix: action } = input;
  if (names.length > 0 && !names.includes(alarm.name)) return false;
  if (!alarm.name.startsWith(prefix)) return false;
  if (state !== undefined && alarm.state !== state) return false;
  if (action === undefined) return true;
  const { okActions, alarmActions, insufficientDataActions } = alarm;
  const actions = [...okActions, ...alarmActions, ...insufficientDataActions];
  return actions.some((arn) => arn.startsWith(action));
}

export function describeAlarmsForMetric(
  input: DescribeAlarmsForMetricInput,
  context: OperationContext,
): DescribeAlarmsForMetricOutput {
  const statistic = input.Statistic ?? input.ExtendedStatistic;
  const dimensions = JSON.stringify(sortDimensions(input.Dimensions ?? []));
  const found = AlarmStore.of(context)
    .alarms.all()
    .map(({ record }) => record)
    .filter(({ metric }) => {
      if (metric === undefined) return false;
      if (metric.name !== input.MetricName || metric.namespace !== input.Namespace) return false;
      if (JSON.stringify(metric.dimensions) !== dimensions) return false;
      if (statistic !== undefined && metric.statistic !== statistic) return false;
      if (input.Period !== undefined && metric.periodSeconds !== input.Period) return false;
      return input.Unit === undefined || metric.unit === input.Unit;
    });
  return { MetricAlarms: found.map((alarm) => describeAlarm(alarm, context)) };
}

export function describeAlarmHistory(
  input: DescribeAlarmHistoryInput,
  context: OperationContext,
): DescribeAlarmHistoryOutput {
  const { AlarmName: name, HistoryItemType: type, StartDate: start, EndDate: end } = input;
  const oldest = context.now - historyMilliseconds;
  const isAscending = input.ScanBy === 'TimestampAscending';
  const found = AlarmStore.of(context)
    .histories.all()
    .filter((held) => name === undefined || held.name === name)
    .flatMap((held) =>
      held.record.items.map((item, index) => ({
        ...item,
        alarm: held.name,
        // Times in milliseconds have 13 digits until the year 2286: they sort as text.
        place: `${item.at} ${held.name} ${String(index).padStart(4, '0')}`,
      })),
    )
    .filter((item) => type === undefined || item.type === type)
    .filter(({ at }) => at > oldest && at >= (start?.getTime() ?? 0))
    .filter(({ at }) => end === undefined || at <= end.getTime())
    .sort((one, other) => (one.place < other.place === isAscending ? -1 : 1));
  const page = paginate(
    found,
    ({ place }) => place,
    {
      token: input.NextToken,
      itemsMax: input.MaxRecords ?? alarmsPerRequestMax,
      list: ['cloudwatch/alarm-history', context.region, name, type, input.ScanBy],
      invalidToken: invalidNextToken,
    },
    context,
    isAscending ? 'ascending' : 'descending',
  );
  return {
    AlarmHistoryItems: page.items.map(
      ({ alarm, at, type: kind, summary, data }): AlarmHistoryItem => ({
        AlarmName: alarm,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(at),
        HistoryItemType: kind,
        HistorySummary: summary,
        HistoryData: data,
      }),
    ),
    NextToken: page.nextToken,
  };
}
