/**
 * Filters of parameters.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
import type { ParameterStringFilter, ParametersFilter } from '@sekisho/catalog/types/ssm';
import type { ParameterRecord } from './entities.ts';
import { invalidFilterKey, invalidFilterOption, invalidFilterValue } from './errors.ts';
import { latest } from './parameter-store.ts';

const describeKeys = ['Path', 'Name', 'Tier', 'Type', 'KeyId', 'DataType'];
const pathKeys = ['Type', 'KeyId', 'Label'];

/** Checks the filters of DescribeParameters. Throws InvalidFilterKey, …Option, …Value. */
export function checkDescribeFilters(filters: readonly ParameterStringFilter[]): void {
  const seen = new Set<string>();
  for (const { Key: key, Option: option, Values: values } of filters) {
    const known = describeKeys.includes(key) || key.startsWith('tag:');
    if (!known) throw unknownKey(key, [...describeKeys, 'tag:.+']);
    if (seen.has(key)) {
      throw invalidFilterKey(
        'The following filter is duplicated in the request: ' +
          `${key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(key);
    checkOption(key, option);
    if (!key.startsWith('tag:') && !values?.length) {
      throw invalidFilterValue(
        `The following filter values are missing : null for filter key ${key}`,
      );
    }
  }
}

function unknownKey(key: string, known: readonly string[]): Error {
  return invalidFilterKey(
    `The following filter key is not valid: ${key}. Valid filter keys include: ` +
      `[${known.join(', ')}].`,
  );
}

function checkOption(key: string, option: string | undefined): void {
  const options = optionsOf(key);
  if (option === undefined || options.includes(option)) return;
  throw invalidFilterOption(
    `The following filter option is not valid: ${option}. Valid options include: ` +
      `[${options.join(', ')}].`,
  );
}

function optionsOf(key: string): readonly string[] {
  if (key === 'Path') return ['Recursive', 'OneLevel'];
  if (key === 'Name') return ['BeginsWith', 'Equals', 'Contains'];
  if (key === 'DataType' || key === 'Tier') return ['Equals', 'BeginsWith'];
  return ['BeginsWith', 'Equals'];
}

/** Checks the filters of GetParametersByPath. */
export function checkPathFilters(filters: readonly ParameterStringFilter[]): void {
  for (const { Key: key, Option: option } of filters) {
    if (!pathKeys.includes(key)) throw unknownKey(key, pathKeys);
    checkOption(key, option);
  }
}

/** Whether a parameter passes every filter. */
export function matchesFilters(
  record: ParameterRecord,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every(({ Key: key, Option: option, Values: values = [] }) => {
    if (key === 'Path') return values.some((path) => isBelow(record.name, path, option));
    const own = textsOf(record, key);
    if (values.length === 0) return own.length > 0;
    return own.some((text) => values.some((value) => matches(text, value, option)));
  });
}

function textsOf(record: ParameterRecord, key: string): readonly string[] {
  const { type, tier, keyId, dataType } = latest(record);
  switch (key) {
    case 'Name':
      return [record.name];
    case 'Type':
      return [type];
    case 'Tier':
      return [tier];
    case 'KeyId':
      return keyId === undefined ? [] : [keyId];
    case 'DataType':
      return [dataType];
    case 'Label':
      return record.versions.flatMap(({ labels }) => labels);
    default:
      return record.tags.flatMap(([tag, value]) => (key === `tag:${tag}` ? [value] : []));
  }
}

function matches(text: string, value: string, option = 'Equals'): boolean {
  if (option === 'BeginsWith') return text.startsWith(value);
  return option === 'Contains' ? text.includes(value) : text === value;
}

/** Whether the name lies below the path, at any depth when recursive, else directly. */
export function isBelow(name: string, path: string, option = 'OneLevel'): boolean {
  const start = path.endsWith('/') ? path : `${path}/`;
  const rest = name.startsWith(start) ? name.slice(start.length) : undefined;
  // Names without a slash lie on the first level.
  const own = rest ?? (start === '/' ? name : undefined);
  return own !== undefined && (option === 'Recursive' || !own.includes('/'));
}

/** The older form of filters: names begin with the value, the rest equals. */
export function fromOldFilters(
  filters: readonly ParametersFilter[],
): readonly ParameterStringFilter[] {
  return filters.map(({ Key, Values }) => ({
    Key,
    Values,
    Option: Key === 'Name' ? 'BeginsWith' : 'Equals',
  }));
}
