/** Tags of a key: reserved keys, duplicates, totals. */
import type { Tag } from '@sekisho/catalog/types/kms';
import { foldCase, type TagList } from '../../directory/records.ts';
import { tagFault } from './errors.ts';
import { tagsPerKeyMax } from './limits.ts';

/** The tags after the given ones were set. Throws TagException. */
export function withTags(existing: TagList, added: readonly Tag[]): TagList {
  const keys = added.map(({ TagKey }) => TagKey);
  if (keys.some((key) => foldCase(key).startsWith('aws:'))) {
    throw tagFault('Tags beginning with aws: are reserved');
  }
  if (new Set(keys).size < keys.length) throw tagFault('Duplicate tag keys');
  const tags = new Map(existing);
  for (const { TagKey, TagValue } of added) tags.set(TagKey, TagValue);
  if (tags.size > tagsPerKeyMax) throw tagFault('Too many tags');
  return [...tags];
}
