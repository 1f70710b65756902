/** Alarms as the Describe operations show them. */
import type { MetricAlarm } from '@sekisho/catalog/types/cloudwatch';
import { alarmArn, type Place } from './arn.ts';
import type { AlarmRecord } from './entities.ts';
import { statisticNamed } from './points.ts';

export function describeAlarm(alarm: AlarmRecord, place: Place): MetricAlarm {
  const { metric } = alarm;
  const isPlain = metric !== undefined && statisticNamed(metric.statistic) !== undefined;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(alarm.name, place),
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.updatedAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateReasonData: alarm.stateReasonData,
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedAt),
    MetricName: metric?.name,
    Namespace: metric?.namespace,
    Statistic: isPlain ? metric.statistic : undefined,
    ExtendedStatistic: isPlain ? undefined : metric?.statistic,
    Dimensions: (metric?.dimensions ?? []).map(([Name, Value]) => ({ Name, Value })),
    Period: metric?.periodSeconds,
    Unit: metric?.unit,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
    // Queries are kept as they came: their shape is the input's own.
    Metrics: alarm.queries as MetricAlarm['Metrics'],
    ThresholdMetricId: alarm.thresholdMetricId,
    StateTransitionedTimestamp: new Date(alarm.stateChangedAt),
  };
}
