/** The policy enforcement point (PEP): every demand is decided before any operation runs. */
import {
  type AuthorizationRequest,
  authorize,
  type Decision,
  denialMessage,
  type PolicySet,
} from '@sekisho/policy';
import { demandContext, sharedContext } from '../information/context.ts';
import type { ContextEntry } from '../information/entries.ts';
import {
  type CallerPolicies,
  type PolicyLibrary,
  PolicyUnreadable,
} from '../information/policies.ts';
import { principalOf } from '../information/principal.ts';
import { ServiceError } from '../protocol/service-error.ts';
import {
  type Authorized,
  type Demand,
  type DemandContext,
  proveAuthorized,
  type Service,
} from '../services/service.ts';

/** A refusal: the error for the wire and the decisions behind it. */
export interface Refused {
  readonly error: Error;
  readonly decisions: readonly Decision[];
}

/** How the demands of one request were decided; `refused` when one that counts was not allowed. */
export interface Enforcement {
  readonly authorized: Authorized;
  readonly refused?: Refused;
}

/** What a request's demands are decided with. */
export interface EnforcementSources {
  readonly context: DemandContext;
  readonly library: PolicyLibrary;
  readonly input: unknown;
  readonly now: number;
  /** The service's own refusal, where it has one. */
  readonly whenDenied?: Service['whenDenied'];
  /** The service's protocols: those that speak JSON first refuse in their own form. */
  readonly protocols?: Service['protocols'];
}

/**
 * Decides each demand in order and stops at the first refusal that counts. The proof that comes
 * back is only usable when nothing was refused, or when the server runs in audit mode.
 */
export function enforce(demands: readonly Demand[], sources: EnforcementSources): Enforcement {
  const { context, library, now } = sources;
  const { directory } = context.runtime;
  const decisions: Decision[] = [];
  if (demands.length === 0) return { authorized: proveAuthorized(decisions) };
  let policies: CallerPolicies | undefined;
  let unreadable: string | undefined;
  try {
    policies = library.of(context.caller);
  } catch (error) {
    if (!(error instanceof PolicyUnreadable)) throw error;
    unreadable = error.message;
  }
  const shared = sharedContext({
    caller: context.caller,
    http: context.http,
    region: context.region,
    now,
    directory,
  });
  let refused: Refused | undefined;
  for (const demand of demands) {
    const request = requestOf(demand, shared, sources);
    const decision =
      policies === undefined
        ? unreadableDecision(request, unreadable ?? 'the policies cannot be read')
        : decide(request, policySet(demand, policies), policies, library);
    decisions.push(decision);
    if (decision.outcome === 'allow' || demand.advisory === true || refused !== undefined) continue;
    refused = { error: refusal(demand, decision, sources), decisions };
  }
  const authorized = proveAuthorized(decisions);
  return refused === undefined ? { authorized } : { authorized, refused };
}

/** The quick evaluator first; what it does not allow is decided by the plain one, which explains. */
function decide(
  request: AuthorizationRequest,
  policies: PolicySet,
  bound: CallerPolicies,
  { quick }: PolicyLibrary,
): Decision {
  // `bound` stays one object until IAM changes, so that it is compiled once.
  const outcome = quick.decide(quick.principalSet(bound), request, policies);
  return outcome === 'allow' ? { outcome, request, policies } : authorize(request, policies);
}

function requestOf(
  demand: Demand,
  shared: readonly ContextEntry[],
  { context, input }: EnforcementSources,
): AuthorizationRequest {
  const resourceAccount =
    demand.resourceAccount ?? accountOfArn(demand.resource) ?? context.account;
  const entries = demandContext(
    shared,
    {
      action: demand.action,
      resource: demand.resource,
      resourceAccount,
      context: demand.context,
    },
    input,
    context.runtime.directory,
  );
  return {
    principal: principalOf(context.caller),
    action: demand.action,
    resource: demand.resource,
    resourceAccount,
    context: entries,
    ...(demand.resource === '*' ? { wildcardOnlyAction: true } : {}),
  };
}

/** The fifth field of an ARN, when it is an account id. */
function accountOfArn(resource: string): string | undefined {
  const account = resource.split(':', 5)[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

function policySet(demand: Demand, policies: CallerPolicies): PolicySet {
  return {
    identity: policies.identity,
    ...(policies.boundary === undefined ? {} : { boundary: policies.boundary }),
    ...(policies.session === undefined ? {} : { session: policies.session }),
    ...(demand.resourcePolicy === undefined ? {} : { resource: demand.resourcePolicy }),
    ...(demand.combining === undefined ? {} : { combining: demand.combining }),
    ...(demand.resourceIsTrustPolicy === true ? { resourceIsTrustPolicy: true } : {}),
  };
}

/** Rule E18: what cannot be evaluated is denied, with its own reason. */
function unreadableDecision(request: AuthorizationRequest, failure: string): Decision {
  return { outcome: 'implicitDeny', failure, request, policies: { identity: [] } };
}

function refusal(
  demand: Demand,
  decision: Decision,
  { context, whenDenied, protocols }: EnforcementSources,
): Error {
  if (demand.whenDenied !== undefined) return demand.whenDenied(decision);
  if (whenDenied !== undefined) return whenDenied(decision, demand, context);
  const message = denialMessage({
    decision,
    ...(demand.resourceText === undefined ? {} : { resourceText: demand.resourceText }),
  });
  return accessDenied(message, protocols);
}

/** JSON services name their exception and answer 400; the others `AccessDenied` and 403. */
function accessDenied(message: string, protocols: Service['protocols'] = []): ServiceError {
  return protocols[0]?.startsWith('aws-json-') === true
    ? new ServiceError('AccessDeniedException', message, 400)
    : new ServiceError('AccessDenied', message, 403);
}
