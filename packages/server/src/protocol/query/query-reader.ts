/** Reads typed input from the parameter tree: the request codec of aws-query and ec2-query. */
import type { ListShape, MapShape, Member, Shape, StructureShape } from '@sekisho/catalog';
import type { Structure } from '../protocol.ts';
import { readScalar, type ScalarFault, UnreadableScalar } from '../scalar.ts';
import { ServiceError } from '../service-error.ts';
import type { ParameterNode } from './parameter-tree.ts';

/** Where aws-query and ec2-query differ when reading. */
export interface QueryDialect {
  /** The name of a structure's member. */
  readonly memberName: (member: Member) => string;
  /** Whether a list or map stands without the `member` or `entry` level. */
  readonly isFlat: (member: Member) => boolean;
}

/** An index may extend a list by at most this many elements. */
const listGapMax = 10;

/** 400 MalformedInput; without a message AWS writes no Message element. */
export function malformedInput(message = ''): ServiceError {
  return new ServiceError('MalformedInput', message, 400);
}

/** Reads a structure. Throws MalformedInput only; unknown parameters are ignored, as on AWS. */
export function readQueryStructure(
  shape: StructureShape,
  node: ParameterNode,
  dialect: QueryDialect,
): Structure {
  const structure: Structure = Object.create(null);
  if (node.children === undefined) return structure;
  for (const member of shape.members) {
    const found = node.children.get(dialect.memberName(member));
    if (found === undefined) continue;
    const value = readMember(member, found, dialect);
    if (value !== undefined) structure[member.name] = value;
  }
  return structure;
}

function readMember(member: Member, node: ParameterNode, dialect: QueryDialect): unknown {
  const shape = member.shape;
  if (shape.kind === 'list') return readList(shape, node, dialect, dialect.isFlat(member));
  if (shape.kind === 'map') return readMap(shape, node, dialect, dialect.isFlat(member));
  if (shape.kind === 'structure') {
    return node.children === undefined && node.value !== ''
      ? undefined
      : readQueryStructure(shape, node, dialect);
  }
  if (node.value === undefined) return undefined;
  return readText(member, shape, node.value);
}

function readText(
  member: Member,
  shape: Exclude<Shape, StructureShape | ListShape | MapShape>,
  text: string,
): unknown {
  try {
    return readScalar(shape, member.traits, text, 'date-time');
  } catch (error) {
    if (error instanceof UnreadableScalar) throw malformedInput(faultMessage(error.fault));
    throw error;
  }
}

function faultMessage(fault: ScalarFault): string {
  return fault === 'integer-empty' ? 'missing value for decimal type' : '';
}

/** `X=` is how clients send an empty list; absent everywhere is no list at all. */
function readList(
  shape: ListShape,
  node: ParameterNode,
  dialect: QueryDialect,
  flat: boolean,
): unknown {
  const elements = flat ? node : node.children?.get(shape.member.traits.xmlName ?? 'member');
  if (elements?.children === undefined) return isEmptyMark(node, elements) ? [] : undefined;
  const list: unknown[] = [];
  for (const [index, element] of sortedElements(elements.children)) {
    const skipped = index - 1 - list.length;
    if (skipped > listGapMax) {
      throw malformedInput(`Excessively sparse input would skip ${skipped} list elements`);
    }
    while (list.length < index - 1) list.push(null);
    list.push(readMember(shape.member, element, dialect) ?? null);
  }
  return list;
}

function isEmptyMark(node: ParameterNode, elements: ParameterNode | undefined): boolean {
  return node.value === '' || elements?.value === '';
}

/** Elements by rising index; of `1` and `01` the first on the wire counts. */
function sortedElements(
  children: ReadonlyMap<string, ParameterNode>,
): readonly (readonly [index: number, node: ParameterNode])[] {
  const elements: [number, ParameterNode][] = [];
  const seen = new Set<number>();
  let last = 0;
  let sorted = true;
  for (const [part, node] of children) {
    const index = readIndex(part);
    if (seen.has(index)) continue;
    seen.add(index);
    if (index < last) sorted = false;
    last = index;
    elements.push([index, node]);
  }
  return sorted ? elements : elements.sort((one, other) => one[0] - other[0]);
}

const digits = /^\d{1,9}$/;

function readIndex(part: string): number {
  if (digits.test(part)) {
    const index = Number(part);
    if (index === 0) throw malformedInput('0 is not a valid index');
    return index;
  }
  if (/^-\d{1,9}$/.test(part)) throw malformedInput(`Key ${part} may not have a leading '-'`);
  throw malformedInput('Start of list found where not expected');
}

function readMap(
  shape: MapShape,
  node: ParameterNode,
  dialect: QueryDialect,
  flat: boolean,
): unknown {
  const entries = flat ? node : node.children?.get('entry');
  if (entries?.children === undefined) {
    return isEmptyMark(node, entries) ? Object.create(null) : undefined;
  }
  const map: Record<string, unknown> = Object.create(null);
  for (const [, entry] of sortedElements(entries.children)) {
    const key = entry.children?.get(shape.key.traits.xmlName ?? 'key')?.value;
    if (key === undefined || key in map) continue;
    const value = entry.children?.get(shape.value.traits.xmlName ?? 'value');
    if (value !== undefined) map[key] = readMember(shape.value, value, dialect) ?? null;
  }
  return map;
}
