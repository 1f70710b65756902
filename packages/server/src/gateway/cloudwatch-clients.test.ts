/** CloudWatch with AWS's own SDK client, and in the query and JSON forms of others, over the wire. */
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInHeader } from './testing/client-signature.ts';
import { type Answer, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.stop();
});

function client(): CloudWatchClient {
  const key = gateway.root();
  return new CloudWatchClient({
    endpoint: gateway.server.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
  });
}

const alarm = {
  AlarmName: 'load',
  Namespace: 'App',
  MetricName: 'Load',
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5.5,
  ComparisonOperator: 'GreaterThanThreshold',
  Dimensions: [{ Name: 'Host', Value: 'a' }],
  AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'],
} as const;

async function send(
  body: string,
  headers: readonly (readonly [string, string])[],
): Promise<Answer> {
  const request = {
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    headers: [['host', '127.0.0.1:4566'] as const, ...headers],
    body: Buffer.from(body),
  };
  const scope = { service: 'monitoring', region: 'us-east-1', now: Date.now() };
  return await gateway.send(signInHeader(request, gateway.root(), scope));
}

const query = (parameters: Readonly<Record<string, string>>) =>
  send(new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString(), [
    ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
  ]);

const json = (operation: string, input: object) =>
  send(JSON.stringify(input), [
    ['content-type', 'application/x-amz-json-1.0'],
    ['x-amz-target', `GraniteServiceVersion20100801.${operation}`],
  ]);

test('the SDK puts data and an alarm, and reads both', async () => {
  const cloudWatch = client();
  const Timestamp = new Date();
  const MetricData = [
    { MetricName: 'Load', Value: 7, Timestamp, Dimensions: [{ Name: 'Host', Value: 'a' }] },
  ];
  await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'App', MetricData }));
  const { Metrics: metrics } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'App' }));
  expect(metrics).toHaveLength(1);
  const span = {
    StartTime: new Date(Timestamp.getTime() - 600_000),
    EndTime: new Date(Timestamp.getTime() + 600_000),
  };
  const { Datapoints: datapoints } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      ...span,
      Namespace: 'App',
      MetricName: 'Load',
      Dimensions: [{ Name: 'Host', Value: 'a' }],
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  expect(datapoints?.[0]).toMatchObject({ Sum: 7, Timestamp: expect.any(Date) });
  const Metric = { Namespace: 'App', MetricName: 'Load', Dimensions: [...alarm.Dimensions] };
  const { MetricDataResults: results } = await cloudWatch.send(
    new GetMetricDataCommand({
      ...span,
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Maximum' } }],
    }),
  );
  expect(results?.[0]?.Values).toEqual([7]);
  const { Dimensions, AlarmActions, ...rest } = alarm;
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...rest,
      Dimensions: [...Dimensions],
      AlarmActions: [...AlarmActions],
    }),
  );
  const state = { AlarmName: 'load', StateValue: 'ALARM', StateReason: 'a test' } as const;
  await cloudWatch.send(new SetAlarmStateCommand(state));
  const { MetricAlarms: alarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(alarms?.[0]).toMatchObject({ ...alarm, StateValue: 'ALARM' });
  expect(alarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
  const { AlarmHistoryItems: items } = await cloudWatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'load' }),
  );
  expect(items?.[0]?.HistorySummary).toBe('Alarm updated from INSUFFICIENT_DATA to ALARM');
  const missing = new SetAlarmStateCommand({ ...state, AlarmName: 'none' });
  await expect(cloudWatch.send(missing)).rejects.toMatchObject({
    name: 'ResourceNotFound',
    $metadata: { httpStatusCode: 404 },
  });
  const broken = new PutDashboardCommand({ DashboardName: 'd', DashboardBody: '[' });
  await expect(cloudWatch.send(broken)).rejects.toMatchObject({
    name: 'DashboardInvalidInputError',
  });
});

test('older clients say the same in the query form', async () => {
  const described = await query({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'load' });
  expect(described.status).toBe(200);
  expect(described.body).toContain('<AlarmName>load</AlarmName>');
  expect(described.body).toContain('<Threshold>5.5</Threshold>');
  const set = { Action: 'SetAlarmState', StateReason: 'r' };
  const unknown = await query({ ...set, AlarmName: 'none', StateValue: 'OK' });
  expect(unknown).toMatchObject({ status: 404, code: 'ResourceNotFound' });
  const invalid = await query({ ...set, AlarmName: 'load', StateValue: 'INVALID' });
  expect(invalid).toMatchObject({ status: 400, code: 'ValidationError' });
  expect(invalid.body).toContain("at 'stateValue' failed to satisfy constraint");
});

test('and the CLI in JSON, with the query form’s code in a header', async () => {
  const described = await json('DescribeAlarms', { AlarmNames: ['load'] });
  expect(JSON.parse(described.body)).toMatchObject({
    MetricAlarms: [{ AlarmName: 'load', Threshold: 5.5, Dimensions: alarm.Dimensions }],
  });
  const input = { AlarmName: 'none', StateValue: 'OK', StateReason: 'r' };
  const unknown = await json('SetAlarmState', input);
  expect(unknown).toMatchObject({ status: 404, code: 'ResourceNotFound' });
  await client().send(new DeleteAlarmsCommand({ AlarmNames: ['load'] }));
  const { body } = await json('DescribeAlarms', {});
  expect(JSON.parse(body)).toMatchObject({ MetricAlarms: [] });
});
