/** CloudWatch Logs: groups, streams, events in order, and the resources that are asked about. */
import type {
  DescribeLogGroupsResponse,
  FilterLogEventsResponse,
  GetLogEventsResponse,
  PutLogEventsResponse,
} from '@sekisho/catalog/types/logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { account, region, Workload } from '../workload.fixture.ts';
import { parseFilterPattern } from './filter-pattern/filter-pattern.ts';
import { createLogsService } from './index.ts';

const service = await createLogsService();
let server: Workload;

beforeEach(async () => {
  server = await Workload.open(service);
  await server.call('logs:CreateLogGroup', { logGroupName: '/ecs/x' });
  await server.call('logs:CreateLogStream', stream);
});

const group = { logGroupName: '/ecs/x' };
const stream = { ...group, logStreamName: 'ecs/web/1' };
const arn = `arn:aws:logs:${region}:${account}:log-group:/ecs/x`;
const hour = 3_600_000;

const put = (...logEvents: readonly (readonly [time: number, message: string])[]) =>
  server.call<PutLogEventsResponse>('logs:PutLogEvents', {
    ...stream,
    logEvents: logEvents.map(([time, message]) => ({ timestamp: server.now + time, message })),
  });

const get = (more: object = {}) =>
  server.call<GetLogEventsResponse>('logs:GetLogEvents', { ...stream, ...more });

const messages = ({ events }: GetLogEventsResponse | FilterLogEventsResponse) =>
  events?.map(({ message }) => message);

describe('groups and streams', () => {
  test('exist once, and answer in AWS’s words when they do or do not', async () => {
    expect(await server.answer('logs:CreateLogGroup', group)).toBe(
      '400 ResourceAlreadyExistsException: The specified log group already exists',
    );
    expect(await server.answer('logs:CreateLogStream', stream)).toBe(
      '400 ResourceAlreadyExistsException: The specified log stream already exists',
    );
    const logGroupName = '/none';
    expect(await server.answer('logs:CreateLogStream', { ...stream, logGroupName })).toBe(
      '400 ResourceNotFoundException: The specified log group does not exist.',
    );
    const logStreamName = 'none';
    expect(await server.answer('logs:GetLogEvents', { ...stream, logStreamName })).toBe(
      '400 ResourceNotFoundException: The specified log stream does not exist.',
    );
  });

  test('a group has two ARNs, a retention and tags', async () => {
    await server.call('logs:PutRetentionPolicy', { ...group, retentionInDays: 7 });
    await server.call('logs:TagResource', { resourceArn: arn, tags: { team: 'red' } });
    const { logGroups } = await server.call<DescribeLogGroupsResponse>('logs:DescribeLogGroups', {
      logGroupNamePrefix: '/ecs',
    });
    expect(logGroups).toMatchObject([
      { logGroupName: '/ecs/x', arn: `${arn}:*`, logGroupArn: arn, retentionInDays: 7 },
    ]);
    const { tags } = await server.call('logs:ListTagsForResource', { resourceArn: arn });
    expect(tags).toEqual(new Map([['team', 'red']]));
    expect(
      await server.answer('logs:PutRetentionPolicy', { ...group, retentionInDays: 2 }),
    ).toContain('400 InvalidParameterException: ');
  });

  test('a group has no name that is AWS’s own', async () => {
    expect(await server.answer('logs:CreateLogGroup', { logGroupName: 'aws/cwagent' })).toBe(
      '400 InvalidParameterException: Log groups starting with AWS/ are reserved for AWS.',
    );
    expect(await server.answer('logs:CreateLogGroup', { logGroupName: '/aws/lambda/x' })).toBe(
      'success',
    );
  });

  test('a deleted group leaves nothing behind', async () => {
    await put([0, 'one']);
    await server.call('logs:DeleteLogGroup', group);
    expect(await server.state.store.list('')).toEqual([]);
  });
});

