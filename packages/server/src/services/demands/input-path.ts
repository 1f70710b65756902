/** Reads members of a modelled input by the path notation of the facts (`A.B[].C`). */

const pathForm = /^[A-Za-z]\w*(?:\[\])?(?:\.[A-Za-z]\w*(?:\[\])?)*$/;

export function isInputPath(text: string): boolean {
  return pathForm.test(text);
}

/**
 * Every value at the path, in order, as text. `[]` and lists give one value per element; absent
 * members and empty lists give none.
 */
export function readInputPath(input: unknown, path: string): readonly string[] {
  return membersAt(input, path).flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
    return [];
  });
}

/** Whether the path leads to anything: a structure or value, or a list that is not empty. */
export function hasInputPath(input: unknown, path: string): boolean {
  return membersAt(input, path).length > 0;
}

function membersAt(input: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [input];
  for (const step of path.split('.')) {
    const name = step.endsWith('[]') ? step.slice(0, -2) : step;
    values = values.flatMap((value) => elementsOf(memberOf(value, name)));
  }
  return values;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function elementsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
