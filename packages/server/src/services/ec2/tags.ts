/** Tags of EC2 resources: checked, merged, described, and as condition keys. */
import type { Tag, TagSpecification } from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../directory/records.ts';
import type { ServiceError } from '../../protocol/service-error.ts';
import type { Keys } from './demand.ts';
import { ec2Error, invalidParameterValue } from './errors.ts';
import { tagKeyLengthMax, tagsPerResourceMax, tagValueLengthMax } from './limits.ts';

/** Tags of one request. Texts other than TagLimitExceeded's are unverified. */
export function readTags(tags: readonly Tag[] | undefined): TagList {
  const seen = new Set<string>();
  return (tags ?? []).map(({ Key: key, Value: value = '' }) => {
    if (key === undefined || key === '') {
      throw ec2Error('MissingParameter', 'Tag key cannot be null or empty.');
    }
    checkTag(key, value);
    if (seen.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    seen.add(key);
    return [key, value] as const;
  });
}

function checkTag(key: string, value: string): void {
  if (key.startsWith('aws:')) {
    throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
  }
  if ([...key].length > tagKeyLengthMax) {
    throw invalidParameterValue(`Tag key exceeds the maximum length of ${tagKeyLengthMax}`);
  }
  if ([...value].length > tagValueLengthMax) {
    throw invalidParameterValue(`Tag value exceeds the maximum length of ${tagValueLengthMax}`);
  }
}

/** Tags by the type of resource that they are for. */
export function readTagSpecifications(
  specifications: readonly TagSpecification[] | undefined,
  types: readonly string[],
): ReadonlyMap<string, TagList> {
  const found = new Map<string, TagList>();
  for (const { ResourceType: type, Tags: tags } of specifications ?? []) {
    if (type === undefined) {
      throw ec2Error('MissingParameter', 'Tag specification resource type must have a value');
    }
    if (!types.includes(type)) {
      throw invalidParameterValue(
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (found.has(type)) {
      throw invalidParameterValue(`The resource type '${type}' is given more than once.`);
    }
    const read = readTags(tags);
    if (read.length === 0) {
      throw invalidParameterValue('Tag specification must have at least one tag');
    }
    found.set(type, read);
  }
  return found;
}

/** The tags with others written over them, in the order of first writing. */
export function mergeTags(old: TagList, added: TagList): TagList {
  const merged = new Map(old);
  for (const [key, value] of added) merged.set(key, value);
  if (merged.size > tagsPerResourceMax) throw tagLimitExceeded();
  return [...merged];
}

function tagLimitExceeded(): ServiceError {
  return ec2Error(
    'TagLimitExceeded',
    'The maximum number of Tags for a resource has been reached.',
  );
}

/** Instance tags that the metadata service can show as path segments. */
export function checkMetadataTags(tags: TagList): void {
  for (const [key] of tags) {
    if (/[/\s]/.test(key) || key === '.' || key === '..' || key === '_index') {
      // Unverified: the text; the rule is the user guide's.
      throw invalidParameterValue(
        `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
      );
    }
  }
}

export function describeTags(tags: TagList): readonly Tag[] {
  return tags.map(([key, value]) => ({ Key: key, Value: value }));
}

/** `aws:RequestTag/*` and `aws:TagKeys`; none when the request has no tags. */
export function requestTagKeys(tags: TagList): Keys {
  if (tags.length === 0) return [];
  return [
    ...tags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:TagKeys', tags.map(([key]) => key)],
  ];
}

/** `aws:ResourceTag/*` and `ec2:ResourceTag/*`. */
export function resourceTagKeys(tags: TagList): Keys {
  return tags.flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value] as const,
    [`ec2:ResourceTag/${key}`, value] as const,
  ]);
}
