/** The smallest changes that would allow a refused request: chosen by executing them. */
import { authorize } from '../authorize/authorize.ts';
import type { DecisionTrace } from '../authorize/trace.ts';
import type { AuthorizationRequest, Decision, PolicySet } from '../request.ts';
import { valueAdditions } from './added-value.ts';
import { applyChanges, policyIdentity } from './apply.ts';
import type { Change } from './change.ts';
import { denyChanges } from './narrowed-deny.ts';
import { isEditable, statementAddition } from './proposed-statement.ts';

/** What would allow the request. */
export interface Proposal {
  /** One for each layer or Deny that refuses; none where nothing can be proposed. */
  readonly changes: readonly Change[];
  /**
   * Executed: with all changes the request is allowed, and without any one of them it is not.
   * False when the changes could not be shown to do so.
   */
  readonly proven: boolean;
}

const nothing: Proposal = { changes: [], proven: false };

/** Of more than these the alternatives are not tried one by one; of the second number, nothing is. */
const triedMax = 12;
const slotsMax = 100;

/**
 * Proposes the smallest changes for a denied decision, one for each layer that must change and one
 * for each Deny statement that applies, and executes them. The request's context is read again, so
 * that it must be an array or a map.
 *
 * What is smallest is measured by what else it would allow: a value is added to a statement only
 * where the rest of that statement says exactly what the request says; a Deny is narrowed, not
 * removed, as long as it can be.
 */
export function proposeChanges(decision: Decision): Proposal {
  const { request, policies } = decision;
  // Without a reason it was the evaluation that failed: no policy's text would help.
  if (decision.outcome === 'allow' || decision.reason === undefined) return nothing;
  const trace = decision.trace ?? authorize(request, policies).trace;
  const slots = slotsOf(request, trace);
  if (slots.length === 0) return nothing;
  const safe = slots.flatMap((candidates) => candidates.at(-1) ?? []);
  if (slots.length > slotsMax || !isAllowed(request, policies, safe)) {
    return { changes: safe, proven: false };
  }
  const chosen = slots.flatMap((candidates, index) => {
    if (slots.length > triedMax) return candidates[0] ?? [];
    const others = safe.filter((_, other) => other !== index);
    const works = (change: Change) => isAllowed(request, policies, [...others, change]);
    return candidates.find((change) => change === safe[index] || works(change)) ?? [];
  });
  const changes = isAllowed(request, policies, chosen) ? chosen : safe;
  return { changes: withoutNeedless(request, policies, changes), proven: true };
}

/** For each layer or Deny the changes to choose from, the least first; the last always helps. */
function slotsOf(request: AuthorizationRequest, trace: DecisionTrace): (readonly Change[])[] {
  const slots: (readonly Change[])[] = [];
  const seen = new Map<unknown, Set<number>>();
  for (const { verdict, layer } of trace.refusals) {
    if (verdict === 'implicitDeny') {
      slots.push([...valueAdditions(request, layer), statementAddition(request, layer)]);
      continue;
    }
    for (const { source, statements } of layer.policies) {
      const identity = policyIdentity(source);
      const known = seen.get(identity) ?? new Set();
      seen.set(identity, known);
      for (const statement of statements) {
        const { effect, index } = statement.statement;
        if (effect !== 'Deny' || !statement.takesEffect || known.has(index)) continue;
        known.add(index);
        slots.push(denyChanges(request, layer, source, statement));
      }
    }
  }
  return slots;
}

function isAllowed(
  request: AuthorizationRequest,
  policies: PolicySet,
  changes: readonly Change[],
): boolean {
  let changed: PolicySet;
  try {
    changed = applyChanges(policies, changes);
  } catch {
    // A change that does not make a policy allows nothing; a stored policy never gets here.
    return false;
  }
  return authorize(request, changed).outcome === 'allow';
}

/** One policy in two places can make a second change needless. */
function withoutNeedless(
  request: AuthorizationRequest,
  policies: PolicySet,
  changes: readonly Change[],
): readonly Change[] {
  let needed = changes;
  for (const change of changes) {
    const others = needed.filter((other) => other !== change);
    if (isAllowed(request, policies, others)) needed = others;
  }
  return needed;
}

/** Whether the changes can be made as they are: AWS's own managed policies must be copied first. */
export function needsCopy(change: Change): boolean {
  return !isEditable(change.policy);
}
