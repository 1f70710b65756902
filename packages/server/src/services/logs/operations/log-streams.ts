/** Log streams: created, described, deleted. */
import type {
  CreateLogStreamRequest,
  DeleteLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
} from '@sekisho/catalog/types/logs';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { LogStreamRecord } from '../entities.ts';
import { alreadyExists, invalidNextToken, invalidParameter } from '../errors.ts';
import { pad, removeEvents } from '../events.ts';
import { describedMax } from '../limits.ts';
import { streamArn } from '../log-arn.ts';
import { requireGroup, requireStream } from '../log-store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export async function createLogStream(
  input: CreateLogStreamRequest,
  context: OperationContext,
): Promise<object> {
  const { logStreamName: name } = input;
  const { store, record: group } = requireGroup({ logGroupName: input.logGroupName }, context);
  const streams = store.streams(group);
  if (streams.find(name) !== undefined) throw alreadyExists('stream');
  const id = context.runtime.platform.random.uuid();
  const record: LogStreamRecord = { name, id, createdAt: context.now, storedBytes: 0 };
  await context.commit([streams.create(name, record)]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html */
export async function deleteLogStream(
  input: DeleteLogStreamRequest,
  context: OperationContext,
): Promise<object> {
  const group = requireGroup({ logGroupName: input.logGroupName }, context);
  const stream = requireStream(group, input.logStreamName);
  const prefix = group.store.eventsPrefix(group.record, stream.record);
  await removeEvents(prefix, context);
  await context.commit([group.store.streams(group.record).remove(stream)]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export function describeLogStreams(
  input: DescribeLogStreamsRequest,
  context: OperationContext,
): DescribeLogStreamsResponse {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
  const { store, record: group } = requireGroup(input, context);
  const byTime = orderBy === 'LastEventTime';
  if (byTime && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const keyOf = ({ name, lastEventAt }: LogStreamRecord) =>
    byTime ? `${pad(lastEventAt ?? 0)} ${name}` : name;
  const found = store
    .streams(group)
    .all()
    .map(({ record }) => record)
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const request = {
    token: input.nextToken,
    itemsMax: input.limit ?? describedMax,
    list: ['DescribeLogStreams', group.id, prefix, orderBy, String(descending)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(
    descending ? found.reverse() : found,
    keyOf,
    request,
    context,
    descending ? 'descending' : 'ascending',
  );
  return {
    logStreams: items.map((stream) => ({
      logStreamName: stream.name,
      creationTime: stream.createdAt,
      firstEventTimestamp: stream.firstEventAt,
      lastEventTimestamp: stream.lastEventAt,
      lastIngestionTime: stream.lastIngestedAt,
      uploadSequenceToken: sequenceToken(stream.lastIngestedAt ?? stream.createdAt),
      arn: streamArn(context, group.name, stream.name),
      // AWS shows 0 for every stream since June 2019.
      storedBytes: 0,
    })),
    nextToken,
  };
}

/** Tokens are still in the answers and no longer looked at in requests. */
export function sequenceToken(time: number): string {
  return `49${pad(time, 54)}`;
}
