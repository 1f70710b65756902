/**
 * PutMetricData.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
import type { PutMetricDataInput } from '@sekisho/catalog/types/cloudwatch';
import type { OperationContext } from '../../service.ts';
import { readMetricData } from '../metric-data.ts';
import { MetricStore } from '../metric-store.ts';

export async function putMetricData(
  input: PutMetricDataInput,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const data = readMetricData(input, context.now);
  await context.commit(MetricStore.of(context).additions(data, context.now));
  return {};
}
