/**
 * Filters of secrets: prefixes of names, descriptions, tags and the like.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
import type { Filter } from '@sekisho/catalog/types/secretsmanager';
import type { DemandContext } from '../service.ts';
import type { SecretRecord } from './entities.ts';

/** Every filter must match; of a filter's values one. */
export function matchesFilters(
  record: SecretRecord,
  filters: readonly Filter[],
  { region }: DemandContext,
): boolean {
  return filters.every(({ Key: key, Values: values = [] }) => {
    const own = textsOf(record, key ?? '', region);
    return values.some((value) => {
      const negated = value.startsWith('!');
      const wanted = negated ? value.slice(1) : value;
      const isThere = own.some((text) => startsWith(text, wanted, key === 'all'));
      return isThere !== negated;
    });
  });
}

function textsOf(record: SecretRecord, key: string, region: string): readonly string[] {
  const { name, description, tags } = record;
  const tagKeys = tags.map(([tag]) => tag);
  const tagValues = tags.map(([, value]) => value);
  switch (key) {
    case 'name':
      return [name];
    case 'description':
      return description === undefined ? [] : [description];
    case 'tag-key':
      return tagKeys;
    case 'tag-value':
      return tagValues;
    case 'primary-region':
      return [region];
    case 'all':
      // Filtering over everything breaks texts into words.
      return [name, description ?? '', ...tagKeys, ...tagValues]
        .flatMap((text) => text.split(/[^A-Za-z0-9]+/))
        .filter((word) => word !== '');
    default:
      return [];
  }
}

/** Prefixes; `all` disregards case, for texts and not for decisions. */
function startsWith(text: string, wanted: string, ignoreCase: boolean): boolean {
  if (!ignoreCase) return text.startsWith(wanted);
  const words = wanted.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.some((word) => text.toLowerCase().startsWith(word.toLowerCase()));
}
