/** CloudWatch alarms as state, dashboards, tags, and the conditions of their permissions. */
import type {
  DescribeAlarmHistoryOutput,
  DescribeAlarmsOutput,
  ListDashboardsOutput,
  ListTagsForResourceOutput,
} from '@sekisho/catalog/types/cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { account, region, Workload } from '../workload.fixture.ts';
import { evaluateAlarms } from './alarm-watch.ts';
import { createCloudWatchService } from './index.ts';

const service = await createCloudWatchService();
let server: Workload;

beforeEach(async () => {
  server = await Workload.open(service);
  server.now = Date.UTC(2026, 0, 2, 3, 4, 30);
});

const alarm = {
  AlarmName: 'load',
  Namespace: 'App',
  MetricName: 'Load',
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
};
const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:load`;

async function put(changes: object = {}): Promise<void> {
  await server.call('cloudwatch:PutMetricAlarm', { ...alarm, ...changes });
}

/** A value in each of the last minutes, the last one last; `-` is a minute without. */
async function data(minutes: string): Promise<void> {
  const minute = Math.floor(server.now / 60_000) * 60_000;
  for (const [index, mark] of [...minutes].entries()) {
    if (mark === '-') continue;
    const at = minute - (minutes.length - index) * 60_000;
    await server.call('cloudwatch:PutMetricData', {
      Namespace: 'App',
      MetricData: [{ MetricName: 'Load', Value: mark === 'X' ? 9 : 1, Timestamp: new Date(at) }],
    });
  }
}

async function described() {
  const { MetricAlarms: alarms } = await server.call<DescribeAlarmsOutput>(
    'cloudwatch:DescribeAlarms',
    { AlarmNames: ['load'] },
  );
  return alarms?.[0];
}

async function evaluated(): Promise<string | undefined> {
  await evaluateAlarms(server.runtime, server.now);
  return (await described())?.StateValue;
}

describe('the state of an alarm', () => {
  test('is INSUFFICIENT_DATA at first, then what its metric says, in AWS’s words', async () => {
    await put();
    expect(await described()).toMatchObject({
      AlarmArn: arn,
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      ActionsEnabled: true,
    });
    await data('X');
    expect(await evaluated()).toBe('ALARM');
    expect((await described())?.StateReason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [9.0 (02/01/26 03:03:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
    );
    server.now += 60_000;
    await data('0');
    expect(await evaluated()).toBe('OK');
    const { AlarmHistoryItems: items } = await server.call<DescribeAlarmHistoryOutput>(
      'cloudwatch:DescribeAlarmHistory',
      { AlarmName: 'load', ScanBy: 'TimestampAscending' },
    );
    expect(items?.map((item) => item.HistorySummary)).toEqual([
      'Alarm "load" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
  });

  /** The two tables of the user guide: evaluation periods 3, datapoints to alarm 3 and 2. */
  test.each<[string, number, string, string, string, string]>([
    ['0-X-X', 3, 'OK', 'OK', 'OK', 'OK'],
    ['----0', 3, 'OK', 'OK', 'OK', 'OK'],
    ['-----', 3, 'INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK'],
    ['0XX-X', 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['--X--', 3, 'ALARM', 'kept', 'ALARM', 'OK'],
    ['0-X-X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['00X0X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0-X--', 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['----0', 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['----X', 2, 'ALARM', 'kept', 'ALARM', 'OK'],
  ])('%s with %i to alarm', async (minutes, DatapointsToAlarm, missing, ignore, breaching, not) => {
    await data(minutes);
    const outcomes = [];
    for (const TreatMissingData of ['missing', 'ignore', 'breaching', 'notBreaching']) {
      await server.call('cloudwatch:DeleteAlarms', { AlarmNames: ['load'] });
      await put({ EvaluationPeriods: 3, DatapointsToAlarm, TreatMissingData });
      outcomes.push(await evaluated());
    }
    // What is kept is the state of a new alarm.
    const kept = ignore === 'kept' ? 'INSUFFICIENT_DATA' : ignore;
    expect(outcomes).toEqual([missing, kept, breaching, not]);
  });

  test('can be set, and says so', async () => {
    const input = { AlarmName: 'load', StateValue: 'ALARM', StateReason: 'by hand' };
    expect(await server.answer('cloudwatch:SetAlarmState', input)).toBe('404 ResourceNotFound: ');
    await put();
    expect(
      await server.answer('cloudwatch:SetAlarmState', { ...input, StateReasonData: '{' }),
    ).toBe('400 InvalidFormat: StateReasonData was not valid JSON');
    await server.call('cloudwatch:SetAlarmState', { ...input, StateReasonData: '{"a":1}' });
    expect(await described()).toMatchObject({
      StateValue: 'ALARM',
      StateReason: 'by hand',
      StateReasonData: '{"a":1}',
    });
    const inAlarm = await server.call<DescribeAlarmsOutput>('cloudwatch:DescribeAlarms', {
      StateValue: 'ALARM',
      AlarmNamePrefix: 'lo',
    });
    expect(inAlarm.MetricAlarms).toHaveLength(1);
  });
});

describe('an alarm', () => {
  test('is changed as a whole and keeps its state, tags and switched actions are its own', async () => {
    await put({ Tags: [{ Key: 'a', Value: 'b' }], AlarmActions: ['arn:aws:sns:us-east-1:1:t'] });
    await put({ Threshold: 7 });
    expect(await described()).toMatchObject({ Threshold: 7, AlarmActions: [] });
    await server.call('cloudwatch:DisableAlarmActions', { AlarmNames: ['load', 'none'] });
    expect((await described())?.ActionsEnabled).toBe(false);
    await server.call('cloudwatch:TagResource', {
      ResourceARN: arn,
      Tags: [{ Key: 'c', Value: 'd' }],
    });
    await server.call('cloudwatch:UntagResource', { ResourceARN: arn, TagKeys: ['a'] });
    const { Tags: tags } = await server.call<ListTagsForResourceOutput>(
      'cloudwatch:ListTagsForResource',
      { ResourceARN: arn },
    );
    expect(tags).toEqual([{ Key: 'c', Value: 'd' }]);
    expect(
      await server.answer('cloudwatch:ListTagsForResource', { ResourceARN: `${arn}x` }),
    ).toContain('404 ResourceNotFoundException');
  });

  test.each<[string, object, string]>([
    [
      'more than a day',
      { Period: 300, EvaluationPeriods: 289 },
      'ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    ],
    ['a period between', { Period: 61 }, 'ValidationError'],
    ['both statistics', { ExtendedStatistic: 'p95' }, 'InvalidParameterCombination'],
    ['no metric', { MetricName: undefined }, 'MissingParameter'],
    ['more to alarm than periods', { DatapointsToAlarm: 2 }, 'ValidationError'],
  ])('is refused: %s', async (_name, changes, text) => {
    const answer = await server.answer('cloudwatch:PutMetricAlarm', { ...alarm, ...changes });
    expect(answer).toContain(text);
  });

  test('pages are told apart from those of another list', async () => {
    for (const AlarmName of ['a', 'b', 'c']) await put({ AlarmName });
    const first = await server.call<DescribeAlarmsOutput>('cloudwatch:DescribeAlarms', {
      MaxRecords: 2,
    });
    const NextToken = first.NextToken;
    const second = await server.call<DescribeAlarmsOutput>('cloudwatch:DescribeAlarms', {
      MaxRecords: 2,
      NextToken,
    });
    expect(second.MetricAlarms?.map((each) => each.AlarmName)).toEqual(['c']);
    expect(
      await server.answer('cloudwatch:DescribeAlarms', { AlarmNamePrefix: 'a', NextToken }),
    ).toContain('InvalidNextToken');
  });
});

test('dashboards are put, listed, read and deleted, all or none', async () => {
  const DashboardBody = '{"widgets":[]}';
  await server.call('cloudwatch:PutDashboard', { DashboardName: 'main', DashboardBody });
  expect(
    await server.answer('cloudwatch:PutDashboard', { DashboardName: 'x', DashboardBody: '[' }),
  ).toContain('400 InvalidParameterInput');
  const { DashboardEntries: entries } = await server.call<ListDashboardsOutput>(
    'cloudwatch:ListDashboards',
  );
  expect(entries).toMatchObject([
    {
      DashboardName: 'main',
      DashboardArn: `arn:aws:cloudwatch::${account}:dashboard/main`,
      Size: 14,
    },
  ]);
  const both = { DashboardNames: ['main', 'none'] };
  expect(await server.answer('cloudwatch:DeleteDashboards', both)).toContain(
    '404 ResourceNotFound',
  );
  expect(await server.call('cloudwatch:GetDashboard', { DashboardName: 'main' })).toMatchObject({
    DashboardBody,
  });
  await server.call('cloudwatch:DeleteDashboards', { DashboardNames: ['main'] });
});

describe('authorization', () => {
  const ask = async (
    name: string,
    statement: object,
    operation: string,
    input: object,
  ): Promise<string> => {
    const user = await server.user(name, [
      { Effect: 'Allow', Action: 'cloudwatch:*', Resource: '*', ...statement },
    ]);
    return await server.answer(`cloudwatch:${operation}`, input, user);
  };

  test('names the alarm, or all of them', async () => {
    await put();
    const own = { Resource: arn };
    expect(await ask('a', own, 'DeleteAlarms', { AlarmNames: ['other'] })).toBe(
      `403 AccessDenied: User: arn:aws:iam::${account}:user/a is not authorized to perform: cloudwatch:DeleteAlarms on resource: arn:aws:cloudwatch:${region}:${account}:alarm:other because no identity-based policy allows the cloudwatch:DeleteAlarms action`,
    );
    expect(await ask('b', own, 'DescribeAlarms', {})).toContain(`:alarm:* because`);
    expect(await ask('c', own, 'DescribeAlarms', { AlarmNames: ['load'] })).toBe('success');
    expect(await ask('d', own, 'DeleteAlarms', { AlarmNames: ['load', 'other'] })).toContain(
      ':alarm:other',
    );
    expect(await ask('e', own, 'DeleteAlarms', { AlarmNames: ['load'] })).toBe('success');
  });

  test.each<[string, object, object, string, object]>([
    [
      'cloudwatch:AlarmActions',
      {
        'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': 'arn:aws:sns:*' },
        Null: { 'cloudwatch:AlarmActions': 'false' },
      },
      { 'ForAnyValue:StringLike': { 'cloudwatch:AlarmActions': 'arn:aws:automate:*' } },
      'PutMetricAlarm',
      { ...alarm, AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'] },
    ],
    [
      'cloudwatch:namespace',
      { StringEquals: { 'cloudwatch:namespace': 'App' } },
      { StringEquals: { 'cloudwatch:namespace': 'app' } },
      'PutMetricData',
      { Namespace: 'App', MetricData: [{ MetricName: 'Load', Value: 1 }] },
    ],
    [
      'aws:RequestTag',
      { StringEquals: { 'aws:RequestTag/team': 'a' } },
      { StringEquals: { 'aws:RequestTag/team': 'b' } },
      'PutMetricAlarm',
      { ...alarm, AlarmName: 'tagged', Tags: [{ Key: 'team', Value: 'a' }] },
    ],
    [
      'aws:ResourceTag',
      { StringEquals: { 'aws:ResourceTag/team': 'a' } },
      { StringEquals: { 'aws:ResourceTag/team': 'b' } },
      'UntagResource',
      { ResourceARN: arn, TagKeys: ['x'] },
    ],
    [
      'aws:TagKeys',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['x'] } },
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['y'] } },
      'UntagResource',
      { ResourceARN: arn, TagKeys: ['x'] },
    ],
  ])('%s allows and refuses', async (_key, right, wrong, operation, input) => {
    await put({ Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await ask('right', { Condition: right }, operation, input)).toBe('success');
    expect(await ask('wrong', { Condition: wrong }, operation, input)).toContain('AccessDenied');
  });
});
