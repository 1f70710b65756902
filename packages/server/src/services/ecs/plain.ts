/** Request values as they are stored: plain JSON, without absent members. */

/**
 * A copy without members that are undefined; maps become objects with own properties. Only what the
 * protocol layer parsed comes in: objects of modelled members, lists, maps of texts, scalars.
 */
export function plainCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  // fromEntries defines own properties, whatever the names are.
  return Object.fromEntries(
    entries.filter(([, member]) => member !== undefined).map(([name, each]) => [name, copy(each)]),
  );
}

/** Pairs of a map in either form of the wire. */
export function mapEntries(
  map: ReadonlyMap<string, string> | Readonly<Record<string, string>> | undefined,
): readonly (readonly [string, string])[] {
  if (map === undefined) return [];
  return map instanceof Map ? [...map] : Object.entries(map);
}

/** Whether two stored values are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(copy(one))) === JSON.stringify(sorted(copy(other)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}
