/** Templates of the facts (`arn:${@partition}:iam::…:role${Path|/}${RoleName}`), compiled once. */
import { compileFunction, compileVariable } from './functions.ts';
import { isInputPath, readInputPath } from './input-path.ts';
import { Unmappable } from './not-mapped.ts';
import type { Evaluate, Scope, Values } from './scope.ts';

/** A compiled template. */
export interface Template {
  /** One text per element of a list in it; places that the input leaves empty become `*`. */
  readonly expand: (scope: Scope) => Values;
  /** As `expand`, but none when a place is empty. */
  readonly expandPresent: (scope: Scope) => Values;
}

/** Compiles a template. Throws Unmappable for what the engine does not know. */
export function compileTemplate(text: string): Template {
  const parts: (string | Evaluate)[] = [];
  let rest = text;
  for (let start = rest.indexOf('${'); start >= 0; start = rest.indexOf('${')) {
    const end = rest.indexOf('}', start);
    if (end < 0) throw new Unmappable(`"${text}" lacks a closing brace`);
    parts.push(rest.slice(0, start), compileExpression(rest.slice(start + 2, end)));
    rest = rest.slice(end + 1);
  }
  parts.push(rest);
  return {
    expand: (scope) => combine(parts, scope, '*'),
    expandPresent: (scope) => combine(parts, scope, undefined),
  };
}

function combine(
  parts: readonly (string | Evaluate)[],
  scope: Scope,
  empty: string | undefined,
): Values {
  let texts: Values = [''];
  for (const part of parts) {
    const found = typeof part === 'string' ? [part] : part(scope);
    const values = found.length === 0 && empty !== undefined ? [empty] : found;
    texts = texts.flatMap((text) => values.map((value) => text + value));
  }
  return [...new Set(texts)];
}

/** Alternatives, separated by `|`: the first that gives a value. */
export function compileExpression(text: string): Evaluate {
  const terms = splitAlternatives(text).map(compileTerm);
  return (scope) => {
    for (const term of terms) {
      const values = term(scope);
      if (values.length > 0) return values;
    }
    return [];
  };
}

function compileTerm(term: string): Evaluate {
  if (term === '/') return () => ['/'];
  if (isInputPath(term)) return ({ input }) => readInputPath(input, term);
  const [, name, args] = /^@(\w+)(?:\((.*)\))?$/.exec(term) ?? [];
  if (name === undefined) throw new Unmappable(`"${term}" is not known`);
  return args === undefined
    ? compileVariable(name)
    : compileFunction(name, args, compileExpression);
}

/** At `|` outside parentheses. */
function splitAlternatives(text: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...terms, text.slice(start)].map((term) => term.trim());
}
