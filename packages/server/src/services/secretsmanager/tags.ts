/** Tags of a secret: reserved keys, duplicates, totals. */
import type { Tag } from '@sekisho/catalog/types/secretsmanager';
import { foldCase, type TagList } from '../../directory/records.ts';
import { invalidParameter, limitExceeded } from './errors.ts';
import { tagsPerSecretMax } from './limits.ts';

// Unverified: the texts.
/** The tags after the given ones were set. Throws InvalidParameterException. */
export function withTags(existing: TagList, added: readonly Tag[]): TagList {
  const tags = new Map(existing);
  for (const { Key: key, Value: value } of added) {
    if (key === undefined || key === '' || key.length > 128 || (value ?? '').length > 256) {
      throw invalidParameter('Tag keys have 1 to 128 characters and values 256 at most.');
    }
    if (foldCase(key).startsWith('aws:')) {
      throw invalidParameter('Tag keys beginning with aws: are reserved for system use.');
    }
    tags.set(key, value ?? '');
  }
  if (tags.size > tagsPerSecretMax) {
    throw limitExceeded(`A secret can have ${tagsPerSecretMax} tags at most.`);
  }
  return [...tags];
}
