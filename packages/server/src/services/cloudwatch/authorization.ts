/**
 * What CloudWatch operations demand: none of those here names a resource.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
 */
import type { PutMetricDataInput } from '@sekisho/catalog/types/cloudwatch';
import type { Demand, DemandRule } from '../service.ts';

function putMetricDataDemands(input: PutMetricDataInput): readonly Demand[] {
  const { Namespace: namespace } = input;
  return [
    {
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      resourceText: null,
      ...(namespace === undefined ? {} : { context: [['cloudwatch:namespace', namespace]] }),
    },
  ];
}

function noResource(operation: string): DemandRule {
  return () => [{ action: `cloudwatch:${operation}`, resource: '*', resourceText: null }];
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  PutMetricData: putMetricDataDemands,
  GetMetricData: noResource('GetMetricData'),
  GetMetricStatistics: noResource('GetMetricStatistics'),
  ListMetrics: noResource('ListMetrics'),
};
