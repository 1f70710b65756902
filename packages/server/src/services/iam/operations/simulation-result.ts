/** The outcome of simulated requests in the form of the API. */
import type {
  EvaluationResult,
  Statement as MatchedStatement,
  ResourceSpecificResult,
} from '@sekisho/catalog/types/iam';
import {
  type LayerTrace,
  type PolicySource,
  positionOf,
  type StatementTrace,
  type TracedDecision,
} from '@sekisho/policy';
import { foldCase } from '../../../directory/records.ts';

type Outcome = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** One resource and how it was decided. */
export interface SimulatedPair {
  readonly resource: string;
  readonly decision: TracedDecision;
}

/** The entry of one action: what came out over all resources, and for each of them. */
export function evaluationResult(
  action: string,
  pairs: readonly SimulatedPair[],
  resourceTemplate: string,
): EvaluationResult {
  const [first, ...others] = pairs;
  const single = others.length === 0 ? first : undefined;
  const specific = pairs.filter(({ resource }) => resource !== '*');
  const details = single === undefined ? undefined : detailsOf(single);
  const boundary = single?.decision ?? first?.decision;
  return {
    EvalActionName: action,
    // Unverified: with several resources, the form of the type's ARN.
    EvalResourceName: single?.resource ?? resourceTemplate,
    EvalDecision: combined(pairs),
    MatchedStatements: single === undefined ? [] : matchedStatements(single.decision),
    MissingContextValues: single === undefined ? [] : missingKeys(single.decision),
    // No account of this server is in an organization; policies of one may be given.
    OrganizationsDecisionDetail: { AllowedByOrganizations: pairs.every(allowedByOrganizations) },
    ...(boundary === undefined ? {} : boundaryDetail(pairs.map(({ decision }) => decision))),
    ...(details === undefined ? {} : { EvalDecisionDetails: details }),
    ...(specific.length === 0 ? {} : { ResourceSpecificResults: specific.map(resourceResult) }),
  };
}

function resourceResult(pair: SimulatedPair): ResourceSpecificResult {
  const { resource, decision } = pair;
  const details = decision.trace.crossAccount ? detailsOf(pair) : undefined;
  return {
    EvalResourceName: resource,
    EvalResourceDecision: outcomeOf(decision),
    MatchedStatements: matchedStatements(decision),
    MissingContextValues: missingKeys(decision),
    ...(details === undefined ? {} : { EvalDecisionDetails: details }),
    ...boundaryDetail([decision]),
  };
}

function outcomeOf({ outcome }: TracedDecision): Outcome {
  return outcome === 'allow' ? 'allowed' : outcome;
}

/** Unverified: how AWS sums up several resources; the most restrictive counts here. */
function combined(pairs: readonly SimulatedPair[]): Outcome {
  const outcomes = new Set(pairs.map(({ decision }) => outcomeOf(decision)));
  if (outcomes.has('explicitDeny')) return 'explicitDeny';
  return outcomes.has('implicitDeny') ? 'implicitDeny' : 'allowed';
}

/** Present and empty in the same account with a resource; absent for `*`. */
function detailsOf({ resource, decision }: SimulatedPair): ReadonlyMap<string, string> | undefined {
  if (resource === '*') return undefined;
  if (!decision.trace.crossAccount) return new Map();
  // Unverified: the names under which AWS tells the two sides.
  const names = new Map([
    ['identity-based policy', 'IAM Policy'],
    ['resource-based policy', 'Resource Policy'],
  ]);
  const details = new Map<string, string>();
  for (const layer of decision.trace.layers) {
    const name = names.get(layer.policyType);
    const verdict = layer.verdict === 'allow' ? 'allowed' : layer.verdict;
    if (name !== undefined) details.set(name, verdict);
  }
  return details;
}

function allowedByOrganizations({ decision }: SimulatedPair): boolean {
  return layersOf(decision, 'service control policy').every(({ verdict }) => verdict === 'allow');
}

function boundaryDetail(
  decisions: readonly TracedDecision[],
): Pick<EvaluationResult, 'PermissionsBoundaryDecisionDetail'> {
  const layers = decisions.flatMap((decision) => layersOf(decision, 'permissions boundary'));
  if (layers.length === 0) return {};
  const allowed = layers.every(({ verdict }) => verdict === 'allow');
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed } };
}

function layersOf({ trace }: TracedDecision, type: LayerTrace['policyType']): LayerTrace[] {
  return trace.layers.filter(({ policyType }) => policyType === type);
}

interface Matched {
  readonly source: PolicySource;
  readonly trace: StatementTrace;
  readonly layer: LayerTrace;
}

/** Of an explicit deny the Deny statements alone; of an allow its Allows; else none. */
function matchedStatements(decision: TracedDecision): readonly MatchedStatement[] {
  const { outcome, trace } = decision;
  if (outcome === 'implicitDeny') return [];
  const effect = outcome === 'allow' ? 'Allow' : 'Deny';
  const matched: Matched[] = trace.layers.flatMap((layer) =>
    layer.policies.flatMap(({ source, statements }) =>
      statements
        .filter((one) => one.takesEffect && one.statement.effect === effect)
        .map((one) => ({ source, trace: one, layer })),
    ),
  );
  const granting = ({ layer }: Matched): boolean =>
    outcome !== 'allow' ||
    layer.policyType === 'identity-based policy' ||
    layer.policyType === 'resource-based policy';
  return matched.filter(granting).map(toMatchedStatement);
}

function toMatchedStatement({ source, trace, layer }: Matched): MatchedStatement {
  const { text } = source.document;
  const { statement } = trace;
  return {
    SourcePolicyId: source.name,
    // Unverified: the words for a resource-based policy.
    SourcePolicyType:
      layer.policyType === 'resource-based policy' ? 'Resource Policy' : 'IAM Policy',
    StartPosition: position(text, startOf(source, statement.index)),
    EndPosition: position(text, statement.span.end),
  };
}

/**
 * AWS's start is where its reader stood before the statement: right behind the opening bracket or
 * the statement before, white space and comma included; its end is right behind the brace.
 */
function startOf({ document }: PolicySource, index: number): number {
  const before = document.statements[index - 1];
  if (before !== undefined) return before.span.end;
  let start = document.statements[index]?.span.start ?? 0;
  while (start > 0 && /\s/.test(document.text[start - 1] ?? '')) start -= 1;
  return start;
}

function position(text: string, offset: number): { Line: number; Column: number } {
  const { line, column } = positionOf(text, offset);
  return { Line: line, Column: column };
}

/** Keys that statements about this action and resource ask for and that nobody gave. */
function missingKeys({ trace }: TracedDecision): readonly string[] {
  const keys = new Map<string, string>();
  for (const layer of trace.layers) {
    for (const { elements } of layer.policies.flatMap(({ statements }) => statements)) {
      const applies = elements.every(
        ({ element, match, cause }) =>
          element === 'Condition' || match === 'yes' || cause === 'variableUnresolved',
      );
      if (!applies) continue;
      for (const { element, key, requestValues, variable } of elements) {
        const missing = element === 'Condition' && requestValues === undefined ? key : undefined;
        for (const name of [missing, variable]) {
          if (name !== undefined && !keys.has(foldCase(name))) keys.set(foldCase(name), name);
        }
      }
    }
  }
  return [...keys.values()];
}
