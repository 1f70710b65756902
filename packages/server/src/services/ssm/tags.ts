/** Tags of a parameter: reserved keys, totals. */
import type { Tag } from '@sekisho/catalog/types/ssm';
import { foldCase, type TagList } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { invalid } from './errors.ts';
import { tagsPerParameterMax } from './limits.ts';

/** The tags after the given ones were set. Throws ValidationException, TooManyTagsError. */
export function withTags(existing: TagList, added: readonly Tag[]): TagList {
  const tags = new Map(existing);
  for (const { Key, Value } of added) {
    if (foldCase(Key).startsWith('aws:')) {
      // Unverified: the text.
      throw invalid('Tag keys beginning with aws: are reserved for system use.');
    }
    tags.set(Key, Value);
  }
  if (tags.size > tagsPerParameterMax) throw new ServiceError('TooManyTagsError', '', 400);
  return [...tags];
}
