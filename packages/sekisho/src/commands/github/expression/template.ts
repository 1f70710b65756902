/** Texts with `${{ expressions }}` in them, and conditions. */
import { asksStatus, checkNames, evaluate, type Scope } from './evaluate.ts';
import { type Expression, ExpressionError, partsOf } from './expression.ts';
import { parseExpression } from './parse.ts';
import { isTruthy, toText, type Value } from './value.ts';

type Part = string | Expression;

/** An expression ends at the first `}}` outside of its texts. */
const opening = '${{';
const inside = /(?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*/y;

function parts(text: string): readonly Part[] {
  const found: Part[] = [];
  let position = 0;
  for (;;) {
    const start = text.indexOf(opening, position);
    if (start < 0) break;
    if (start > position) found.push(text.slice(position, start));
    inside.lastIndex = start + opening.length;
    const [expression = ''] = inside.exec(text) ?? [];
    const end = start + opening.length + expression.length;
    if (!text.startsWith('}}', end)) {
      throw new ExpressionError(`The expression is not closed: ${text.slice(start).trim()}`);
    }
    found.push(parseExpression(expression));
    position = end + 2;
  }
  if (position < text.length) found.push(text.slice(position));
  return found;
}

/** Throws ExpressionError for what cannot be evaluated, whatever the contexts hold. */
export function checkTemplate(text: string): void {
  for (const part of parts(text)) if (typeof part !== 'string') checkNames(part);
}

/** The text filled in; a text that is one expression gives its value. Throws ExpressionError. */
export function fill(text: string, scope: Scope): Value {
  const found = parts(text);
  const [only, ...more] = found;
  if (only === undefined) return text;
  if (more.length === 0 && typeof only !== 'string') return evaluate(only, scope);
  return found
    .map((part) => (typeof part === 'string' ? part : toText(evaluate(part, scope))))
    .join('');
}

/** Fills in a text that stays a text. */
export function fillText(text: string, scope: Scope): string {
  return toText(fill(text, scope));
}

function parseCondition(text: string): Expression {
  const found = parts(text.trim());
  const [only, ...more] = found;
  if (more.length === 0 && only !== undefined && typeof only !== 'string') return only;
  if (found.every((part) => typeof part === 'string')) return parseExpression(text);
  // As on GitHub: a text with an expression somewhere in it is a text, and so true.
  return { kind: 'literal', value: text };
}

/** Throws ExpressionError. Secrets are not to be seen in conditions. */
export function checkCondition(text: string): void {
  if (text.trim() === '') return;
  const condition = parseCondition(text);
  checkNames(condition);
  for (const part of partsOf(condition)) {
    if (part.kind === 'context' && part.name.toLowerCase() === 'secrets') {
      throw new ExpressionError(`Unrecognized named-value: '${part.name}'`);
    }
  }
}

/** An `if:`; without a function that asks how the job stands, it holds after success only. */
export function holds(text: string | undefined, scope: Scope): boolean {
  const succeeded = scope.status === 'success';
  if (text === undefined || text.trim() === '') return succeeded;
  const condition = parseCondition(text);
  if (!asksStatus(condition) && !succeeded) return false;
  return isTruthy(evaluate(condition, scope));
}
