/** What the tests of this room share: hand-made shapes and requests. */
import type { Constraints, Member, Shape, StructureShape, Traits } from '@sekisho/catalog';
import { parseFormText } from './form.ts';
import type { QueryParameter } from './http.ts';
import { ServiceError } from './service-error.ts';

/** A text shape. */
export function text(constraints?: Constraints): Shape {
  return constraints === undefined
    ? { kind: 'string', name: 'String' }
    : { kind: 'string', name: 'String', constraints };
}

/** A scalar shape. */
export function scalar(
  kind: 'integer' | 'long' | 'boolean' | 'double' | 'timestamp' | 'blob',
): Shape {
  return { kind, name: kind };
}

/** A member. */
export function member(name: string, shape: Shape, traits: Traits = {}, required = false): Member {
  return { name, shape, required, traits };
}

/** A list shape. */
export function list(element: Shape, constraints?: Constraints, traits: Traits = {}): Shape {
  const shape = { kind: 'list', name: 'List', member: member('member', element, traits) } as const;
  return constraints === undefined ? shape : { ...shape, constraints };
}

/** A map shape from texts to texts. */
export function map(): Shape {
  return { kind: 'map', name: 'Map', key: member('key', text()), value: member('value', text()) };
}

/** A structure shape. */
export function structure(
  name: string,
  members: readonly Member[],
  traits: Traits = {},
): StructureShape {
  return {
    kind: 'structure',
    name,
    members,
    member: (wanted) => members.find((each) => each.name === wanted),
    traits,
  };
}

/** The query of a request as the listener parses it. */
export function parseQuery(query: string): QueryParameter[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [rawName = '', rawValue = ''] = part.split('=');
      const [{ name, value } = { name: '', value: '' }] = parseFormText(part);
      return { rawName, rawValue, name, value };
    });
}

/** The error that a call throws. */
export function thrownBy(call: () => unknown): ServiceError {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
