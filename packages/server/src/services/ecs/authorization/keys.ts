/** Condition keys of ECS's demands: present ones only, tags of requests and of resources. */
import type { Tag } from '@sekisho/catalog/types/ecs';
import type { ContextValue } from '@sekisho/policy';

/** Keys of one demand. */
export type Keys = readonly (readonly [key: string, value: ContextValue])[];

/** Keys with a value; an empty list is no value. */
export function keys(
  ...pairs: readonly (readonly [string, ContextValue | boolean | number | undefined])[]
): Keys {
  return pairs.flatMap(([key, value]): Keys => {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [[key, typeof value === 'object' ? value : String(value)]];
  });
}

/** `aws:RequestTag/*` and `aws:TagKeys`: absent when the request has no tags. */
export function requestTagKeys(tags: readonly Tag[] = []): Keys {
  const named = tags.filter(({ key }) => key !== undefined && key !== '');
  if (named.length === 0) return [];
  return [
    ...named.map(({ key, value }) => [`aws:RequestTag/${key}`, value ?? ''] as const),
    ...tagNameKeys(named.map(({ key }) => key ?? '')),
  ];
}

/** `aws:TagKeys` alone. */
export function tagNameKeys(names: readonly string[]): Keys {
  return keys(['aws:TagKeys', [...new Set(names)]]);
}

/** `aws:ResourceTag/*` and `ecs:ResourceTag/*`. */
export function resourceTagKeys(tags: readonly Tag[] = []): Keys {
  return tags.flatMap(({ key, value = '' }): Keys => {
    if (key === undefined) return [];
    return [
      [`aws:ResourceTag/${key}`, value],
      [`ecs:ResourceTag/${key}`, value],
    ];
  });
}
