/** Context entries: names and values of condition keys as they are collected. */
import type { ContextValue } from '@sekisho/policy';

/** One condition key and its value. */
export type ContextEntry = readonly [key: string, value: ContextValue];

/** Entries whose value is present: a key that does not apply is absent, never empty. */
export function present(
  ...entries: readonly (readonly [key: string, value: ContextValue | undefined])[]
): ContextEntry[] {
  const found: ContextEntry[] = [];
  for (const [key, value] of entries) if (value !== undefined) found.push([key, value]);
  return found;
}

/** ISO 8601 in seconds, as AWS writes dates into the context. */
export function contextDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
