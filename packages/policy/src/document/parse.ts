/** From a policy's text to its document, for evaluation: nothing is tolerated or guessed. */
import type { SyntaxProblem } from './json.ts';
import type { PolicyDocument, PrincipalElement, Statement } from './policy-document.ts';
import { readPrincipalElement } from './principal-element.ts';
import type { StatementShape } from './shape.ts';
import { readShape } from './shape.ts';

/** Why a text is no policy, and where. The message is ours, for people. */
export type PolicySyntaxError = SyntaxProblem;

/** The parsed policy, or the first thing that is wrong with it. */
export type ParsedPolicy =
  | { readonly document: PolicyDocument; readonly error?: never }
  | { readonly error: PolicySyntaxError; readonly document?: never };

/**
 * Parses a policy of any type. A statement needs Effect and Action or NotAction; which of
 * Principal and Resource it needs depends on the policy's type and is not asked here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicyDocument(text: string): ParsedPolicy {
  const { shape, problems } = readShape(text);
  const [problem] = problems;
  if (problem !== undefined) return { error: { message: problem.message, span: problem.span } };
  if (shape === undefined) {
    return { error: { message: 'no policy', span: { start: 0, end: text.length } } };
  }
  const statements: Statement[] = [];
  for (const statementShape of shape.statements) {
    const result = toStatement(statementShape);
    if ('error' in result) return result;
    statements.push(result.statement);
  }
  return { document: { ...shape, statements } };
}

function toStatement(
  shape: StatementShape,
): { readonly statement: Statement } | { readonly error: PolicySyntaxError } {
  const { sid, effect, principal, notPrincipal, ...rest } = shape;
  const effectValue = effect?.value;
  if (effectValue !== 'Allow' && effectValue !== 'Deny') {
    const span = effect?.span ?? shape.span;
    return { error: { message: 'Effect is spelled Allow or Deny', span } };
  }
  const actions = shape.action ?? shape.notAction;
  if (actions === undefined || actions.values.length === 0) {
    const span = actions?.span ?? shape.span;
    return { error: { message: 'a statement must contain actions', span } };
  }
  const principals: { principal?: PrincipalElement; notPrincipal?: PrincipalElement } = {};
  for (const [name, node] of [
    ['principal', principal],
    ['notPrincipal', notPrincipal],
  ] as const) {
    if (node === undefined) continue;
    const result = readPrincipalElement(node);
    if ('error' in result) return result;
    principals[name] = result.element;
  }
  return {
    statement: {
      ...rest,
      effect: effectValue,
      ...(sid === undefined ? {} : { sid: sid.value }),
      ...principals,
    },
  };
}

/** Line and column (both from 1, in UTF-16 units) of an offset. */
export function positionOf(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
