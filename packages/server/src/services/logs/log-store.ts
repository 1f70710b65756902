/** Log groups and streams in the store. */

import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type { LogGroupRecord, LogStreamRecord } from './entities.ts';
import { groupNotFound, invalidParameter, streamNotFound } from './errors.ts';
import { groupName } from './log-arn.ts';

/** The log groups of an account in a region. */
export class LogStore {
  readonly groups: RecordFolder<LogGroupRecord>;
  readonly #context: DemandContext;
  readonly #place: string;

  constructor(context: DemandContext) {
    this.#context = context;
    this.#place = `${context.account}/${context.region}/`;
    this.groups = new RecordFolder(context.runtime.state, `logs/${this.#place}group/`);
  }

  streams({ id }: LogGroupRecord): RecordFolder<LogStreamRecord> {
    return new RecordFolder(this.#context.runtime.state, `logs/${this.#place}stream/${id}/`);
  }

  /** Where the events of a stream lie, or of all streams of the group. */
  eventsPrefix(group: LogGroupRecord, stream?: LogStreamRecord): string {
    return `cwl/${this.#place}${group.id}/${stream === undefined ? '' : `${stream.id}/`}`;
  }
}

export interface FoundGroup extends Held<LogGroupRecord> {
  readonly store: LogStore;
}

export interface FoundStream extends Held<LogStreamRecord> {
  readonly group: FoundGroup;
}

export function findGroup(
  identifier: string | undefined,
  context: DemandContext,
): FoundGroup | undefined {
  const name = identifier === undefined ? undefined : groupName(identifier, context);
  if (name === undefined) return undefined;
  const store = new LogStore(context);
  const held = store.groups.find(name);
  return held === undefined ? undefined : { ...held, store };
}

/** How operations name a group. */
export interface GroupChoice {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** Throws InvalidParameterException, ResourceNotFoundException. */
export function requireGroup(input: GroupChoice, context: DemandContext): FoundGroup {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined)) {
    // Unverified: the text.
    throw invalidParameter('Specify either logGroupName or logGroupIdentifier, but not both.');
  }
  const found = findGroup(name ?? identifier, context);
  if (found === undefined) throw groupNotFound();
  return found;
}

/** Throws ResourceNotFoundException. */
export function requireStream(group: FoundGroup, name: string): FoundStream {
  const held = group.store.streams(group.record).find(name);
  if (held === undefined) throw streamNotFound();
  return { ...held, group };
}
