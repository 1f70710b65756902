/** The rules of tags that follow authorization: reserved keys, duplicates, totals, order. */
import type { Tag } from '@sekisho/catalog/types/iam';
import { foldCase, type TagList } from '../../directory/records.ts';
import { invalidInput, limitExceeded, validationError } from './errors.ts';
import { tagsMax } from './limits.ts';

/** Users and roles compare tag keys without regard to case, everything else exactly. */
export type TagKeyComparison = 'ignore-case' | 'exact';

/** The tags of a create request in its order. Throws InvalidInput and ValidationError. */
export function readTags(tags: readonly Tag[] | undefined, comparison: TagKeyComparison): TagList {
  const read: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  for (const { Key, Value } of tags ?? []) {
    if (foldCase(Key).startsWith('aws:')) {
      throw invalidInput('Tag keys beginning with aws: are reserved for system use.');
    }
    read.push([Key, Value]);
  }
  checkKeysAreNotBlank(read);
  for (const [key] of read) {
    const compared = comparable(key, comparison);
    if (seen.has(compared)) throw invalidInput(duplicateText[comparison]);
    seen.add(compared);
  }
  return read;
}

/** Unverified: the text; that it is a ValidationError is known. */
function checkKeysAreNotBlank(tags: TagList): void {
  const index = tags.findIndex(([key]) => /^\p{Z}+$/u.test(key));
  if (index === -1) return;
  throw validationError(
    `1 validation error detected: Value at 'tags.${index + 1}.member.key' failed to satisfy ` +
      'constraint: Member must satisfy regular expression pattern: ' +
      '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
  );
}

const duplicateText: Readonly<Record<TagKeyComparison, string>> = {
  'ignore-case': 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  exact: 'Duplicate tag keys found.',
};

/** Existing tags with the given ones set. Throws LimitExceeded beyond 50. */
export function mergeTags(
  existing: TagList,
  added: TagList,
  comparison: TagKeyComparison,
): TagList {
  const merged = new Map(existing.map((tag) => [comparable(tag[0], comparison), tag]));
  for (const tag of added) merged.set(comparable(tag[0], comparison), tag);
  if (merged.size > tagsMax) {
    throw limitExceeded('The number of tags has reached the maximum limit.');
  }
  return [...merged.values()];
}

/** Existing tags without those keys; absent keys are no error. */
export function withoutTags(
  existing: TagList,
  keys: readonly string[],
  comparison: TagKeyComparison,
): TagList {
  const removed = new Set(keys.map((key) => comparable(key, comparison)));
  return existing.filter(([key]) => !removed.has(comparable(key, comparison)));
}

/** In the order of the request: what Create… echoes. */
export function toTags(tags: TagList): Tag[] {
  return tags.map(([Key, Value]) => ({ Key, Value }));
}

/** By length of the key, then by the key: how Get… and List…Tags were seen to answer. */
export function toSortedTags(tags: TagList): Tag[] {
  return toTags([...tags].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)));
}

function comparable(key: string, comparison: TagKeyComparison): string {
  return comparison === 'ignore-case' ? foldCase(key) : key;
}
