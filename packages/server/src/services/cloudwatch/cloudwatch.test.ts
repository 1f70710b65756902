/** CloudWatch: metrics put, listed and read; 002-12's permission with its namespace condition. */
import type {
  GetMetricDataOutput,
  GetMetricStatisticsOutput,
  ListMetricsOutput,
} from '@sekisho/catalog/types/cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { account, Ec2Fixture } from '../ec2/ec2.fixture.ts';
import { createCloudWatchService } from './index.ts';

const service = await createCloudWatchService();
let server: Ec2Fixture;

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
});

async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  return await promise.then(
    () => {
      throw new Error('was not refused');
    },
    (error: ServiceError) => error,
  );
}

const put = (...MetricData: readonly object[]) =>
  server.call('PutMetricData', { Namespace: 'App', MetricData });

const statistics = (more: object = {}) =>
  server.call<GetMetricStatisticsOutput>('GetMetricStatistics', {
    Namespace: 'App',
    MetricName: 'Load',
    StartTime: new Date(server.now - 600_000),
    EndTime: new Date(server.now + 600_000),
    Period: 60,
    Statistics: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
    ...more,
  });

describe('002-12 put-metric-data', () => {
  test('is allowed by the article’s policy; GetMetricData is not', async () => {
    const caller = await server.user('article', [
      {
        Effect: 'Allow',
        Action: ['cloudwatch:PutMetricData', 'ec2:DescribeTags'],
        Resource: '*',
      },
    ]);
    const input = { Namespace: 'App', MetricData: [{ MetricName: 'Load', Value: 1 }] };
    expect(await server.call('PutMetricData', input, caller)).toEqual({});
    const error = await refusal(server.call('GetMetricData', {}, caller));
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(error.message).toBe(
      `User: arn:aws:iam::${account}:user/article is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the cloudwatch:GetMetricData action`,
    );
  });

  test('the condition key cloudwatch:namespace is the parameter', async () => {
    const caller = await server.user('bound', [
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'App' } },
      },
    ]);
    const MetricData = [{ MetricName: 'Load', Value: 1 }];
    await server.call('PutMetricData', { Namespace: 'App', MetricData }, caller);
    await refusal(server.call('PutMetricData', { Namespace: 'Other', MetricData }, caller));
  });
});

describe('statistics', () => {
  test('are added up within a period, units apart', async () => {
    await put({ MetricName: 'Load', Value: 1 }, { MetricName: 'Load', Value: 3 });
    await put({ MetricName: 'Load', Values: [5, 7], Counts: [1, 2] });
    await put({ MetricName: 'Load', Value: 100, Unit: 'Percent' });
    const { Datapoints: points, Label } = await statistics();
    expect(Label).toBe('Load');
    expect(points).toHaveLength(2);
    expect(points?.[0]).toMatchObject({
      SampleCount: 5,
      Sum: 23,
      Average: 4.6,
      Minimum: 1,
      Maximum: 7,
      Unit: 'None',
    });
    const percent = await statistics({ Unit: 'Percent', Statistics: ['Sum'] });
    expect(percent.Datapoints).toMatchObject([{ Sum: 100, Unit: 'Percent' }]);
  });

  test('percentiles come from the values, not from statistic sets', async () => {
    await put({ MetricName: 'Load', Values: [1, 2, 3, 4, 5] });
    const extended = { Statistics: undefined, ExtendedStatistics: ['p50', 'p100'] };
    const { Datapoints: points } = await statistics(extended);
    expect(points?.[0]?.ExtendedStatistics).toEqual(
      new Map([
        ['p50', 3],
        ['p100', 5],
      ]),
    );
    const StatisticValues = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 };
    await put({ MetricName: 'Load', StatisticValues });
    expect((await statistics(extended)).Datapoints?.[0]?.ExtendedStatistics).toBeUndefined();
    expect((await statistics()).Datapoints?.[0]).toMatchObject({ SampleCount: 7, Sum: 18 });
  });

  test('dimensions tell metrics apart, whatever their order', async () => {
    const Dimensions = [
      { Name: 'b', Value: '2' },
      { Name: 'a', Value: '1' },
    ];
    await put({ MetricName: 'Load', Value: 1, Dimensions });
    expect((await statistics()).Datapoints).toEqual([]);
    const reversed = await statistics({ Dimensions: [...Dimensions].reverse() });
    expect(reversed.Datapoints).toHaveLength(1);
  });

  test('GetMetricData reads the same', async () => {
    await put({ MetricName: 'Load', Value: 2 });
    const answer = await server.call<GetMetricDataOutput>('GetMetricData', {
      StartTime: new Date(server.now - 600_000),
      EndTime: new Date(server.now + 600_000),
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: { Namespace: 'App', MetricName: 'Load' },
            Period: 300,
            Stat: 'Average',
          },
        },
      ],
    });
    expect(answer.MetricDataResults).toMatchObject([
      { Id: 'm1', Label: 'Load', Values: [2], StatusCode: 'Complete' },
    ]);
  });

  test('data outlive 15 days only where newer data come', async () => {
    await put({ MetricName: 'Load', Value: 1 });
    server.pass(16 * 86_400_000);
    await put({ MetricName: 'Load', Value: 2 });
    const folders = server.runtime.state.folders('cw/').filter((name) => name.includes('/data/'));
    expect(folders.map((folder) => server.runtime.state.count(folder))).toEqual([1]);
  });
});

