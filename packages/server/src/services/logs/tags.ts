/** Tags of a log group: a map on the wire. */
import { foldCase, type TagList } from '../../directory/records.ts';
import { invalidParameter } from './errors.ts';
import { tagsPerGroupMax } from './limits.ts';

type TextMap = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

export function entriesOf(map: TextMap | undefined): TagList {
  if (map === undefined) return [];
  return isMap(map) ? [...map] : Object.entries(map);
}

function isMap(map: TextMap): map is ReadonlyMap<string, string> {
  return map instanceof Map;
}

// Unverified: the texts.
/** The tags after the given ones were set. Throws InvalidParameterException. */
export function withTags(existing: TagList, added: TagList): TagList {
  const tags = new Map([...existing, ...added]);
  if (added.some(([key]) => foldCase(key).startsWith('aws:'))) {
    throw invalidParameter('Tag keys beginning with aws: are reserved for system use.');
  }
  if (tags.size > tagsPerGroupMax) {
    throw invalidParameter(`A log group can have ${tagsPerGroupMax} tags at most.`);
  }
  return [...tags];
}
