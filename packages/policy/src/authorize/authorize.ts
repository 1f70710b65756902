/** The policy decision point (PDP): the order of the policy types, as AWS's page tells it. */
import { isAccountId, parseArn } from '../arn.ts';
import { foldCase } from '../ascii.ts';
import type {
  AuthorizationRequest,
  Decision,
  DecisionReason,
  PolicySet,
  Principal,
} from '../request.ts';
import { RequestContext } from '../request-context.ts';
import { explanationSteps, StepBudget } from '../step-budget.ts';
import { type Layers, traceLayers } from './layers.ts';
import type { DecisionTrace, LayerTrace, Refusal } from './trace.ts';

/** A decision with everything that led to it. */
export interface TracedDecision extends Decision {
  readonly trace: DecisionTrace;
}

/**
 * Decides one request. Total: it never throws, and a failure of evaluation denies (rule E18).
 *
 * The order is that of "How AWS enforcement code logic evaluates requests to allow or deny access":
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function authorize(request: AuthorizationRequest, policies: PolicySet): TracedDecision {
  try {
    return decide(request, policies);
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'unknown cause';
    return failed(request, policies, `the evaluation failed: ${cause}`);
  }
}

function decide(request: AuthorizationRequest, policies: PolicySet): TracedDecision {
  if (!/^[A-Za-z0-9-]+:[A-Za-z0-9_*-]+$/.test(request.action)) {
    return failed(request, policies, 'the action does not have the form service:Action');
  }
  const budget = new StepBudget();
  const layers = traceLayers(request, policies, {
    request,
    action: foldCase(request.action),
    context: new RequestContext(request.context),
    budget,
    explanation: new StepBudget(explanationSteps),
    hasPermissionsBoundary: policies.boundary !== undefined,
  });
  const trace = traceOf(request, policies, layers);
  if (budget.exhausted) {
    return failed(
      request,
      policies,
      'the policies need more steps than a decision may take',
      trace,
    );
  }
  const [refusal] = trace.refusals;
  const reason = reasonOf(refusal?.layer ?? allowingLayer(layers, policies, trace.crossAccount));
  const failure = refusal && failureOf(refusal.layer);
  return {
    outcome: refusal?.verdict ?? 'allow',
    ...(reason && { reason }),
    ...(failure !== undefined && { failure }),
    request,
    policies,
    trace,
  };
}

/** Every layer that refuses, in AWS's order; none means that the request is allowed. */
function* refusals(
  layers: Layers,
  policies: PolicySet,
  principal: Principal,
  crossAccount: boolean,
): Generator<Refusal, void> {
  const { serviceControl, vpcEndpoint, resource, identity, boundary, session } = layers;
  const implicitly = (layer: LayerTrace): Refusal => ({ verdict: 'implicitDeny', layer });

  // 1. Deny evaluation: an explicit deny in any policy of either account is final (rule E1).
  for (const layer of inOrder(layers)) {
    if (layer.verdict === 'explicitDeny') yield { verdict: 'explicitDeny', layer };
  }
  // 2. RCPs: RCPFullAWSAccess cannot be detached, so that only their denies matter (E2).
  // 3. SCPs: every level, from the root down, must allow (E2).
  for (const level of serviceControl) if (!level.allows) yield implicitly(level);
  // Unverified: where AWS places the VPC endpoint policy in the order (E16).
  if (vpcEndpoint && !vpcEndpoint.allows) yield implicitly(vpcEndpoint);

  // 4. Resource-based policies.
  if (identity === undefined) {
    if (resource.grant === undefined) yield implicitly(resource);
    return;
  }
  let { grant } = resource;
  if (grant === undefined && (crossAccount || policies.combining === 'resource-required')) {
    yield implicitly(resource);
    // Go on as though the grant that is lacking were there, to find what else must change.
    grant = principal.type === 'role-session' ? 'underlying' : 'direct';
  }
  // A direct grant in the same account is final (E5).
  if (grant === 'direct' && !crossAccount) return;

  // 5. Identity-based policies; a grant to the role in the same account stands in for them (E6).
  const standsIn = grant === 'underlying' && !crossAccount;
  if (!standsIn && !identity.allows) yield implicitly(identity);
  // 6. Permissions boundaries.
  if (boundary && !boundary.allows) yield implicitly(boundary);
  // 7. Session policies.
  if (session && !session.allows) yield implicitly(session);
}

/** All layers in the order in which AWS names one of several reasons. */
function inOrder(layers: Layers): LayerTrace[] {
  const { vpcEndpoint, resource, identity, boundary, session } = layers;
  const single = [vpcEndpoint, resource, identity, boundary, session];
  return [
    ...layers.resourceControl,
    ...layers.serviceControl,
    ...single.filter((layer) => layer !== undefined),
  ];
}

/** The account that owns the resource; undefined where nothing names one. */
function resourceAccountOf(request: AuthorizationRequest): string | undefined {
  if (request.resourceAccount !== undefined) return request.resourceAccount;
  const account = parseArn(request.resource)?.account;
  if (account !== undefined && isAccountId(account)) return account;
  return 'account' in request.principal ? request.principal.account : undefined;
}

function traceOf(
  request: AuthorizationRequest,
  policies: PolicySet,
  layers: Layers,
): DecisionTrace {
  const { principal } = request;
  const resourceAccount = resourceAccountOf(request);
  const crossAccount = 'account' in principal && principal.account !== resourceAccount;
  return {
    resourceAccount,
    crossAccount,
    layers: inOrder(layers),
    refusals: [...refusals(layers, policies, principal, crossAccount)],
  };
}

/** The layer whose Allow was enough, for an allowed request. */
function allowingLayer(layers: Layers, policies: PolicySet, crossAccount: boolean): LayerTrace {
  const { resource, identity } = layers;
  if (identity === undefined) return resource;
  const sufficient = resource.grant === 'direct' || resource.grant === 'underlying';
  if (policies.combining === 'resource-required' && sufficient) return resource;
  return !crossAccount && sufficient ? resource : identity;
}

function reasonOf({ policyType, deciding }: LayerTrace): DecisionReason {
  return {
    policyType,
    ...(deciding && {
      policy: deciding.source,
      statementIndex: deciding.trace.statement.index,
    }),
  };
}

/** Names what could not be evaluated when an undecided Deny made the decision. */
function failureOf({ verdict, deciding }: LayerTrace): string | undefined {
  if (verdict !== 'explicitDeny' || deciding?.trace.match !== 'undecided') return undefined;
  const element = deciding.trace.elements.find(({ match }) => match === 'undecided');
  const what =
    element?.element === 'Condition' ? `Condition ${element.operator}` : element?.element;
  return `the element ${what} could not be decided, so that the Deny takes effect`;
}

function failed(
  request: AuthorizationRequest,
  policies: PolicySet,
  failure: string,
  trace?: DecisionTrace,
): TracedDecision {
  const nothing = { resourceAccount: undefined, crossAccount: false, layers: [], refusals: [] };
  return { outcome: 'implicitDeny', failure, request, policies, trace: trace ?? nothing };
}
