/** The policy enforcement point (PEP): every demand is decided before any operation runs. */
import {
  type AuthorizationRequest,
  authorize,
  type Decision,
  type PolicySet,
} from '@sekisho/policy';
import { PolicyUnreadable } from '../directory/policy-documents.ts';
import { demandContext, sharedContext } from '../information/context.ts';
import type { ContextEntry } from '../information/entries.ts';
import { networkKeys } from '../information/network-keys.ts';
import type { CallerPolicies, PolicyLibrary } from '../information/policies.ts';
import { principalOf } from '../information/principal.ts';
import { type Authorized, type Demand, proveAuthorized } from '../services/service.ts';
import { type RefusalSources, type Refused, refusal } from './refusal.ts';

/** How the demands of one request were decided; `refused` when one that counts was not allowed. */
export interface Enforcement {
  readonly authorized: Authorized;
  readonly refused?: Refused;
}

/** What a request's demands are decided with. */
export interface EnforcementSources extends RefusalSources {
  readonly library: PolicyLibrary;
  readonly input: unknown;
  readonly now: number;
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
  const { privateNetwork: network } = context.http;
  let policies: CallerPolicies | undefined;
  let networked: CallerPolicies | undefined;
  let unreadable: string | undefined;
  try {
    policies = library.of(context.caller);
    networked = network === undefined ? policies : library.through(policies, network);
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
    const bound = demand.forwarded === true ? policies : networked;
    const decision =
      bound === undefined
        ? unreadableDecision(request, unreadable ?? 'the policies cannot be read')
        : decide(request, policySet(demand, bound), bound, library);
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
  const network = demand.forwarded === true ? undefined : context.http.privateNetwork;
  const entries = demandContext(
    network === undefined ? shared : [...shared, ...networkKeys(network, demand.action)],
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
    ...(policies.vpcEndpoint === undefined ? {} : { vpcEndpoint: policies.vpcEndpoint }),
    ...(demand.resourcePolicy === undefined ? {} : { resource: demand.resourcePolicy }),
    ...(demand.combining === undefined ? {} : { combining: demand.combining }),
    ...(demand.resourceIsTrustPolicy === true ? { resourceIsTrustPolicy: true } : {}),
  };
}

/** Rule E18: what cannot be evaluated is denied, with its own reason. */
function unreadableDecision(request: AuthorizationRequest, failure: string): Decision {
  return { outcome: 'implicitDeny', failure, request, policies: { identity: [] } };
}
