/** One layer of a decision: all policies of one type held against the request. */
import { matchStatement } from '../match/statement.ts';
import type { AuthorizationRequest, PolicySource, PolicyType } from '../request.ts';
import type { RequestContext } from '../request-context.ts';
import type { Steps } from '../step-budget.ts';
import type { DecidingStatement, LayerTrace, PolicyTrace, PrincipalGrant } from './trace.ts';

/** What all layers of one decision share. */
export interface LayerInput {
  readonly request: AuthorizationRequest;
  /** The request's action in lower case. */
  readonly action: string;
  readonly context: RequestContext;
  readonly budget: Steps;
  /** For elements that are asked for after the decision. */
  readonly explanation: Steps;
  readonly hasPermissionsBoundary: boolean;
}

function tracePolicy(source: PolicySource, policyType: PolicyType, input: LayerInput): PolicyTrace {
  const evaluation = { ...input, source, policyType, version: source.document.version };
  const statements = [];
  for (const statement of source.document.statements) {
    if (!input.budget.spend(100)) break;
    statements.push(matchStatement(statement, evaluation));
  }
  return { source, statements };
}

const grantStrength: Readonly<Record<PrincipalGrant, number>> = {
  direct: 3,
  underlying: 2,
  account: 1,
};

function strength(statement: DecidingStatement): number {
  const { grant } = statement.trace;
  return grant === undefined ? 0 : grantStrength[grant];
}

/** Reads every statement of every policy, also behind one that already decides. */
export function traceLayer(
  policyType: PolicyType,
  sources: readonly PolicySource[],
  input: LayerInput,
  level?: number,
): LayerTrace {
  const policies = sources.map((source) => tracePolicy(source, policyType, input));
  const effective = policies.flatMap(({ source, statements }) =>
    statements.filter((trace) => trace.takesEffect).map((trace) => ({ source, trace })),
  );
  const denying = effective.find(({ trace }) => trace.statement.effect === 'Deny');
  const allowing = effective
    .filter(({ trace }) => trace.statement.effect === 'Allow')
    .reduce<DecidingStatement | undefined>(
      (best, next) => (best === undefined || strength(next) > strength(best) ? next : best),
      undefined,
    );
  const deciding = denying ?? allowing;
  const grant = allowing?.trace.grant;
  return {
    policyType,
    ...(level !== undefined && { level }),
    allows: allowing !== undefined,
    verdict: denying ? 'explicitDeny' : allowing ? 'allow' : 'implicitDeny',
    ...(deciding && { deciding }),
    ...(grant && { grant }),
    policies,
  };
}
