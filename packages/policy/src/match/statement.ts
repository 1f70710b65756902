/** One statement held against the request. */
import type { ElementTrace, PrincipalGrant, StatementTrace } from '../authorize/trace.ts';
import type { Statement } from '../document/policy-document.ts';
import { all, type Match, takesEffect } from '../match-result.ts';
import type { PolicyType } from '../request.ts';
import { matchAction } from './action.ts';
import { matchConditionEntry } from './condition-block.ts';
import type { Evaluation } from './evaluation.ts';
import { matchPrincipal, type PrincipalMatch, principalText } from './principal.ts';
import { matchResource } from './resource.ts';

/** Whether statements of this type name a principal. */
function namesPrincipal(policyType: PolicyType): boolean {
  return (
    policyType === 'resource-based policy' ||
    policyType === 'role trust policy' ||
    policyType === 'VPC endpoint policy' ||
    policyType === 'resource control policy'
  );
}

function lacking(element: ElementTrace['element'], match: Match, request: string): ElementTrace {
  return { element, match, policyValues: [], requestValues: [request], cause: 'elementMissing' };
}

function principalOf(statement: Statement, evaluation: Evaluation): PrincipalMatch | undefined {
  const { principal, notPrincipal, effect } = statement;
  const { policyType, request } = evaluation;
  const element = principal ?? notPrincipal;
  if (!namesPrincipal(policyType)) {
    if (element === undefined) return undefined;
    const { trace } = matchPrincipal(element, principal === undefined, effect, evaluation);
    return { trace: { ...trace, match: 'undecided', cause: 'elementNotAllowedHere' } };
  }
  if (element !== undefined) {
    return matchPrincipal(element, principal === undefined, effect, evaluation);
  }
  // A resource-based policy that names nobody matches nobody (rule P11); an RCP can only deny.
  const match = policyType === 'resource control policy' ? 'undecided' : 'no';
  return { trace: lacking('Principal', match, principalText(request.principal)) };
}

function actionOf({ action, notAction }: Statement, evaluation: Evaluation): ElementTrace {
  if (action !== undefined) return matchAction(action, false, evaluation);
  if (notAction !== undefined) return matchAction(notAction, true, evaluation);
  return lacking('Action', 'undecided', evaluation.request.action);
}

function resourceOf(statement: Statement, evaluation: Evaluation): ElementTrace | undefined {
  const { resource, notResource } = statement;
  const { policyType, request } = evaluation;
  if (resource !== undefined) return matchResource(resource, false, evaluation);
  if (notResource !== undefined) return matchResource(notResource, true, evaluation);
  // The policy hangs on the resource itself where its service forbids the element (rule M8).
  if (policyType === 'role trust policy' || policyType === 'resource-based policy') {
    return undefined;
  }
  return lacking('Resource', 'undecided', request.resource);
}

/** The elements one after the other, as they stand in a statement. */
function* elementsOf(
  statement: Statement,
  principal: PrincipalMatch | undefined,
  evaluation: Evaluation,
): Generator<ElementTrace> {
  if (principal !== undefined) yield principal.trace;
  yield actionOf(statement, evaluation);
  const resource = resourceOf(statement, evaluation);
  if (resource !== undefined) yield resource;
  for (const entry of statement.condition?.entries ?? []) {
    yield matchConditionEntry(entry, evaluation);
  }
}

function* matchesOf(elements: Iterable<ElementTrace>): Generator<Match> {
  for (const { match } of elements) yield match;
}

/**
 * Decides the statement: the first element that does not match is enough. All its elements are
 * answered when somebody asks for them, at the expense of `evaluation.explanation`.
 */
export function matchStatement(statement: Statement, evaluation: Evaluation): StatementTrace {
  const principal = principalOf(statement, evaluation);
  const match = all(matchesOf(elementsOf(statement, principal, evaluation)));
  const grant: PrincipalGrant | undefined = principal?.grant;
  let elements: readonly ElementTrace[] | undefined;
  return {
    statement,
    match,
    takesEffect: takesEffect(match, statement.effect),
    get elements() {
      const explaining = { ...evaluation, budget: evaluation.explanation, explaining: true };
      elements ??= [...elementsOf(statement, principalOf(statement, explaining), explaining)];
      return elements;
    },
    ...(grant && { grant }),
  };
}
