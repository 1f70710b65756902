/** Tags of a repository: reserved keys, lengths, totals. */
import type { Tag } from '@sekisho/catalog/types/ecr';
import { foldCase, type TagList } from '../../directory/records.ts';
import { invalidTagParameter, tooManyTags } from './errors.ts';
import { tagsPerRepositoryMax } from './limits.ts';

/** The tags after the given ones were set. Throws InvalidTagParameter-, TooManyTagsException. */
export function withTags(existing: TagList, added: readonly Tag[]): TagList {
  const tags = new Map(existing);
  for (const { Key: key, Value: value } of added) {
    // Unverified: the texts.
    if (key === '' || key.length > 128 || value.length > 256) {
      throw invalidTagParameter('Tag keys have 1 to 128 characters and values 256 at most.');
    }
    if (foldCase(key).startsWith('aws:')) {
      throw invalidTagParameter('Tag keys beginning with aws: are reserved for system use.');
    }
    tags.set(key, value);
  }
  if (tags.size > tagsPerRepositoryMax) throw tooManyTags();
  return [...tags];
}
