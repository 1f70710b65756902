/** The explanation of a decision as data: who refused, what was nearest, what would allow it. */
import type { ElementTrace, LayerTrace, MismatchCause, Verdict } from '../authorize/trace.ts';
import { positionOf } from '../document/parse.ts';
import type { Decision, PolicySource, PolicyType } from '../request.ts';
import type { Change } from './change.ts';
import { nearestStatements } from './nearest.ts';
import { nearestValue } from './parting.ts';
import { needsCopy, proposeChanges } from './proposal.ts';
import type { StatementJson } from './statement-json.ts';

/** Where a statement stands, both ends inclusive; lines and columns from 1. */
export interface StatementPlace {
  readonly policy: string;
  readonly policyArn?: string;
  /** From 1, as people count. */
  readonly statement: number;
  readonly sid?: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** An element that did not match and what was compared. */
export interface FailedElement {
  readonly element: ElementTrace['element'];
  readonly operator?: string;
  readonly key?: string;
  readonly policyValues: readonly string[];
  /** Absent where the condition key is not in the request. */
  readonly requestValues?: readonly string[];
  readonly cause?: MismatchCause;
  readonly variable?: string;
  /**
   * The policy's value that agrees with the request's for longest, and where they part (from 1).
   * Absent where they have nothing in common.
   */
  readonly parting?: { readonly value: string; readonly character: number };
}

/** One layer that refuses. */
export interface ExplainedRefusal {
  readonly policyType: PolicyType;
  readonly level?: number;
  readonly verdict: Exclude<Verdict, 'allow'>;
  /** Whether there is any policy of the type. */
  readonly hasPolicies: boolean;
  /** For explicit denies: every Deny statement that applies. */
  readonly denies: readonly StatementPlace[];
  /** For implicit denies: the statements that nearly allowed. */
  readonly nearest: readonly (StatementPlace & { readonly failed: readonly FailedElement[] })[];
}

/** A change without the objects it points into. */
export interface ExplainedChange {
  readonly change: Change['change'];
  readonly policyType: PolicyType;
  readonly level?: number;
  /** Absent for a new policy. */
  readonly policy?: string;
  readonly policyArn?: string;
  readonly statementNumber?: number;
  readonly sid?: string;
  readonly element?: string;
  readonly operator?: string;
  readonly key?: string;
  readonly values?: readonly string[];
  /** What the values stand in place of, because it means nobody any more. */
  readonly replaced?: readonly string[];
  /** The statement as it would read; absent where it goes. */
  readonly statement?: StatementJson;
  /** AWS's own managed policies cannot be edited. */
  readonly needsCopy: boolean;
}

/** Everything there is to say of a denial. */
export interface Explanation {
  readonly refusals: readonly ExplainedRefusal[];
  readonly changes: readonly ExplainedChange[];
  /** See Proposal. */
  readonly proven: boolean;
}

/** The place of a statement in its policy's text. */
export function placeOf(source: PolicySource, index: number): StatementPlace {
  const { document, name, arn } = source;
  const statement = document.statements.find((candidate) => candidate.index === index);
  const start = positionOf(document.text, statement?.span.start ?? 0);
  const end = positionOf(document.text, Math.max((statement?.span.end ?? 1) - 1, 0));
  return {
    policy: name,
    ...(arn !== undefined && { policyArn: arn }),
    statement: index + 1,
    ...(statement?.sid !== undefined && { sid: statement.sid }),
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** Elements whose values are patterns or texts, where a position says something. */
function partingOf(element: ElementTrace): FailedElement['parting'] {
  const { match, policyValues, requestValues = [], operator = '' } = element;
  const [only, ...others] = requestValues;
  if (match !== 'no' || only === undefined || others.length > 0) return undefined;
  const isText =
    element.element === 'Condition'
      ? /^(?:ForAllValues:|ForAnyValue:)?(?:String(?:Equals|Like)|Arn(?:Equals|Like))/.test(
          operator,
        )
      : element.element === 'Resource' || element.element === 'Action';
  if (!isText) return undefined;
  const nearest = nearestValue(policyValues, only);
  if (nearest === undefined) return undefined;
  const { value, offset } = nearest;
  // Names of two services have nothing in common, whatever letters they begin with.
  const same = element.element === 'Action' ? value.indexOf(':') + 1 : 1;
  return offset < same ? undefined : { value, character: offset + 1 };
}

function failedElement(element: ElementTrace): FailedElement {
  const { operator, key, policyValues, requestValues, cause, variable } = element;
  const parting = partingOf(element);
  return {
    element: element.element,
    ...(operator !== undefined && { operator }),
    ...(key !== undefined && { key }),
    policyValues,
    ...(requestValues && { requestValues }),
    ...(cause && { cause }),
    ...(variable !== undefined && { variable }),
    ...(parting && { parting }),
  };
}

function deniesOf(layer: LayerTrace): readonly StatementPlace[] {
  return layer.policies.flatMap(({ source, statements }) =>
    statements
      .filter(({ statement, takesEffect }) => statement.effect === 'Deny' && takesEffect)
      .map(({ statement }) => placeOf(source, statement.index)),
  );
}

function explainedChange(change: Change): ExplainedChange {
  const { policy, policyType, level } = change;
  const index = 'statementIndex' in change ? change.statementIndex : undefined;
  const sid = policy?.document.statements.find((candidate) => candidate.index === index)?.sid;
  return {
    change: change.change,
    policyType,
    ...(level !== undefined && { level }),
    ...(policy && { policy: policy.name }),
    ...(policy?.arn !== undefined && { policyArn: policy.arn }),
    ...(index !== undefined && { statementNumber: index + 1 }),
    ...(sid !== undefined && { sid }),
    ...(change.change === 'addValue' && {
      element: change.element,
      ...(change.operator !== undefined && { operator: change.operator }),
      ...(change.key !== undefined && { key: change.key }),
      values: change.values,
      ...(change.replaced && { replaced: change.replaced }),
    }),
    ...('statement' in change && { statement: change.statement }),
    needsCopy: needsCopy(change),
  };
}

/** Explains a denied decision that has a trace; an allowed one has nothing to explain. */
export function explainDecision(decision: Decision): Explanation {
  const refusals = decision.trace?.refusals ?? [];
  const { changes, proven } = proposeChanges(decision);
  return {
    refusals: refusals.map(({ verdict, layer }) => ({
      policyType: layer.policyType,
      ...(layer.level !== undefined && { level: layer.level }),
      verdict,
      hasPolicies: layer.policies.length > 0,
      denies: verdict === 'explicitDeny' ? deniesOf(layer) : [],
      nearest:
        verdict === 'explicitDeny'
          ? []
          : nearestStatements(layer).map(({ source, trace, failed }) => ({
              ...placeOf(source, trace.statement.index),
              failed: failed.map(failedElement),
            })),
    })),
    changes: changes.map(explainedChange),
    proven,
  };
}
