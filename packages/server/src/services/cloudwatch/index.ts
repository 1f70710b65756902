/** Amazon CloudWatch metrics, as far as roles need them: put, list, read. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putMetricData } from './operations/put-metric-data.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html */
export async function createCloudWatchService(): Promise<Service> {
  return defineService({
    id: 'cloudwatch',
    signingName: 'monitoring',
    actionPrefix: 'cloudwatch',
    model: await loadServiceModel('cloudwatch'),
    protocols: ['aws-query', 'aws-json-1.0', 'rpc-v2-cbor'],
    validation: 'sts',
    authorization,
    operations: {
      GetMetricData: getMetricData,
      GetMetricStatistics: getMetricStatistics,
      ListMetrics: listMetrics,
      PutMetricData: putMetricData,
    },
  });
}