describe('events', () => {
  test('come back in order of time, from either end, and the last token comes back', async () => {
    await put([-5, 'a'], [-3, 'c']);
    await put([-4, 'b'], [-2, 'd']);
    expect(messages(await get({ startFromHead: true }))).toEqual(['a', 'b', 'c', 'd']);
    const last = await get({ limit: 2 });
    expect(messages(last)).toEqual(['c', 'd']);
    const before = await get({ limit: 2, nextToken: last.nextBackwardToken });
    expect(messages(before)).toEqual(['a', 'b']);
    const after = await get({ limit: 2, nextToken: before.nextForwardToken });
    expect(messages(after)).toEqual(['c', 'd']);
    const end = await get({ nextToken: after.nextForwardToken });
    expect(end.events).toEqual([]);
    expect(end.nextForwardToken).toBe(after.nextForwardToken);
    await put([-1, 'e']);
    expect(messages(await get({ nextToken: end.nextForwardToken }))).toEqual(['e']);
    expect(await server.answer('logs:GetLogEvents', { ...stream, nextToken: 'x' })).toBe(
      '400 InvalidParameterException: The specified nextToken is invalid.',
    );
  });

  test('join one chunk while they are few, and another when they do not follow', async () => {
    for (let index = 0; index < 20; index += 1) await put([index, `line ${index}`]);
    expect(await server.state.store.list('cwl/')).toHaveLength(1);
    await put([-1, 'earlier']);
    expect(await server.state.store.list('cwl/')).toHaveLength(2);
    expect((await get()).events).toHaveLength(21);
  });

  test('an event without text, or before 1970, is refused with the whole batch', async () => {
    const { now: timestamp } = server;
    const logEvents = [
      { timestamp: -1, message: 'm' },
      { timestamp, message: 'm' },
      { timestamp, message: '' },
    ];
    expect(await server.answer('logs:PutLogEvents', { ...stream, logEvents })).toBe(
      "400 InvalidParameterException: 2 validation errors detected: Value '-1' at " +
        "'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value " +
        "greater than or equal to 0; Value '' at 'logEvents.3.member.message' failed to satisfy " +
        'constraint: Member must have length greater than or equal to 1',
    );
    expect((await get()).events).toEqual([]);
  });

  test('must be in order, and those too old or too new are told by index', async () => {
    const unordered = [0, -1].map((time) => ({ timestamp: server.now + time, message: 'm' }));
    expect(await server.answer('logs:PutLogEvents', { ...stream, logEvents: unordered })).toBe(
      '400 InvalidParameterException: Log events in a single PutLogEvents request must be in ' +
        'chronological order.',
    );
    const { rejectedLogEventsInfo: old } = await put([-15 * 24 * hour, 'old']);
    expect(old).toMatchObject({ tooOldLogEventEndIndex: 1 });
    const { rejectedLogEventsInfo: young } = await put([0, 'now'], [3 * hour, 'young']);
    expect(young).toMatchObject({ tooNewLogEventStartIndex: 1 });
    expect(messages(await get())).toEqual(['now']);
  });

  test('do not need a sequence token, and any is taken', async () => {
    const { nextSequenceToken } = await put([0, 'a']);
    expect(nextSequenceToken).toMatch(/^\d{56}$/);
    const logEvents = [{ timestamp: server.now, message: 'b' }];
    const input = { ...stream, logEvents, sequenceToken: 'wrong' };
    expect(await server.answer('logs:PutLogEvents', input)).toBe('success');
  });

  test('are gone after the retention', async () => {
    await server.call('logs:PutRetentionPolicy', { ...group, retentionInDays: 1 });
    await put([0, 'a']);
    server.now += 25 * hour;
    expect(messages(await get())).toEqual([]);
    await put([0, 'b']);
    expect(messages(await get())).toEqual(['b']);
  });

  test('are filtered over streams, by time and by pattern', async () => {
    await server.call('logs:CreateLogStream', { ...group, logStreamName: 'other' });
    await put([-2, 'ERROR one'], [-1, 'fine']);
    await server.call('logs:PutLogEvents', {
      ...group,
      logStreamName: 'other',
      logEvents: [{ timestamp: server.now, message: 'ERROR two' }],
    });
    const filter = (more: object) =>
      server.call<FilterLogEventsResponse>('logs:FilterLogEvents', { ...group, ...more });
    expect(messages(await filter({ filterPattern: 'ERROR' }))).toEqual(['ERROR one', 'ERROR two']);
    expect(messages(await filter({ logStreamNames: ['other'] }))).toEqual(['ERROR two']);
    expect(messages(await filter({ endTime: server.now - 2 }))).toEqual(['ERROR one']);
    const first = await filter({ limit: 2 });
    expect(messages(await filter({ limit: 2, nextToken: first.nextToken }))).toEqual(['ERROR two']);
  });
});

