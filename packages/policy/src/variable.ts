/** Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`. */
import type { PolicyVersion } from './document/policy-document.ts';
import type { RequestContext } from './request-context.ts';
import type { Steps } from './step-budget.ts';
import type { Piece } from './wildcard.ts';

/** One part of a value: text as written, an escaped character, or a variable. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'escape'; readonly text: string }
  | { readonly kind: 'variable'; readonly key: string; readonly defaultValue?: string }
  /** `${` that does not form a variable; such a value matches nothing. */
  | { readonly kind: 'malformed'; readonly text: string };

/** The outcome of putting values in: pieces of a pattern, or the variable that has no value. */
export type Substitution = { readonly pieces: readonly Piece[] } | { readonly unresolved: string };

const variableBody = /^([^'{},]+?)(?:, *'([^']*)')?$/;

/**
 * Splits a value into parts. In version 2008-10-17 variables do not exist (rule V1).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function parseTemplate(text: string, version: PolicyVersion): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let start = 0;
  for (;;) {
    const open = version === '2012-10-17' ? text.indexOf('${', start) : -1;
    if (open < 0) {
      if (start < text.length) parts.push({ kind: 'text', text: text.slice(start) });
      return parts;
    }
    if (open > start) parts.push({ kind: 'text', text: text.slice(start, open) });
    const close = closingBrace(text, open + 2);
    if (close < 0) {
      parts.push({ kind: 'malformed', text: text.slice(open) });
      return parts;
    }
    parts.push(variablePart(text.slice(open + 2, close)));
    start = close + 1;
  }
}

/** A default value may hold a brace: the quotes decide. */
function closingBrace(text: string, from: number): number {
  let quoted = false;
  for (let index = from; index < text.length; index++) {
    if (text[index] === "'") quoted = !quoted;
    else if (text[index] === '}' && !quoted) return index;
  }
  return -1;
}

function variablePart(body: string): TemplatePart {
  if (body === '*' || body === '?' || body === '$') return { kind: 'escape', text: body };
  const [, key, defaultValue] = variableBody.exec(body) ?? [];
  if (key === undefined) return { kind: 'malformed', text: `\${${body}}` };
  return defaultValue === undefined
    ? { kind: 'variable', key: key.trim() }
    : { kind: 'variable', key: key.trim(), defaultValue };
}

/**
 * Puts values in. What is put in is literal: a wildcard in it matches only itself (rule V5). A
 * short text may ask for a long value many times, so that the values are charged to the budget.
 */
export function substitute(
  parts: readonly TemplatePart[],
  context: RequestContext,
  budget: Steps,
): Substitution {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (part.kind === 'text') pieces.push({ text: part.text, literal: false });
    else if (part.kind === 'escape') pieces.push({ text: part.text, literal: true });
    else if (part.kind === 'malformed') return { unresolved: part.text };
    else {
      const value =
        context.single(part.key) ?? (context.has(part.key) ? undefined : part.defaultValue);
      if (value === undefined || !budget.spend(20 + 2 * value.length)) {
        return { unresolved: part.key };
      }
      pieces.push({ text: value, literal: true });
    }
  }
  return { pieces };
}

/** Splits at the colons of the text as written, into at most six fields; values' colons stay. */
export function templateFields(parts: readonly TemplatePart[]): TemplatePart[][] {
  let field: TemplatePart[] = [];
  const fields = [field];
  for (const part of parts) {
    if (part.kind !== 'text') {
      field.push(part);
      continue;
    }
    let rest = part.text;
    for (
      let colon = rest.indexOf(':');
      colon >= 0 && fields.length < 6;
      colon = rest.indexOf(':')
    ) {
      if (colon > 0) field.push({ kind: 'text', text: rest.slice(0, colon) });
      field = [];
      fields.push(field);
      rest = rest.slice(colon + 1);
    }
    if (rest !== '') field.push({ kind: 'text', text: rest });
  }
  return fields;
}
