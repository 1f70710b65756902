/** Members of shapes and their values, as every codec looks at them. */
import assert from 'node:assert';
import type { ListShape, MapShape, Member, StructureShape } from '@sekisho/catalog';

/** A member of an output object; absent is undefined or null. */
export function outputMember(output: unknown, name: string): unknown {
  assert(typeof output === 'object' && output !== null, 'an output structure is an object');
  const value: unknown = Reflect.get(output, name);
  return value === null ? undefined : value;
}

type ScalarMember = Member & {
  readonly shape: Exclude<Member['shape'], StructureShape | ListShape | MapShape>;
};

/** Whether the member's shape has no parts. */
export function isScalar(member: Member): member is ScalarMember {
  const kind = member.shape.kind;
  return kind !== 'structure' && kind !== 'list' && kind !== 'map';
}
