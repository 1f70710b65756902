/**
 * Filters of the Describe operations: names with values, `*` and `?` as wildcards.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
import type { Filter } from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../directory/records.ts';
import { ec2Error, invalidParameterValue } from './errors.ts';
import { filtersPerRequestMax, filterValuesMax } from './limits.ts';

/** What a filter of that name compares its values with. */
export type FilterTable<T> = ReadonlyMap<
  string,
  (item: T) => string | readonly string[] | undefined
>;

/** A table written by hand. */
export function filterTable<T>(
  table: Readonly<Record<string, (item: T) => string | readonly string[] | undefined>>,
): FilterTable<T> {
  return new Map(Object.entries(table));
}

/** The items that match every filter; a filter matches when one of its values does. */
export function applyFilters<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
  tagsOf?: (item: T) => TagList,
): readonly T[] {
  if ((filters?.length ?? 0) > filtersPerRequestMax) {
    throw ec2Error('FilterLimitExceeded', 'The maximum number of filters has been exceeded.');
  }
  let matching = items;
  for (const { Name: name, Values: values } of filters ?? []) {
    if (name === undefined || name === '') {
      throw ec2Error('MissingParameter', 'The filter name must be specified.');
    }
    if (values === undefined || values.length === 0) {
      throw invalidParameterValue(`The filter '${name}' has no values`);
    }
    if (values.length > filterValuesMax) {
      throw ec2Error(
        'FilterLimitExceeded',
        'The maximum number of filter values on a single call is 200',
      );
    }
    const read = reader(name, table, tagsOf);
    matching = matching.filter((item) => {
      const found = read(item);
      const texts = typeof found === 'string' ? [found] : (found ?? []);
      return texts.some((text) => values.some((pattern) => matchesPattern(pattern, text)));
    });
  }
  return matching;
}

function reader<T>(
  name: string,
  table: FilterTable<T>,
  tagsOf: ((item: T) => TagList) | undefined,
): (item: T) => string | readonly string[] | undefined {
  if (tagsOf !== undefined) {
    if (name === 'tag-key') return (item) => tagsOf(item).map(([key]) => key);
    if (name === 'tag-value') return (item) => tagsOf(item).map(([, value]) => value);
    if (name.startsWith('tag:')) {
      const wanted = name.slice('tag:'.length);
      return (item) => tagsOf(item).find(([key]) => key === wanted)?.[1];
    }
  }
  const read = table.get(name);
  if (read === undefined) throw invalidParameterValue(`The filter '${name}' is invalid`);
  return read;
}

/** Whether the text matches; `*` is any text, `?` any character, `\` takes the next literally. */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = patternParts(pattern);
  let at = 0;
  let position = 0;
  let starAt = -1;
  let starPosition = 0;
  while (position < text.length) {
    const part = parts[at];
    if (part === 'star') {
      starAt = at;
      starPosition = position;
      at += 1;
    } else if (part === 'any' || (part !== undefined && part.slice(1) === text[position])) {
      at += 1;
      position += 1;
    } else if (starAt >= 0) {
      starPosition += 1;
      position = starPosition;
      at = starAt + 1;
    } else {
      return false;
    }
  }
  while (parts[at] === 'star') at += 1;
  return at === parts.length;
}

/** `star`, `any`, or `=` and the literal character. */
function patternParts(pattern: string): readonly string[] {
  const parts: string[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? '';
    if (character === '*') {
      if (parts.at(-1) !== 'star') parts.push('star');
    } else if (character === '?') {
      parts.push('any');
    } else if (character === '\\' && index + 1 < pattern.length) {
      index += 1;
      parts.push(`=${pattern[index]}`);
    } else {
      parts.push(`=${character}`);
    }
  }
  return parts;
}
