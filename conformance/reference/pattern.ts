/** Policy text as a pattern: wildcards, policy variables, and plain characters. */

/** The request context, keys in lower case: their names are case-insensitive. */
export type Context = ReadonlyMap<string, string | readonly string[]>;

/** One part a character: `*` and `?` are wildcards, `=c` is the character c itself. */
export type Pattern = readonly string[];

export const literal = (text: string): Pattern => Array.from(text, (char) => `=${char}`);
export const withWildcards = (text: string): Pattern =>
  Array.from(text, (char) => (char === '*' || char === '?' ? char : `=${char}`));

/** The pattern's text when `*` and `?` mean themselves (`StringEquals`). */
export const textOf = (pattern: Pattern): string =>
  pattern.map((part) => (part.length > 1 ? part.slice(1) : part)).join('');

/** reference_policies_elements_resource: `*` is any combination of characters, `?` exactly one. */
export function matches(pattern: Pattern, text: string): boolean {
  const chars = Array.from(text);
  // All the places in the text that the pattern's parts so far may have come to.
  let places = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    if (part === '*') for (let at = Math.min(...places); at <= chars.length; at += 1) next.add(at);
    for (const at of places) {
      const char = chars[at];
      if (char !== undefined && (part === '?' || part === `=${char}`)) next.add(at + 1);
    }
    places = next;
  }
  return places.has(chars.length);
}

/** reference-arns: six fields, of which the last may hold colons. */
export function fieldsOf(pattern: Pattern, count = 6): readonly Pattern[] {
  const colon = pattern.indexOf('=:');
  if (colon < 0 || count === 1) return [pattern];
  return [pattern.slice(0, colon), ...fieldsOf(pattern.slice(colon + 1), count - 1)];
}

/** reference_policies_elements_condition_operators: an ARN's fields are compared one by one. */
export function matchesArn(pattern: Pattern, text: string): boolean {
  const wanted = fieldsOf(pattern);
  const given = fieldsOf(literal(text)).map(textOf);
  if (wanted.length !== 6 || given.length !== 6) return false;
  return wanted.every((field, index) => matches(field, given[index] ?? ''));
}

/** What stands between `${` and `}`. Undefined: no single value, and no default. */
function variable(inside: string, context: Context): string | undefined {
  // reference_policies_variables: special characters; defaults after comma, space, in quotes.
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const [, key = inside, fallback] = /^([^,']+), '([^']*)'$/.exec(inside) ?? [];
  const value = context.get(key.toLowerCase()) ?? fallback;
  return typeof value === 'string' ? value : undefined; // …-single-vs-multi-valued: no list is.
}

/** …_variables: values' wildcards mean themselves. Undefined: no value, the text matches nothing. */
export function substitute(text: string, version: unknown, context: Context): Pattern | undefined {
  const start = text.indexOf('${');
  const end = text.indexOf('}', start);
  if (version !== '2012-10-17' || start < 0 || end < 0) return withWildcards(text);
  const value = variable(text.slice(start + 2, end), context);
  const rest = substitute(text.slice(end + 1), version, context);
  if (value === undefined || rest === undefined) return undefined;
  return [...withWildcards(text.slice(0, start)), ...literal(value), ...rest];
}
