/** PutLogEvents. */
import type {
  InputLogEvent,
  PutLogEventsRequest,
  PutLogEventsResponse,
  RejectedLogEventsInfo,
} from '@sekisho/catalog/types/logs';
import type { OperationContext } from '../../service.ts';
import type { LogEvent } from '../entities.ts';
import { invalidParameter } from '../errors.ts';
import { appendEvents, eventBytes, pad, retentionStart } from '../events.ts';
import {
  batchBytesMax,
  batchSpanMilliseconds,
  futureMilliseconds,
  pastMilliseconds,
} from '../limits.ts';
import { requireGroup, requireStream } from '../log-store.ts';
import { sequenceToken } from './log-streams.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export async function putLogEvents(
  input: PutLogEventsRequest,
  context: OperationContext,
): Promise<PutLogEventsResponse> {
  const group = requireGroup({ logGroupName: input.logGroupName }, context);
  const stream = requireStream(group, input.logStreamName);
  checkBatch(input.logEvents);
  const { now } = context;
  const { accepted, rejected } = sift(input.logEvents, retentionStart(group, now), now);
  const changes = await appendEvents(stream, withIds(accepted, context), context);
  if (changes.length > 0) await context.commit(changes);
  return {
    nextSequenceToken: sequenceToken(now),
    ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
  };
}

/** What the model says of single events. */
function checkEvents(events: readonly InputLogEvent[]): void {
  const sentences = events.flatMap(({ timestamp, message }, index) => {
    const place = `logEvents.${index + 1}.member`;
    const failed = (value: string, member: string, least: string): string =>
      `Value '${value}' at '${place}.${member}' failed to satisfy constraint: Member must have ` +
      `${least}`;
    return [
      ...(timestamp < 0
        ? [failed(String(timestamp), 'timestamp', 'value greater than or equal to 0')]
        : []),
      ...(message === '' ? [failed('', 'message', 'length greater than or equal to 1')] : []),
    ];
  });
  if (sentences.length === 0) return;
  const noun = sentences.length === 1 ? 'error' : 'errors';
  throw invalidParameter(
    `${sentences.length} validation ${noun} detected: ${sentences.join('; ')}`,
  );
}

function checkBatch(events: readonly InputLogEvent[]): void {
  checkEvents(events);
  let last = 0;
  let bytes = 0;
  for (const { timestamp, message } of events) {
    if (timestamp < last) {
      throw invalidParameter(
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    last = timestamp;
    bytes += eventBytes(message);
  }
  if (bytes > batchBytesMax) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytesMax}`);
  }
  if (last - (events[0]?.timestamp ?? last) > batchSpanMilliseconds) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}

/** Events too old, expired or too new are left out and told by their indexes. */
function sift(
  events: readonly InputLogEvent[],
  retained: number,
  now: number,
): {
  readonly accepted: readonly InputLogEvent[];
  readonly rejected: RejectedLogEventsInfo | undefined;
} {
  const tooOld = events.filter(({ timestamp }) => timestamp < now - pastMilliseconds).length;
  const expired = events.filter(({ timestamp }) => timestamp < retained).length;
  const newAt = events.findIndex(({ timestamp }) => timestamp > now + futureMilliseconds);
  const accepted = events.slice(Math.max(tooOld, expired), newAt === -1 ? events.length : newAt);
  if (accepted.length === events.length) return { accepted, rejected: undefined };
  return {
    accepted,
    rejected: {
      tooNewLogEventStartIndex: newAt === -1 ? undefined : newAt,
      tooOldLogEventEndIndex: tooOld === 0 ? undefined : tooOld,
      expiredLogEventEndIndex: expired === 0 ? undefined : expired,
    },
  };
}

/** Time, time of arrival, batch, place in the batch: 56 digits that sort in this order. */
function withIds(
  events: readonly InputLogEvent[],
  { runtime, now }: OperationContext,
): readonly LogEvent[] {
  const [a = 0, b = 0, c = 0, d = 0] = runtime.platform.random.bytes(4);
  const batch = pad(a * 16_777_216 + b * 65_536 + c * 256 + d, 10);
  return events.map(({ timestamp, message }, index) => ({
    timestamp,
    ingestionTime: now,
    message,
    eventId: `${pad(timestamp)}${pad(now)}${batch}${pad(index, 16)}`,
  }));
}
