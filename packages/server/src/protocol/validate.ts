/** The constraint validator: AWS's `N validation error(s) detected: …` from a model's constraints. */
import type {
  Constraints,
  ListShape,
  MapShape,
  Member,
  Shape,
  StructureShape,
} from '@sekisho/catalog';
import { matchesPattern } from './pattern.ts';

/**
 * IAM leaves the offending value out; STS and the JSON services echo it; ECR tells of the first
 * parameter only, in words of its own.
 */
export type ValidationStyle = 'iam' | 'sts' | 'json' | 'ecr';

/** Longer texts are not matched when they already break their length. */
const patternCharactersMax = 10_000;

/**
 * Checks required members, lengths, ranges, patterns and enums of an input.
 * Returns the text of the ValidationError (ValidationException in JSON services), or undefined.
 */
export function validate(
  input: unknown,
  shape: StructureShape,
  style: ValidationStyle,
): string | undefined {
  const violations = new Violations(style);
  violations.structure(input, shape, '');
  return violations.text();
}

class Violations {
  private readonly sentences: string[] = [];
  private readonly style: ValidationStyle;

  constructor(style: ValidationStyle) {
    this.style = style;
  }

  text(): string | undefined {
    const count = this.sentences.length;
    if (count === 0) return undefined;
    if (this.style === 'ecr') return this.sentences[0];
    const noun = count === 1 ? 'error' : 'errors';
    return `${count} validation ${noun} detected: ${this.sentences.join('; ')}`;
  }

  structure(input: unknown, shape: StructureShape, path: string): void {
    if (typeof input !== 'object' || input === null) return;
    for (const member of shape.members) {
      const value: unknown = Reflect.get(input, member.name);
      const place = path + lowerFirst(member.name);
      if (value !== undefined && value !== null) this.value(value, member, place);
      else if (member.required) this.add(null, place, member.shape, 'Member must not be null');
    }
  }

  private value(value: unknown, member: Member, path: string): void {
    const shape = member.shape;
    if (shape.kind === 'structure') this.structure(value, shape, `${path}.`);
    for (const text of violated(value, shape)) this.add(value, path, shape, text);
    if (shape.kind === 'list' && Array.isArray(value)) this.elements(value, shape, path);
    else if (shape.kind === 'map') this.entries(value, shape, path);
  }

  private elements(list: readonly unknown[], shape: ListShape, path: string): void {
    const element = shape.member.shape;
    if (hasParts(element)) {
      for (const [index, each] of list.entries()) {
        const place = `${path}.${index + 1}.member`;
        if (each !== null && each !== undefined) this.value(each, shape.member, place);
        else if (shape.sparse !== true) this.add(null, place, element, 'Member must not be null');
      }
      return;
    }
    const isBad = list.some((each) => {
      if (each === null || each === undefined) return shape.sparse !== true;
      return violated(each, element).length > 0;
    });
    if (isBad)
      this.add(list, path, shape, `Member must satisfy constraint: ${allOf(shape, this.style)}`);
  }

  private entries(map: unknown, shape: MapShape, path: string): void {
    if (typeof map !== 'object' || map === null) return;
    const { key, value } = shape;
    const entries = Object.entries(map);
    // Unverified: the two texts are those of AWS's Java services; none is recorded for IAM or STS.
    if (entries.some(([name]) => violated(name, key.shape).length > 0)) {
      const text = `Map keys must satisfy constraint: [${clauses(key.shape).join(', ')}]`;
      this.add(map, path, shape, text);
    }
    if (hasParts(value.shape)) {
      for (const [name, each] of entries) this.value(each, value, `${path}.${name}.member`);
    } else if (entries.some(([, each]) => violated(each, value.shape).length > 0)) {
      const text = `Map value must satisfy constraint: [${clauses(value.shape).join(', ')}]`;
      this.add(map, path, shape, text);
    }
  }

