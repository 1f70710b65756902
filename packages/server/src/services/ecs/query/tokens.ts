/** The words of a cluster query expression. */
import { invalidParameter } from '../errors.ts';

export interface QueryToken {
  /** A word that compares, a sign that groups, or a text: a subject or an argument. */
  readonly kind: 'operator' | 'sign' | 'text';
  readonly text: string;
  readonly quoted: boolean;
}

const expressionMax = 4096;
const blanks = /\s/;
const signs: readonly string[] = ['(', ')', '[', ']', ','];
const symbols: readonly string[] = ['==', '!=', '>=', '<=', '=~', '!~', '&&', '||', '>', '<'];
const word = /^[A-Za-z0-9_:./\\*+?^$|{}-]$/;
const operators: ReadonlySet<string> = new Set([
  ...symbols.filter((symbol) => symbol !== '&&' && symbol !== '||'),
  'equals',
  'greater_than',
  'greater_than_equal',
  'less_than',
  'less_than_equal',
  'matches',
  'not_equals',
  'not_matches',
]);

/** Throws InvalidParameterException. */
export function readTokens(expression: string): readonly QueryToken[] {
  // Unverified: the text.
  if (expression.length > expressionMax) throw invalidParameter('Invalid filter expression.');
  const tokens: QueryToken[] = [];
  let index = 0;
  while (index < expression.length) {
    const character = expression.charAt(index);
    if (blanks.test(character)) {
      index += 1;
      continue;
    }
    const [token, end] = readToken(expression, index);
    tokens.push(token);
    index = end;
  }
  return tokens;
}

function readToken(expression: string, start: number): readonly [QueryToken, number] {
  const character = expression.charAt(start);
  if (signs.includes(character)) return [unquoted(character), start + 1];
  if (character === '"' || character === "'") {
    const end = expression.indexOf(character, start + 1);
    if (end < 0) throw invalidParameter('Invalid filter expression.');
    return [{ kind: 'text', text: expression.slice(start + 1, end), quoted: true }, end + 1];
  }
  const symbol = symbols.find((each) => expression.startsWith(each, start));
  if (symbol !== undefined) return [unquoted(symbol), start + symbol.length];
  let end = character === '!' ? start + 1 : start;
  while (end < expression.length && word.test(expression.charAt(end))) end += 1;
  if (end === start) throw invalidParameter('Invalid filter expression.');
  return [unquoted(expression.slice(start, end)), end];
}

function unquoted(text: string): QueryToken {
  const kind = operators.has(text)
    ? 'operator'
    : signs.includes(text) || symbols.includes(text)
      ? 'sign'
      : 'text';
  return { kind, text, quoted: false };
}
