/**
 * ListMetrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
import type { ListMetricsInput, ListMetricsOutput } from '@sekisho/catalog/types/cloudwatch';
import type { OperationContext } from '../../service.ts';
import type { MetricRecord } from '../entities.ts';
import { invalidParameterValue } from '../errors.ts';
import { listedMetricsMax } from '../limits.ts';
import { MetricStore } from '../metric-store.ts';

const recentMilliseconds = 3 * 3_600_000;

export function listMetrics(input: ListMetricsInput, context: OperationContext): ListMetricsOutput {
  const use = `cloudwatch/list-metrics/${context.account}/${context.region}`;
  const { sealer } = context.runtime;
  let after = '';
  if (input.NextToken !== undefined && input.NextToken !== '') {
    const opened = sealer.open(input.NextToken, use);
    // Unverified: the text.
    if (opened === undefined) throw invalidParameterValue('Request parameter NextToken is invalid');
    after = opened;
  }
  const found = MetricStore.of(context)
    .metrics()
    .filter(([hash, metric]) => hash > after && matches(metric, input, context.now));
  const page = found.slice(0, listedMetricsMax);
  const last = page.at(-1)?.[0];
  const more = found.length > page.length && last !== undefined;
  return {
    Metrics: page.map(([, { namespace, name, dimensions }]) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensions.map(([key, value]) => ({ Name: key, Value: value })),
    })),
    NextToken: more ? sealer.seal(last, use) : undefined,
  };
}

function matches(metric: MetricRecord, input: ListMetricsInput, now: number): boolean {
  if (input.Namespace !== undefined && metric.namespace !== input.Namespace) return false;
  if (input.MetricName !== undefined && metric.name !== input.MetricName) return false;
  if (input.RecentlyActive === 'PT3H' && metric.updatedAt < now - recentMilliseconds) return false;
  return (input.Dimensions ?? []).every(({ Name: name, Value: value }) =>
    metric.dimensions.some(([key, own]) => key === name && (value === undefined || own === value)),
  );
}
