/** Principal and NotPrincipal as written: their JSON forms and the kinds of principal. */
import type { JsonNode, SyntaxProblem } from './json.ts';
import type { Positioned, PrincipalElement, PrincipalKind } from './policy-document.ts';

const kinds: ReadonlyMap<string, PrincipalKind> = new Map([
  ['AWS', 'AWS'],
  ['Service', 'Service'],
  ['Federated', 'Federated'],
  ['CanonicalUser', 'CanonicalUser'],
]);

/**
 * Reads the element: `"*"`, or an object of kinds with a string or a list of strings each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function readPrincipalElement(
  node: JsonNode,
): { readonly element: PrincipalElement } | { readonly error: SyntaxProblem } {
  if (node.kind === 'string' && node.value === '*') {
    return { element: { span: node.span, any: true, entries: [] } };
  }
  if (node.kind !== 'object') {
    return { error: { message: 'A principal is "*" or an object', span: node.span } };
  }
  const entries: (Positioned & { readonly kind: PrincipalKind })[] = [];
  for (const [name, { keySpan, value }] of node.members) {
    const kind = kinds.get(name);
    if (kind === undefined) {
      return { error: { message: 'unknown kind of principal', span: keySpan } };
    }
    for (const item of value.kind === 'array' ? value.items : [value]) {
      if (item.kind !== 'string') {
        const message = 'a principal is a string or a list of strings';
        return { error: { message, span: item.span } };
      }
      entries.push({ kind, value: item.value, span: item.span });
    }
  }
  if (entries.length === 0) {
    return { error: { message: 'the element names no principal', span: node.span } };
  }
  return { element: { span: node.span, any: false, entries } };
}