  private add(value: unknown, path: string, shape: Shape, constraint: string): void {
    if (this.style === 'ecr') {
      this.sentences.push(parameterText(path, shape, constraint));
      return;
    }
    const isSecret = 'sensitive' in shape && shape.sensitive === true;
    const echo = this.style === 'iam' || isSecret ? '' : `${echoed(value)} `;
    this.sentences.push(`Value ${echo}at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}

function hasParts(shape: Shape): boolean {
  return shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map';
}

/** `Invalid parameter at 'imageTag' …`: the innermost name, and for texts other words. */
function parameterText(path: string, shape: Shape, constraint: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return `Invalid parameter at '${name}' failed to satisfy constraint: '${
    shape.kind === 'list' || shape.kind === 'map' ? constraint : ownWords(constraint)
  }'`;
}

const memberPattern = 'Member must satisfy regular expression pattern: ';

// Unverified: the words of numbers, and of what is missing.
function ownWords(constraint: string): string {
  if (constraint.startsWith(memberPattern)) {
    const pattern = constraint.slice(memberPattern.length).replaceAll('\\/', '/');
    return `must satisfy regular expression '${pattern}'`;
  }
  return constraint.startsWith('Member must satisfy enum') ? constraint : constraint.slice(7);
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function echoed(value: unknown): string {
  return value === null ? 'null' : `'${echoedPart(value)}'`;
}

// Unverified: structures; AWS may tell the name of a class instead.
function echoedPart(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(echoedPart).join(', ')}]`;
  if (value instanceof Uint8Array) return 'java.nio.HeapByteBuffer';
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([name, each]) => `${name}=${echoedPart(each)}`);
  return `{${pairs.join(', ')}}`;
}

/** The clauses that the value breaks. */
function violated(value: unknown, shape: Shape): string[] {
  const constraints = 'constraints' in shape ? shape.constraints : undefined;
  if (constraints === undefined) return [];
  const broken: string[] = [];
  const { min, max, pattern, enum: values } = constraints;
  const size = sizeOf(value);
  const noun = nounOf(shape);
  const tooLong = size !== undefined && max !== undefined && size > max;
  if (tooLong) broken.push(atMost(noun, max));
  if (size !== undefined && min !== undefined && size < min) broken.push(atLeast(noun, min));
  if (typeof value !== 'string') return broken;
  if (pattern !== undefined && !(tooLong && value.length > patternCharactersMax)) {
    if (!matchesPattern(pattern, value)) broken.push(patternText(pattern));
  }
  if (values !== undefined && !values.includes(value)) broken.push(enumText(values));
  return broken;
}

/** Lengths of texts count Unicode scalar values. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string') return scalarCount(value);
  if (typeof value === 'number') return value;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  return Object.keys(value).length;
}

const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/g;

function scalarCount(text: string): number {
  return text.length - (text.match(surrogatePair)?.length ?? 0);
}

/** Every clause of a list element, whichever is broken: AWS lists them all. */
function allOf(list: ListShape, style: ValidationStyle): string {
  const all = clauses(list.member.shape);
  // Unverified: the recorded texts end so exactly for those lists that have a length themselves.
  const bounded = list.constraints?.max !== undefined || list.constraints?.min !== undefined;
  if (all.length === 0 || (bounded && style !== 'ecr')) all.push('Member must not be null');
  return `[${all.join(', ')}]`;
}

function clauses(shape: Shape): string[] {
  const constraints: Constraints = 'constraints' in shape ? (shape.constraints ?? {}) : {};
  const { min, max, pattern, enum: values } = constraints;
  const noun = nounOf(shape);
  return [
    ...(max === undefined ? [] : [atMost(noun, max)]),
    ...(min === undefined ? [] : [atLeast(noun, min)]),
    ...(pattern === undefined ? [] : [patternText(pattern)]),
    ...(values === undefined ? [] : [enumText(values)]),
  ];
}

function nounOf(shape: Shape): 'value' | 'length' {
  const { kind } = shape;
  const isNumber = kind === 'integer' || kind === 'long' || kind === 'float' || kind === 'double';
  return isNumber ? 'value' : 'length';
}

function atMost(noun: string, max: number): string {
  return `Member must have ${noun} less than or equal to ${max}`;
}

function atLeast(noun: string, min: number): string {
  return `Member must have ${noun} greater than or equal to ${min}`;
}

function patternText(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function enumText(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`;
}
