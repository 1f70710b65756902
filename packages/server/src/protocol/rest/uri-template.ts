/** URI templates of the `http` trait: path labels, greedy labels and query literals (Smithy). */

/** One part of the path. */
export type PathPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

/** A compiled template. */
export interface UriTemplate {
  readonly parts: readonly PathPart[];
  /** Query names that must be there, with the value they must have (undefined = any). */
  readonly literals: readonly (readonly [name: string, value: string | undefined])[];
}

/** Compiles `/{Bucket}/{Key+}?acl`. `x-id=…` tells nothing: clients of other languages leave it out. */
export function compileTemplate(uri: string): UriTemplate {
  const question = uri.indexOf('?');
  const path = question < 0 ? uri : uri.slice(0, question);
  const query = question < 0 ? '' : uri.slice(question + 1);
  const parts = path.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  return {
    parts: parts.map(compilePart),
    literals: query
      .split('&')
      .filter((literal) => literal !== '' && !literal.startsWith('x-id='))
      .map(compileLiteral),
  };
}

function compilePart(part: string): PathPart {
  if (!part.startsWith('{')) return { kind: 'literal', text: part };
  const name = part.slice(1, -1);
  return name.endsWith('+') ? { kind: 'greedy', name: name.slice(0, -1) } : { kind: 'label', name };
}

function compileLiteral(literal: string): readonly [string, string | undefined] {
  const equals = literal.indexOf('=');
  if (equals < 0) return [literal, undefined];
  return [literal.slice(0, equals), literal.slice(equals + 1)];
}

/**
 * Matches a path that is still percent-encoded; the labels come back as sent, not decoded. Nothing
 * is folded: `//` and dot segments belong to a greedy label. undefined = no match.
 */
export function matchPath(
  template: UriTemplate,
  rawPath: string,
): readonly (readonly [name: string, raw: string])[] | undefined {
  if (!rawPath.startsWith('/')) return undefined;
  const labels: [string, string][] = [];
  let at = 1;
  const { parts } = template;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined || at > rawPath.length) return undefined;
    const tail = tailLength(parts, index, rawPath, at, part);
    if (tail === undefined) return undefined;
    const text = rawPath.slice(at, tail);
    if (part.kind === 'literal' ? text !== part.text : text === '') return undefined;
    if (part.kind !== 'literal') labels.push([part.name, text]);
    at = tail + 1;
  }
  // One slash at the end changes nothing: `/bucket/` is the bucket.
  return at >= rawPath.length ? labels : undefined;
}

/** Where the part ends: at the next slash, or for a greedy label where its followers begin. */
function tailLength(
  parts: readonly PathPart[],
  index: number,
  rawPath: string,
  at: number,
  part: PathPart,
): number | undefined {
  if (part.kind !== 'greedy') {
    const slash = rawPath.indexOf('/', at);
    return slash < 0 ? rawPath.length : slash;
  }
  let end = rawPath.length;
  for (let following = parts.length - 1; following > index; following--) {
    end = rawPath.lastIndexOf('/', end - 1);
    if (end <= at) return undefined;
  }
  return end;
}
