/**
 * Values of GitHub's expressions and how they are coerced and compared.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */

/** What an expression can come out as; an object is a map. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<string, Value>;

/** Whether the value is a mapping. */
export function isObject(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

/** Whether the value is a sequence. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Only false, 0, NaN, '' and null are falsy. */
export function isTruthy(value: Value): boolean {
  return !(value === null || value === false || value === '' || value === 0 || Number.isNaN(value));
}

/** The value inside a text. */
export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isArray(value) ? 'Array' : 'Object';
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const prefixed = /^0(?:x[0-9a-fA-F]+|o[0-7]+)$/;

/** NaN for what is no number. */
export function toNumber(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  if (text === '') return 0;
  return decimal.test(text) || prefixed.test(text) ? Number(text) : Number.NaN;
}

/** `==`: of texts whatever their case; of different types as numbers. */
export function areEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return sameText(left, right);
  if (isComposite(left) || isComposite(right)) return left === right;
  if (typeof left === typeof right) return left === right;
  return toNumber(left) === toNumber(right);
}

/** Below 0, 0 or above 0; undefined where there is no order. */
export function compare(left: Value, right: Value): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    const [first, second] = [left.toUpperCase(), right.toUpperCase()];
    return first === second ? 0 : first < second ? -1 : 1;
  }
  if (isComposite(left) || isComposite(right)) return undefined;
  const difference = toNumber(left) - toNumber(right);
  return Number.isNaN(difference) ? undefined : difference;
}

function isComposite(value: Value): boolean {
  return typeof value === 'object' && value !== null;
}

/** Equal whatever the case. */
export function sameText(left: string, right: string): boolean {
  return left.toUpperCase() === right.toUpperCase();
}

/** A member of an object by its name in any case; null when there is none. */
export function memberOf(object: ReadonlyMap<string, Value>, name: string): Value {
  const exact = object.get(name);
  if (exact !== undefined) return exact;
  for (const [key, value] of object) if (sameText(key, name)) return value;
  return null;
}

/** For `toJSON`: what JSON.stringify takes. */
export function toPlain(value: Value): unknown {
  if (isArray(value)) return value.map(toPlain);
  if (isObject(value)) {
    return Object.fromEntries([...value].map(([key, item]) => [key, toPlain(item)]));
  }
  return value;
}

/** The value of what JSON.parse gives. */
export function fromPlain(plain: unknown): Value {
  if (plain === undefined || plain === null) return null;
  if (typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean') {
    return plain;
  }
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (plain instanceof Map) {
    return new Map([...plain].map(([key, item]) => [String(key), fromPlain(item)]));
  }
  return new Map(Object.entries(plain).map(([key, item]) => [key, fromPlain(item)]));
}
