/** For tests: values that break one constraint of an operation's model each, and form encoding. */
import type { Constraints, Member, Shape, StructureShape } from '@sekisho/catalog';
import { matchesPattern } from '../../protocol/pattern.ts';
import { type Preferred, sampleStructure } from './sample-input.ts';

/** An input with one fault: the path that is named, and the clause that is broken. */
export interface BrokenInput {
  readonly input: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly clause: string;
  readonly value: unknown;
  /** The value is an element: its list is named, with every clause of the element. */
  readonly inList: boolean;
  readonly sensitive: boolean;
}

type Fault = Omit<BrokenInput, 'input'>;
/** A value of a shape that is right but for one fault. */
type BrokenValue = readonly [value: unknown, fault: Fault];

/** Longer texts would be refused before they are read. */
const textCharactersMax = 200_000;
const int32Max = 2_147_483_647;

/** Every constraint of the input, and of what it is made of, broken once on each side. */
export function brokenInputs(shape: StructureShape, preferred: Preferred): BrokenInput[] {
  return brokenStructures(shape, preferred, '').map(([value, fault]) => ({
    input: value as Readonly<Record<string, unknown>>,
    ...fault,
  }));
}

function brokenStructures(
  shape: StructureShape,
  preferred: Preferred,
  path: string,
): BrokenValue[] {
  const right = sampleStructure(shape, preferred);
  return shape.members.flatMap((member): BrokenValue[] => {
    const place = path + member.name.slice(0, 1).toLowerCase() + member.name.slice(1);
    const values = brokenValues(member.shape, preferred, place).map(
      ([value, fault]): BrokenValue => [{ ...right, [member.name]: value }, fault],
    );
    if (!member.required) return values;
    const { [member.name]: _, ...without } = right;
    const sensitive = 'sensitive' in member.shape && member.shape.sensitive === true;
    const clause = 'Member must not be null';
    const missing = { path: place, clause, value: null, inList: false, sensitive };
    // An input of nothing but faults is an empty one: still a structure on the wire at the top.
    if (path !== '' && Object.keys(without).length === 0) return values;
    return [...values, [without, missing]];
  });
}

function brokenValues(shape: Shape, preferred: Preferred, path: string): BrokenValue[] {
  if (shape.kind === 'structure') return brokenStructures(shape, preferred, `${path}.`);
  const sensitive = 'sensitive' in shape && shape.sensitive === true;
  const own = breaks(shape, preferred).map(
    ([value, clause]): BrokenValue => [value, { path, clause, value, inList: false, sensitive }],
  );
  if (shape.kind !== 'list') return own;
  const element = shape.member.shape;
  if (element.kind === 'structure') {
    const inner = brokenStructures(element, preferred, `${path}.1.member.`);
    return [...own, ...inner.map(([value, fault]): BrokenValue => [[value], fault])];
  }
  const inner = breaks(element, preferred).map(([value, clause]): BrokenValue => {
    return [[value], { path, clause, value, inList: true, sensitive }];
  });
  return [...own, ...inner];
}

type Break = readonly [value: unknown, clause: string];

function breaks(shape: Shape, preferred: Preferred): Break[] {
  const constraints = 'constraints' in shape ? shape.constraints : undefined;
  if (constraints === undefined) return [];
  switch (shape.kind) {
    case 'string':
      return brokenTexts(constraints);
    case 'integer':
    case 'long':
      return brokenNumbers(constraints);
    case 'list':
      return brokenLists(constraints, shape.member, preferred);
    default:
      return [];
  }
}

function brokenTexts({ min, max, pattern, enum: values }: Constraints): Break[] {
  const broken: Break[] = [];
  const least = 'Member must have length greater than or equal to';
  const most = 'Member must have length less than or equal to';
  if (min !== undefined && min > 0) broken.push(['a'.repeat(min - 1), `${least} ${min}`]);
  if (max !== undefined && max < textCharactersMax) {
    broken.push(['a'.repeat(max + 1), `${most} ${max}`]);
  }
  if (pattern !== undefined) {
    const value = ['!', ' ', '\u{1f600}', '%', '{']
      .map((each) => each.repeat(Math.max(1, min ?? 1)))
      .find((each) => !matchesPattern(pattern, each));
    const clause = `Member must satisfy regular expression pattern: ${pattern}`;
    if (value !== undefined) broken.push([value, clause]);
  }
  if (values !== undefined) {
    broken.push(['NoSuchValue', `Member must satisfy enum value set: [${values.join(', ')}]`]);
  }
  return broken;
}

function brokenNumbers({ min, max }: Constraints): Break[] {
  const least = 'Member must have value greater than or equal to';
  const most = 'Member must have value less than or equal to';
  return [
    ...(min === undefined ? [] : [[min - 1, `${least} ${min}`] as const]),
    ...(max === undefined || max >= int32Max ? [] : [[max + 1, `${most} ${max}`] as const]),
  ];
}

function brokenLists({ min, max }: Constraints, member: Member, preferred: Preferred): Break[] {
  const element = { name: 'element', required: true, shape: member.shape, traits: member.traits };
  const holder: StructureShape = {
    kind: 'structure',
    name: 'Holder',
    members: [element],
    member: () => element,
    traits: {},
  };
  const of = (length: number): unknown[] =>
    Array.from({ length }, () => sampleStructure(holder, preferred)['element']);
  const least = 'Member must have length greater than or equal to';
  const most = 'Member must have length less than or equal to';
  return [
    ...(min === undefined || min === 0 ? [] : [[of(min - 1), `${least} ${min}`] as const]),
    ...(max === undefined || max > 1000 ? [] : [[of(max + 1), `${most} ${max}`] as const]),
  ];
}

/** The parameters of a value in the query protocol. */
export function toParameters(value: unknown, name: string): [name: string, value: string][] {
  const inner = (part: string): string => (name === '' ? part : `${name}.${part}`);
  if (Array.isArray(value)) {
    if (value.length === 0) return [[name, '']];
    return value.flatMap((each, index) => toParameters(each, inner(`member.${index + 1}`)));
  }
  if (value instanceof Date) return [[name, value.toISOString()]];
  if (value instanceof Uint8Array) return [[name, Buffer.from(value).toString('base64')]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0 && name !== '') return [[name, '']];
  return entries.flatMap(([part, each]) => toParameters(each, inner(part)));
}
