/** Tags of alarms and dashboards. Texts are unverified. */
import type { Tag } from '@sekisho/catalog/types/cloudwatch';
import { foldCase, type TagList } from '../../directory/records.ts';
import { invalidParameterValue, limitExceeded } from './errors.ts';
import { tagsPerResourceMax } from './limits.ts';

/** Tags of a request, the last of each key. */
export function readTags(tags: readonly Tag[] | undefined): TagList {
  return mergeTags(
    [],
    (tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value] as const),
  );
}

export function mergeTags(existing: TagList, added: TagList): TagList {
  const merged = new Map(existing);
  for (const [key, value] of added) {
    if (foldCase(key).startsWith('aws:')) {
      throw invalidParameterValue('Tag keys beginning with aws: are reserved for system use.');
    }
    merged.set(key, value);
  }
  if (merged.size > tagsPerResourceMax) {
    throw limitExceeded(`A resource can have ${tagsPerResourceMax} tags at most.`);
  }
  return [...merged];
}
