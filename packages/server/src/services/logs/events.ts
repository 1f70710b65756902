/** Events of a stream in the store: chunks appended, read within a time, and dropped. */
import type { Change, Json, Store } from '../../store/store.ts';
import type { DemandContext, OperationContext } from '../service.ts';
import type { ChunkRecord, LogEvent, LogStreamRecord } from './entities.ts';
import { chunkBytesMax, eventOverheadBytes, streamBytesMax } from './limits.ts';
import type { FoundGroup, FoundStream } from './log-store.ts';

const dayMilliseconds = 86_400_000;
const pageMax = 200;

export function eventBytes(message: string): number {
  return Buffer.byteLength(message) + eventOverheadBytes;
}

/** Events older than this are no longer there. */
export function retentionStart({ record }: FoundGroup, now: number): number {
  const { retentionInDays: days } = record;
  return days === undefined ? 0 : now - days * dayMilliseconds;
}

/** The changes that append events, in ascending order, and drop what is too much or too old. */
export async function appendEvents(
  stream: FoundStream,
  events: readonly LogEvent[],
  { runtime, now }: OperationContext,
): Promise<readonly Change[]> {
  const { record, group } = stream;
  const { store } = runtime.state;
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return [];
  const added = events.reduce((sum, { message }) => sum + eventBytes(message), 0);
  const prefix = group.store.eventsPrefix(group.record, record);
  const joined = await joinedChunk(record, first, added, store);
  const key = joined?.key ?? `${prefix}${pad(first.timestamp)}-${first.eventId}`;
  const chunk: ChunkRecord = {
    bytes: (joined?.chunk.bytes ?? 0) + added,
    events: [...(joined?.chunk.events ?? []), ...events],
  };
  const over = record.storedBytes + added - streamBytesMax;
  const start = retentionStart(group, now);
  const isOld = (record.firstEventAt ?? now) < start;
  const dropped = over > 0 || isOld ? await droppedChunks(prefix, key, over, start, store) : none;
  const changed: LogStreamRecord = {
    ...record,
    firstEventAt: Math.max(
      dropped.firstLeftAt ?? 0,
      Math.min(record.firstEventAt ?? first.timestamp, first.timestamp),
    ),
    lastEventAt: Math.max(record.lastEventAt ?? 0, last.timestamp),
    lastIngestedAt: now,
    storedBytes: Math.max(0, record.storedBytes - dropped.bytes) + added,
    lastChunk: { key, bytes: chunk.bytes, lastAt: last.timestamp },
  };
  return [
    group.store.streams(group.record).replace(stream, changed),
    { key, value: chunk as unknown as Json },
    ...dropped.keys.map((old) => ({ key: old, value: undefined })),
  ];
}

/** The last chunk, when the events follow it and both together are small. */
async function joinedChunk(
  { lastChunk }: LogStreamRecord,
  first: LogEvent,
  added: number,
  store: Store,
): Promise<{ readonly key: string; readonly chunk: ChunkRecord } | undefined> {
  if (lastChunk === undefined || lastChunk.bytes + added > chunkBytesMax) return undefined;
  if (first.timestamp < lastChunk.lastAt) return undefined;
  const stored = await store.get(lastChunk.key);
  if (stored === undefined) return undefined;
  return { key: lastChunk.key, chunk: stored.value as unknown as ChunkRecord };
}

interface Dropped {
  readonly keys: readonly string[];
  readonly bytes: number;
  readonly firstLeftAt?: number;
}

const none: Dropped = { keys: [], bytes: 0 };

/** The oldest chunks: as many as make room for `over` bytes, and all that end before `start`. */
async function droppedChunks(
  prefix: string,
  kept: string,
  over: number,
  start: number,
  store: Store,
): Promise<Dropped> {
  const keys: string[] = [];
  let bytes = 0;
  for (const { key, value } of await store.list(prefix, { limit: pageMax })) {
    const chunk = value as unknown as ChunkRecord;
    const isOld = (chunk.events.at(-1)?.timestamp ?? 0) < start;
    if (key === kept || (!isOld && bytes >= over)) {
      const firstLeftAt = chunk.events[0]?.timestamp;
      return { keys, bytes, ...(firstLeftAt === undefined ? {} : { firstLeftAt }) };
    }
    keys.push(key);
    bytes += chunk.bytes;
  }
  return { keys, bytes };
}

/** Which events are read: half-open in time. */
export interface EventRange {
  readonly start: number;
  readonly end: number;
}

/** The events of a stream within a time, in order. */
export async function readEvents(
  { record, group }: FoundStream,
  { start, end }: EventRange,
  { runtime, http }: DemandContext,
): Promise<readonly LogEvent[]> {
  const from = Math.max(start, retentionStart(group, http.receivedAt));
  const prefix = group.store.eventsPrefix(group.record, record);
  const events: LogEvent[] = [];
  for await (const chunk of chunks(prefix, end, runtime.state.store)) {
    for (const event of chunk.events) {
      if (event.timestamp >= from && event.timestamp < end) events.push(event);
    }
  }
  return events.sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
}

async function* chunks(prefix: string, end: number, store: Store): AsyncGenerator<ChunkRecord> {
  let after = prefix;
  for (;;) {
    const page = await store.list(prefix, { after, limit: pageMax });
    for (const { key, value } of page) {
      after = key;
      if (Number(key.slice(prefix.length).split('-', 1)[0]) >= end) return;
      yield value as unknown as ChunkRecord;
    }
    if (page.length < pageMax) return;
  }
}

/** Removes every event below a prefix. */
export async function removeEvents(
  prefix: string,
  { runtime, commit }: OperationContext,
): Promise<void> {
  for (;;) {
    const page = await runtime.state.store.list(prefix, { limit: pageMax });
    if (page.length === 0) return;
    await commit(page.map(({ key }) => ({ key, value: undefined })));
  }
}

/** Fixed width, so that texts sort as the numbers. */
export function pad(value: number, digits = 15): string {
  return String(value).padStart(digits, '0');
}
