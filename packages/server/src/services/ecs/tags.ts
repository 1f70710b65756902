/** Tags of ECS resources: reserved keys, lengths, totals. */
import type { Tag } from '@sekisho/catalog/types/ecs';
import { foldCase } from '../../directory/records.ts';
import { invalidParameter } from './errors.ts';
import { tagsPerResourceMax } from './limits.ts';

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags after the given ones were set. Throws InvalidParameterException. */
export function withTags(existing: readonly Tag[], added: readonly Tag[] = []): readonly Tag[] {
  const tags = new Map(existing.map(({ key, value }) => [key ?? '', value ?? '']));
  const given = new Set<string>();
  for (const { key = '', value = '' } of added) {
    checkTag(key, value);
    // Unverified: the texts.
    if (given.has(key)) throw invalidParameter(`Duplicate keys found in the tag list: ${key}`);
    given.add(key);
    tags.set(key, value);
  }
  if (tags.size > tagsPerResourceMax) {
    throw invalidParameter(`The maximum number of tags is ${tagsPerResourceMax}.`);
  }
  return [...tags].map(([key, value]) => ({ key, value }));
}

function checkTag(key: string, value: string): void {
  // Unverified: the texts.
  if (key === '' || key.length > 128 || value.length > 256) {
    throw invalidParameter('Tag keys have 1 to 128 characters and values 256 at most.');
  }
  if (!characters.test(key) || !characters.test(value)) {
    // Unverified: all but the first sentence.
    throw invalidParameter(
      'Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, numbers ' +
        'and _ . / = + - : @.',
    );
  }
  if (foldCase(key).startsWith('aws:')) {
    throw invalidParameter('Tag keys beginning with aws: are reserved for system use.');
  }
}

/** The tags without those of the given keys. */
export function withoutTags(existing: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const removed = new Set(keys);
  return existing.filter(({ key }) => !removed.has(key ?? ''));
}
