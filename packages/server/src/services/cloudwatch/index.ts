/** Amazon CloudWatch: metrics put, listed, read; metric alarms as state; dashboards. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { watchAlarms } from './alarm-watch.ts';
import { authorization } from './authorization.ts';
import { deleteAlarms, putMetricAlarm, setAlarmState, switchActions } from './operations/alarms.ts';
import {
  deleteDashboards,
  getDashboard,
  listDashboards,
  putDashboard,
} from './operations/dashboards.ts';
import {
  describeAlarmHistory,
  describeAlarms,
  describeAlarmsForMetric,
} from './operations/describe-alarms.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html */
export async function createCloudWatchService(): Promise<Service> {
  let stopWatching: () => void = () => {};
  return defineService({
    id: 'cloudwatch',
    signingName: 'monitoring',
    actionPrefix: 'cloudwatch',
    model: await loadServiceModel('cloudwatch'),
    protocols: ['aws-query', 'aws-json-1.0', 'rpc-v2-cbor'],
    validation: 'sts',
    authorization,
    start: (runtime) => {
      stopWatching = watchAlarms(runtime);
    },
    stop: () => stopWatching(),
    operations: {
      DeleteAlarms: deleteAlarms,
      DeleteDashboards: deleteDashboards,
      DescribeAlarmHistory: describeAlarmHistory,
      DescribeAlarms: describeAlarms,
      DescribeAlarmsForMetric: describeAlarmsForMetric,
      DisableAlarmActions: switchActions(false),
      EnableAlarmActions: switchActions(true),
      GetDashboard: getDashboard,
      GetMetricData: getMetricData,
      GetMetricStatistics: getMetricStatistics,
      ListDashboards: listDashboards,
      ListMetrics: listMetrics,
      ListTagsForResource: listTagsForResource,
      PutDashboard: putDashboard,
      PutMetricAlarm: putMetricAlarm,
      PutMetricData: putMetricData,
      SetAlarmState: setAlarmState,
      TagResource: tagResource,
      UntagResource: untagResource,
    },
  });
}