describe('ListMetrics', () => {
  test('filters by namespace, name and dimension', async () => {
    const Dimensions = [{ Name: 'InstanceId', Value: 'i-1' }];
    await put({ MetricName: 'Load', Value: 1, Dimensions }, { MetricName: 'Disk', Value: 1 });
    const list = async (input: object) =>
      (await server.call<ListMetricsOutput>('ListMetrics', input)).Metrics ?? [];
    expect(await list({})).toHaveLength(2);
    expect(await list({ MetricName: 'Disk' })).toEqual([
      { Namespace: 'App', MetricName: 'Disk', Dimensions: [] },
    ]);
    expect(await list({ Dimensions: [{ Name: 'InstanceId' }] })).toHaveLength(1);
    expect(await list({ Dimensions: [{ Name: 'InstanceId', Value: 'i-2' }] })).toEqual([]);
    expect(await list({ Namespace: 'Other' })).toEqual([]);
    server.pass(4 * 3_600_000);
    expect(await list({ RecentlyActive: 'PT3H' })).toEqual([]);
  });
});

describe('validation', () => {
  test.each([
    [
      { Value: 1, Values: [1] },
      'InvalidParameterCombination',
      'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
    ],
    [
      { Values: [1, 2], Counts: [1] },
      'InvalidParameterValue',
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    ],
    [
      { Value: Number.NaN },
      'InvalidParameterValue',
      'The value NaN for parameter MetricData.member.1.Value is invalid.',
    ],
  ])('%j', async (datum, code, message) => {
    const error = await refusal(put({ MetricName: 'Load', ...datum }));
    expect({ code: error.code, message: error.message }).toEqual({ code, message });
  });

  test('the namespaces of AWS are its own', async () => {
    const input = { Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'Load', Value: 1 }] };
    expect(await refusal(server.call('PutMetricData', input))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'The value AWS/ for parameter Namespace is invalid.',
    });
  });

  test('times and periods', async () => {
    const late = { MetricName: 'Load', Value: 1, Timestamp: new Date(server.now + 3 * 3_600_000) };
    expect((await refusal(put(late))).code).toBe('InvalidParameterValue');
    const same = { StartTime: new Date(server.now), EndTime: new Date(server.now) };
    expect((await refusal(statistics(same))).message).toBe(
      'The parameter StartTime must be less than the parameter EndTime.',
    );
    expect((await refusal(statistics({ Period: 61 }))).code).toBe('InvalidParameterValue');
    const long = { StartTime: new Date(server.now - 10 * 86_400_000) };
    expect((await refusal(statistics(long))).code).toBe('InvalidParameterCombination');
  });
});
