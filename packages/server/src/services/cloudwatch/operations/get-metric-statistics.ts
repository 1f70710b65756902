/**
 * GetMetricStatistics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
} from '@sekisho/catalog/types/cloudwatch';
import type { OperationContext } from '../../service.ts';
import { checkDatapoints, type PeriodSummary, readSpan, summarize } from '../datapoints.ts';
import { invalidParameterCombination, invalidParameterValue, missingParameter } from '../errors.ts';
import { sortDimensions } from '../metric-data.ts';
import { MetricStore } from '../metric-store.ts';
import {
  percentileNamed,
  percentileOf,
  type Statistic,
  statisticNamed,
  statisticOf,
} from '../points.ts';

export function getMetricStatistics(
  input: GetMetricStatisticsInput,
  context: OperationContext,
): GetMetricStatisticsOutput {
  const { Namespace: namespace, MetricName: name, StartTime: start, EndTime: end } = input;
  if (namespace === undefined || namespace === '') throw missingParameter('Namespace');
  if (name === undefined || name === '') throw missingParameter('MetricName');
  if (start === undefined) throw missingParameter('StartTime');
  if (end === undefined) throw missingParameter('EndTime');
  if (input.Period === undefined) throw missingParameter('Period');
  const asked = readStatistics(input);
  const span = readSpan(start, end, input.Period);
  checkDatapoints(span);
  const metric = { namespace, name, dimensions: sortDimensions(input.Dimensions ?? []) };
  const periods = summarize(MetricStore.of(context), metric, span, input.Unit);
  return { Label: name, Datapoints: periods.map((period) => describe(period, asked)) };
}

interface Asked {
  readonly statistics: readonly Statistic[];
  readonly percentiles: readonly (readonly [name: string, percent: number])[];
}

function readStatistics(input: GetMetricStatisticsInput): Asked {
  const plain = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (plain.length === 0 && extended.length === 0) {
    throw invalidParameterCombination(
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    );
  }
  return {
    statistics: plain.map((name) => {
      const statistic = statisticNamed(name);
      if (statistic !== undefined) return statistic;
      throw invalidParameterValue(`The value ${name} for parameter Statistics is invalid.`);
    }),
    percentiles: extended.map((name) => {
      const percent = percentileNamed(name);
      if (percent !== undefined) return [name, percent] as const;
      throw invalidParameterValue(`The value ${name} for parameter ExtendedStatistics is invalid.`);
    }),
  };
}

function describe({ at, unit, summary }: PeriodSummary, asked: Asked): Datapoint {
  const values = new Map(
    asked.statistics.map((statistic) => [statistic, statisticOf(summary, statistic)]),
  );
  const extended = new Map<string, number>();
  for (const [name, percent] of asked.percentiles) {
    const value = percentileOf(summary, percent);
    if (value !== undefined) extended.set(name, value);
  }
  return {
    Timestamp: new Date(at),
    SampleCount: values.get('SampleCount'),
    Average: values.get('Average'),
    Sum: values.get('Sum'),
    Minimum: values.get('Minimum'),
    Maximum: values.get('Maximum'),
    Unit: unit,
    ExtendedStatistics: extended.size === 0 ? undefined : extended,
  };
}
