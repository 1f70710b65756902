/**
 * Patterns of the cluster query language: texts with `*` for anything. AWS takes whole regular
 * expressions of Java; those beyond this are refused, since no expression is built from them here.
 */
import { invalidParameter } from '../errors.ts';

const plainForm = /^\^?[A-Za-z0-9_:/.* -]*\$?$/;

/** Whether the pattern matches the whole value. Throws InvalidParameterException. */
export function matchesPattern(value: string, pattern: string): boolean {
  // Unverified: the text.
  if (!plainForm.test(pattern)) {
    throw invalidParameter('Regular expressions of filters can have letters, digits and * only.');
  }
  const text = pattern.replace(/^\^/, '').replace(/\$$/, '');
  // `.*` and `*` are both written for anything; a dot elsewhere means itself here.
  const parts = text.split(/\.?\*/);
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = value.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return value.length - last.length >= position && value.endsWith(last);
}
