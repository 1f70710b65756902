/**
 * Filter patterns: terms, phrases, and comparisons of JSON fields.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { invalidParameter, notWritten } from '../errors.ts';
import { parseJsonPattern } from './json-pattern.ts';

/** Whether a message is wanted. */
export type MessageFilter = (message: string) => boolean;

/** Throws InvalidParameterException, or NotImplemented for the forms that are not written. */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) throw notWritten('The space-delimited form of filter patterns');
  return parseTerms(text);
}

const termForm = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"?-][^\s"]*))/y;

/** All plain terms, no `-term`, and one of the `?term` when there are only such. */
function parseTerms(text: string): MessageFilter {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const optional: string[] = [];
  termForm.lastIndex = 0;
  while (termForm.lastIndex < text.length) {
    const match = termForm.exec(text);
    if (match === null) throw invalidPattern();
    const [, sign, quoted, plain = ''] = match;
    if (/^%.*%$/.test(plain)) throw notWritten('The regular expression in filter patterns');
    // Other characters than letters, digits and underscores must stand in quotation marks.
    if (quoted === undefined && !/^[\w*.]+$/.test(plain)) throw invalidPattern();
    const term = quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1');
    if (sign === '-') unwanted.push(term);
    else if (sign === '?') optional.push(term);
    else wanted.push(term);
  }
  return (message) => {
    if (unwanted.some((term) => message.includes(term))) return false;
    if (!wanted.every((term) => message.includes(term))) return false;
    // Beside plain terms the optional ones are ignored.
    const isFree = optional.length === 0 || wanted.length > 0;
    return isFree || optional.some((term) => message.includes(term));
  };
}

export function invalidPattern(): Error {
  return invalidParameter('Invalid filter pattern');
}
