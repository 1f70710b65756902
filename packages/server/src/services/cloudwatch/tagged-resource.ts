/** The alarm or dashboard that an ARN names, as far as its tags go. */
import type { TagList } from '../../directory/records.ts';
import type { Change } from '../../store/store.ts';
import type { DemandContext } from '../service.ts';
import { AlarmStore, dashboardsOf } from './alarm-store.ts';
import { readArn } from './arn.ts';
import { resourceOfTagsNotFound } from './errors.ts';

/** Tags, and the change that writes others. */
export interface TaggedResource {
  readonly tags: TagList;
  readonly write: (tags: TagList) => Change;
}

/** undefined when the caller's account has none of that ARN in the region of the request. */
export function findTagged(arn: string, context: DemandContext): TaggedResource | undefined {
  const named = readArn(arn);
  if (named === undefined || named.account !== context.account) return undefined;
  if (named.kind === 'dashboard') {
    const dashboards = dashboardsOf(context);
    const held = named.region === '' ? dashboards.find(named.name) : undefined;
    if (held === undefined) return undefined;
    const { record } = held;
    return { tags: record.tags, write: (tags) => dashboards.replace(held, { ...record, tags }) };
  }
  const { alarms } = AlarmStore.of(context);
  const held = named.region === context.region ? alarms.find(named.name) : undefined;
  if (held === undefined) return undefined;
  const { record } = held;
  return { tags: record.tags, write: (tags) => alarms.replace(held, { ...record, tags }) };
}

/** Throws ResourceNotFoundException. */
export function taggedResource(arn: string, context: DemandContext): TaggedResource {
  const found = findTagged(arn, context);
  if (found === undefined) throw resourceOfTagsNotFound(arn);
  return found;
}
