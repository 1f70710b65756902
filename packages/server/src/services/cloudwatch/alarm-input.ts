/** PutMetricAlarm's input checked and made a configuration. Texts but one are unverified. */
import type { PutMetricAlarmInput } from '@sekisho/catalog/types/cloudwatch';
import type { AlarmConfiguration, AlarmMetric } from './entities.ts';
import { invalidParameterCombination, missingParameter, validationError } from './errors.ts';
import { evaluationSecondsMax, evaluationWeekSecondsMax } from './limits.ts';
import { sortDimensions } from './metric-data.ts';
import { percentileNamed, statisticNamed } from './points.ts';

const treatments = ['breaching', 'notBreaching', 'ignore', 'missing'];

export function readAlarm(input: PutMetricAlarmInput): AlarmConfiguration {
  const { EvaluationPeriods: periods, ComparisonOperator: operator } = input;
  if (operator === undefined) throw missingParameter('ComparisonOperator');
  if (periods === undefined) throw missingParameter('EvaluationPeriods');
  const { TreatMissingData: treatment, DatapointsToAlarm: datapoints } = input;
  if (treatment !== undefined && !treatments.includes(treatment)) {
    throw validationError(`TreatMissingData must be one of ${treatments.join(', ')}`);
  }
  if (datapoints !== undefined && datapoints > periods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  }
  const isMath = (input.Metrics ?? []).length > 0;
  const metric = isMath ? undefined : readMetric(input, periods);
  if (isMath && (input.MetricName ?? input.Namespace ?? input.Period) !== undefined) {
    throw invalidParameterCombination(
      'The parameters MetricName and Metrics are mutually exclusive and you have specified both.',
    );
  }
  if (input.Threshold === undefined && input.ThresholdMetricId === undefined) {
    throw missingParameter('Threshold');
  }
  return {
    name: input.AlarmName,
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: input.OKActions ?? [],
    alarmActions: input.AlarmActions ?? [],
    insufficientDataActions: input.InsufficientDataActions ?? [],
    evaluationPeriods: periods,
    comparisonOperator: operator,
    ...(metric && { metric }),
    ...(isMath && { queries: JSON.parse(JSON.stringify(input.Metrics)) }),
    ...(input.AlarmDescription !== undefined && { description: input.AlarmDescription }),
    ...(input.ThresholdMetricId !== undefined && { thresholdMetricId: input.ThresholdMetricId }),
    ...(datapoints !== undefined && { datapointsToAlarm: datapoints }),
    ...(input.Threshold !== undefined && { threshold: input.Threshold }),
    ...(treatment !== undefined && { treatMissingData: treatment }),
    ...(input.EvaluateLowSampleCountPercentile !== undefined && {
      evaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile,
    }),
  };
}

function readMetric(input: PutMetricAlarmInput, evaluationPeriods: number): AlarmMetric {
  const { MetricName: name, Namespace: namespace, Period: period, Unit: unit } = input;
  if (name === undefined) throw missingParameter('MetricName');
  if (namespace === undefined) throw missingParameter('Namespace');
  if (period === undefined) throw missingParameter('Period');
  if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    throw validationError('Period must be 10, 20, 30 or a multiple of 60');
  }
  const secondsMax = period >= 3600 ? evaluationWeekSecondsMax : evaluationSecondsMax;
  if (period * evaluationPeriods > secondsMax) {
    throw validationError(
      secondsMax === evaluationSecondsMax
        ? 'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).'
        : 'Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800).',
    );
  }
  return {
    namespace,
    name,
    dimensions: sortDimensions(input.Dimensions ?? []),
    statistic: readStatistic(input),
    periodSeconds: period,
    ...(unit === undefined ? {} : { unit }),
  };
}

function readStatistic({
  Statistic: plain,
  ExtendedStatistic: extended,
}: PutMetricAlarmInput): string {
  if ((plain === undefined) === (extended === undefined)) {
    throw invalidParameterCombination(
      'Exactly one of the parameters Statistic and ExtendedStatistic must be specified.',
    );
  }
  const name = plain ?? extended ?? '';
  const isKnown =
    plain === undefined ? percentileNamed(name) !== undefined : statisticNamed(name) !== undefined;
  if (!isKnown) throw validationError(`The statistic ${name} is not supported`);
  return name;
}
