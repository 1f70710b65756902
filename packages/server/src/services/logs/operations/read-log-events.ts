/** GetLogEvents and FilterLogEvents. */
import type {
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
} from '@sekisho/catalog/types/logs';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { LogEvent } from '../entities.ts';
import { invalidNextToken, invalidParameter } from '../errors.ts';
import { eventBytes, readEvents } from '../events.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { batchBytesMax, eventsPerPageMax } from '../limits.ts';
import { type FoundGroup, type FoundStream, requireGroup, requireStream } from '../log-store.ts';

const beginning = '0'.repeat(56);
const tokenForm = /^([fb])\/(\d{56})\/s$/;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export async function getLogEvents(
  input: GetLogEventsRequest,
  context: OperationContext,
): Promise<GetLogEventsResponse> {
  const stream = requireStream(requireGroup(input, context), input.logStreamName);
  const [token, direction, position = ''] = tokenForm.exec(input.nextToken ?? '') ?? [];
  if (input.nextToken !== undefined && token === undefined) throw invalidNextToken();
  const range = { start: input.startTime ?? 0, end: input.endTime ?? Number.MAX_SAFE_INTEGER };
  const all = await readEvents(stream, range, context);
  const limit = input.limit ?? eventsPerPageMax;
  const forward = direction === undefined ? input.startFromHead === true : direction === 'f';
  const left =
    direction === undefined
      ? all
      : all.filter(({ eventId }) => (forward ? eventId > position : eventId < position));
  const events = forward ? firstOf(left, limit) : firstOf(left.toReversed(), limit).toReversed();
  // At either end the token that was sent comes back.
  const none = direction === undefined ? beginning : position;
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => {
      return { timestamp, message, ingestionTime };
    }),
    nextForwardToken: `f/${events.at(-1)?.eventId ?? none}/s`,
    nextBackwardToken: `b/${events[0]?.eventId ?? none}/s`,
  };
}

/** As many as fit the limit and one answer's bytes. */
function firstOf(events: readonly LogEvent[], limit: number): readonly LogEvent[] {
  let bytes = 0;
  const page: LogEvent[] = [];
  for (const event of events) {
    bytes += eventBytes(event.message);
    if (page.length >= limit || (page.length > 0 && bytes > batchBytesMax)) break;
    page.push(event);
  }
  return page;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export async function filterLogEvents(
  input: FilterLogEventsRequest,
  context: OperationContext,
): Promise<FilterLogEventsResponse> {
  const group = requireGroup(input, context);
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined) {
    // Unverified: the text.
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  const isWanted = parseFilterPattern(input.filterPattern ?? '');
  // The end is part of the range here, other than in GetLogEvents.
  const range = {
    start: input.startTime ?? 0,
    end: (input.endTime ?? Number.MAX_SAFE_INTEGER - 1) + 1,
  };
  const found: (LogEvent & { readonly logStreamName: string })[] = [];
  for (const stream of streamsOf(group, names, prefix)) {
    for (const event of await readEvents(stream, range, context)) {
      if (isWanted(event.message)) found.push({ ...event, logStreamName: stream.name });
    }
  }
  found.sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
  const fromEnd = input.startFromHead === false;
  const { start, end } = range;
  const request = {
    token: input.nextToken,
    itemsMax: input.limit ?? eventsPerPageMax,
    list: [
      'FilterLogEvents',
      group.record.id,
      JSON.stringify([names, prefix, input.filterPattern, start, end, fromEnd]),
    ],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(
    fromEnd ? found.reverse() : found,
    ({ eventId }) => eventId,
    request,
    context,
    fromEnd ? 'descending' : 'ascending',
  );
  return { events: items, searchedLogStreams: [], nextToken };
}

function streamsOf(
  group: FoundGroup,
  names: readonly string[] | undefined,
  prefix = '',
): readonly FoundStream[] {
  if (names !== undefined) return names.map((name) => requireStream(group, name));
  return group.store
    .streams(group.record)
    .all()
    .filter(({ name }) => name.startsWith(prefix))
    .map((stream) => ({ ...stream, group }));
}
