/** CloudWatch Logs' records: a log group, its streams, and their events in chunks. */
import type { TagList } from '../../directory/records.ts';

/** `logs/<account>/<region>/group/<name>`. Times are milliseconds since 1970. */
export interface LogGroupRecord {
  readonly name: string;
  /** Names its streams and events in the store; a group of the same name made later has another. */
  readonly id: string;
  readonly createdAt: number;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  readonly logGroupClass: string;
  readonly tags: TagList;
}

/** `logs/<account>/<region>/stream/<group id>/<name>`. */
export interface LogStreamRecord {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  readonly firstEventAt?: number;
  readonly lastEventAt?: number;
  readonly lastIngestedAt?: number;
  readonly storedBytes: number;
  /** The chunk that the next events may join. */
  readonly lastChunk?: { readonly key: string; readonly bytes: number; readonly lastAt: number };
}

/** `cwl/<account>/<region>/<group id>/<stream id>/<first event>-<chunk>`, not in the replica. */
export interface ChunkRecord {
  readonly bytes: number;
  readonly events: readonly LogEvent[];
}

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** 56 digits whose order is that of the events. */
  readonly eventId: string;
}
