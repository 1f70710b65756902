/**
 * GetMetricData, for metrics; expressions of metric math are not evaluated and are refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@sekisho/catalog/types/cloudwatch';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { checkDatapoints, readSpan, summarize } from '../datapoints.ts';
import { invalidParameterValue, missingParameter } from '../errors.ts';
import { metricQueriesPerRequestMax } from '../limits.ts';
import { sortDimensions } from '../metric-data.ts';
import { MetricStore } from '../metric-store.ts';
import {
  percentileNamed,
  percentileOf,
  type Summary,
  statisticNamed,
  statisticOf,
} from '../points.ts';

export function getMetricData(
  input: GetMetricDataInput,
  context: OperationContext,
): GetMetricDataOutput {
  const { StartTime: start, EndTime: end } = input;
  const queries = input.MetricDataQueries ?? [];
  if (start === undefined) throw missingParameter('StartTime');
  if (end === undefined) throw missingParameter('EndTime');
  if (queries.length === 0) throw missingParameter('MetricDataQueries');
  if (queries.length > metricQueriesPerRequestMax) {
    throw invalidParameterValue(
      `The collection MetricDataQueries must not have a size greater than ${metricQueriesPerRequestMax}.`,
    );
  }
  const ascending = input.ScanBy === 'TimestampAscending';
  const store = MetricStore.of(context);
  const results = queries.map((query) => answer(query, start, end, ascending, store));
  return {
    MetricDataResults: results.filter((_result, index) => queries[index]?.ReturnData !== false),
    Messages: [],
  };
}

function answer(
  query: MetricDataQuery,
  start: Date,
  end: Date,
  ascending: boolean,
  store: MetricStore,
): MetricDataResult {
  if (query.Expression !== undefined || query.MetricStat === undefined) {
    throw new ServiceError('NotImplemented', 'Metric math expressions are not implemented.', 501);
  }
  const { Metric: wanted, Period: period, Stat: name, Unit: unit } = query.MetricStat;
  const span = readSpan(start, end, period);
  checkDatapoints(span);
  const metric = {
    namespace: wanted.Namespace ?? '',
    name: wanted.MetricName ?? '',
    dimensions: sortDimensions(wanted.Dimensions ?? []),
  };
  const read = reader(name);
  const found = summarize(store, metric, span, unit).flatMap(({ at, summary }) => {
    const value = read(summary);
    return value === undefined ? [] : [{ at, value }];
  });
  if (!ascending) found.reverse();
  return {
    Id: query.Id,
    Label: query.Label ?? metric.name,
    Timestamps: found.map(({ at }) => new Date(at)),
    Values: found.map(({ value }) => value),
    StatusCode: 'Complete',
  };
}

function reader(name: string): (summary: Summary) => number | undefined {
  const statistic = statisticNamed(name);
  if (statistic !== undefined) return (summary) => statisticOf(summary, statistic);
  const percent = percentileNamed(name);
  if (percent !== undefined) return (summary) => percentileOf(summary, percent);
  throw invalidParameterValue(`The value ${name} for parameter Stat is invalid.`);
}
