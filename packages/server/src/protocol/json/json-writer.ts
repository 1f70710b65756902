/** Writes typed output as JSON text: the response codec of the JSON protocols. */
import assert from 'node:assert';
import type { Member, ScalarShape, Shape, StructureShape, Traits } from '@sekisho/catalog';
import { encodeBase64 } from '../base64.ts';
import { outputMember } from '../member.ts';
import { formatTimestamp } from '../timestamp.ts';

/** The name of a member on the wire. */
export type MemberName = (member: Member) => string;

/** Writes a structure; members that are absent are left out. */
export function writeJsonStructure(
  shape: StructureShape,
  output: unknown,
  nameOf: MemberName,
  isBound?: (member: Member) => boolean,
): string {
  const fields = jsonFields(shape, output, nameOf, isBound);
  return `{${fields.join(',')}}`;
}

/** The fields of a structure as `"name":value`. */
export function jsonFields(
  shape: StructureShape,
  output: unknown,
  nameOf: MemberName,
  isBound?: (member: Member) => boolean,
): string[] {
  const fields: string[] = [];
  for (const member of shape.members) {
    if (isBound !== undefined && !isBound(member)) continue;
    const value = outputMember(output, member.name);
    if (value === undefined) continue;
    const text = writeJson(member.shape, member.traits, value, nameOf);
    fields.push(`${JSON.stringify(nameOf(member))}:${text}`);
  }
  return fields;
}

/** Writes a value as the shape. */
export function writeJson(
  shape: Shape,
  traits: Traits,
  value: unknown,
  nameOf: MemberName,
): string {
  if (value === null || value === undefined) return 'null';
  switch (shape.kind) {
    case 'structure':
      return writeJsonStructure(shape, value, nameOf);
    case 'list': {
      assert(Array.isArray(value), `${shape.name} is a list`);
      const { member } = shape;
      const elements = value.map((each) => writeJson(member.shape, member.traits, each, nameOf));
      return `[${elements.join(',')}]`;
    }
    case 'map': {
      assert(typeof value === 'object', `${shape.name} is a map`);
      const entries: [unknown, unknown][] = [
        ...(value instanceof Map ? value : Object.entries(value)),
      ];
      const fields = entries
        .filter(([, each]) => shape.sparse === true || (each !== null && each !== undefined))
        .map(([key, each]) => {
          const text = writeJson(shape.value.shape, shape.value.traits, each, nameOf);
          return `${JSON.stringify(String(key))}:${text}`;
        });
      return `{${fields.join(',')}}`;
    }
    default:
      return writeScalarJson(shape, traits, value);
  }
}

function writeScalarJson(shape: ScalarShape, traits: Traits, value: unknown): string {
  if (value instanceof Date) {
    const format = traits.timestampFormat ?? shape.timestampFormat ?? 'epoch-seconds';
    const text = formatTimestamp(value, format);
    return format === 'epoch-seconds' ? text : `"${text}"`;
  }
  if (value instanceof Uint8Array) return `"${encodeBase64(value)}"`;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  const text: string | undefined = JSON.stringify(value);
  assert(text !== undefined, `no ${shape.kind}`);
  return text;
}
