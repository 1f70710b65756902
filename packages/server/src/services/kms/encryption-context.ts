/**
 * Encryption contexts: additional authenticated data of a ciphertext.
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
import type { ContextValue } from '@sekisho/policy';
import type { ContextPair } from './entities.ts';

export type TextMap = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** The pairs, in the order of their keys: a context has no order of its own. */
export function contextPairs(map: TextMap | undefined): readonly ContextPair[] {
  if (map === undefined) return [];
  const pairs = isMap(map) ? [...map] : Object.entries(map);
  return pairs.sort(([one], [other]) => (one < other ? -1 : 1));
}

function isMap(map: TextMap): map is ReadonlyMap<string, string> {
  return map instanceof Map;
}

/** `kms:EncryptionContext:KEY` and `kms:EncryptionContextKeys`; none for an empty context. */
export function contextKeys(
  pairs: readonly ContextPair[],
): readonly (readonly [string, ContextValue])[] {
  if (pairs.length === 0) return [];
  return [
    ...pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value] as const),
    ['kms:EncryptionContextKeys', pairs.map(([key]) => key)],
  ];
}

/** Whether every pair of the one stands in the other. */
export function isSubset(part: readonly ContextPair[], whole: readonly ContextPair[]): boolean {
  const values = new Map(whole);
  return part.every(([key, value]) => values.get(key) === value);
}

export function isEqual(one: readonly ContextPair[], other: readonly ContextPair[]): boolean {
  return one.length === other.length && isSubset(one, other);
}