describe('filter patterns', () => {
  const cases: readonly (readonly [pattern: string, message: string, wanted: boolean])[] = [
    ['ERROR timeout', 'a timeout: ERROR', true],
    ['ERROR timeout', 'ERROR', false],
    ['"not found"', 'was not found', true],
    ['ERROR -expected', 'ERROR expected', false],
    ['?ERROR ?WARN', 'WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
    ['{ $.level = "err*" }', '{"level":"error"}', true],
    ['{ ($.code >= 500) && ($.path != "/health") }', '{"code":503,"path":"/"}', true],
    ['{ $.a.b[1] = 2 || $.c IS NULL }', '{"a":{"b":[1,2]}}', true],
    ['{ $.c NOT EXISTS }', '{"c":1}', false],
    ['{ $.c = 1 }', 'no JSON', false],
  ];

  test.each(cases)('%s over %s is %s', (pattern, message, wanted) => {
    expect(parseFilterPattern(pattern)(message)).toBe(wanted);
  });

  test.each(['{ $.a = }', '{ a = 1 }', 'a:b', '{ ($.a = 1 }'])('%s is refused', (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow('Invalid filter pattern');
  });
});

describe('authorization', () => {
  const answer = async (caller: Parameters<typeof server.answer>[2], name: string, input: object) =>
    (await server.answer(`logs:${name}`, input, caller)).slice(0, 7);

  test('patterns that end in :* fit the group’s operations and its streams', async () => {
    const caller = await server.user('task', [
      { Effect: 'Allow', Action: 'logs:*', Resource: `${arn}:*` },
    ]);
    const logEvents = [{ timestamp: server.now, message: 'm' }];
    expect(await answer(caller, 'PutLogEvents', { ...stream, logEvents })).toBe('success');
    expect(await answer(caller, 'DescribeLogStreams', group)).toBe('success');
    expect(await answer(caller, 'CreateLogStream', { ...group, logStreamName: 'n' })).toBe(
      'success',
    );
    expect(await answer(caller, 'DescribeLogGroups', {})).toBe('400 Acc');
    expect(await answer(caller, 'TagResource', { resourceArn: arn, tags: { a: 'b' } })).toBe(
      '400 Acc',
    );
  });

  test('denials print the group with an empty stream, and streams by name', async () => {
    const caller = await server.user('nobody', []);
    const denied = (action: string, resource: string) =>
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/nobody is not authorized to ` +
      `perform: logs:${action} on resource: ${resource} because no identity-based policy allows ` +
      `the logs:${action} action`;
    expect(await server.answer('logs:CreateLogGroup', group, caller)).toBe(
      denied('CreateLogGroup', `${arn}:log-stream:`),
    );
    expect(await server.answer('logs:CreateLogStream', stream, caller)).toBe(
      denied('CreateLogStream', `${arn}:log-stream:ecs/web/1`),
    );
    expect(await server.answer('logs:DescribeLogGroups', {}, caller)).toBe(
      denied('DescribeLogGroups', `arn:aws:logs:${region}:${account}:log-group::log-stream:`),
    );
  });

  test('conditions see the group’s tags and those of the request', async () => {
    await server.call('logs:TagLogGroup', { ...group, tags: { team: 'red' } });
    const caller = await server.user('bound', [
      {
        Effect: 'Allow',
        Action: ['logs:FilterLogEvents', 'logs:CreateLogGroup', 'logs:TagResource'],
        Resource: '*',
        Condition: { StringEqualsIfExists: { 'aws:ResourceTag/team': 'red' } },
      },
      {
        Effect: 'Deny',
        Action: 'logs:CreateLogGroup',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestTag/team': 'red' } },
      },
    ]);
    expect(await answer(caller, 'FilterLogEvents', group)).toBe('success');
    await server.call('logs:TagLogGroup', { ...group, tags: { team: 'blue' } });
    expect(await answer(caller, 'FilterLogEvents', group)).toBe('400 Acc');
    const create = (tags: object) =>
      answer(caller, 'CreateLogGroup', { logGroupName: 'new', tags });
    expect(await create({ team: 'blue' })).toBe('400 Acc');
    expect(await create({ team: 'red' })).toBe('success');
  });
});
