/**
 * What CloudWatch operations demand: alarms and dashboards have ARNs, metrics have none.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
import type {
  DescribeAlarmHistoryInput,
  PutMetricAlarmInput,
  PutMetricDataInput,
} from '@sekisho/catalog/types/cloudwatch';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { alarmArn, dashboardArn } from './arn.ts';
import { findTagged } from './tagged-resource.ts';

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

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-alarm-actions.html */
function putMetricAlarmDemands(
  input: PutMetricAlarmInput,
  context: DemandContext,
): readonly Demand[] {
  const { AlarmName: name, AlarmActions: actions = [] } = input;
  return [
    {
      action: 'cloudwatch:PutMetricAlarm',
      resource: alarmArn(name, context),
      ...(actions.length === 0 ? {} : { context: [['cloudwatch:AlarmActions', actions]] }),
    },
  ];
}

/** An operation on each of the named alarms; without names, on all of them. */
function eachAlarm(
  operation: string,
): DemandRule<{ readonly AlarmNames?: readonly string[] | undefined }> {
  return ({ AlarmNames: names = [] }, context) =>
    (names.length === 0 ? ['*'] : [...new Set(names)]).map((name) => ({
      action: `cloudwatch:${operation}`,
      resource: alarmArn(name, context),
    }));
}

function oneAlarm(operation: string): DemandRule<DescribeAlarmHistoryInput> {
  return ({ AlarmName: name = '*' }, context) => [
    { action: `cloudwatch:${operation}`, resource: alarmArn(name, context) },
  ];
}

function oneDashboard(operation: string): DemandRule<{ readonly DashboardName: string }> {
  return ({ DashboardName: name }, context) => [
    { action: `cloudwatch:${operation}`, resource: dashboardArn(name, context) },
  ];
}

function deleteDashboardsDemands(
  { DashboardNames: names }: { readonly DashboardNames: readonly string[] },
  context: DemandContext,
): readonly Demand[] {
  return [...new Set(names)].map((name) => ({
    action: 'cloudwatch:DeleteDashboards',
    resource: dashboardArn(name, context),
  }));
}

/** The resource with its tags; one that does not exist is asked about all the same. */
function tagging(operation: string): DemandRule<{ readonly ResourceARN: string }> {
  return ({ ResourceARN: arn }, context) => {
    const tags = findTagged(arn, context)?.tags ?? [];
    return [
      {
        action: `cloudwatch:${operation}`,
        resource: arn,
        context: tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const),
      },
    ];
  };
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  PutMetricData: putMetricDataDemands,
  GetMetricData: noResource('GetMetricData'),
  GetMetricStatistics: noResource('GetMetricStatistics'),
  ListMetrics: noResource('ListMetrics'),
  PutMetricAlarm: putMetricAlarmDemands,
  DeleteAlarms: eachAlarm('DeleteAlarms'),
  DescribeAlarms: eachAlarm('DescribeAlarms'),
  EnableAlarmActions: eachAlarm('EnableAlarmActions'),
  DisableAlarmActions: eachAlarm('DisableAlarmActions'),
  SetAlarmState: oneAlarm('SetAlarmState'),
  DescribeAlarmHistory: oneAlarm('DescribeAlarmHistory'),
  DescribeAlarmsForMetric: noResource('DescribeAlarmsForMetric'),
  PutDashboard: oneDashboard('PutDashboard'),
  GetDashboard: oneDashboard('GetDashboard'),
  DeleteDashboards: deleteDashboardsDemands,
  ListDashboards: noResource('ListDashboards'),
  TagResource: tagging('TagResource'),
  UntagResource: tagging('UntagResource'),
  ListTagsForResource: tagging('ListTagsForResource'),
};
