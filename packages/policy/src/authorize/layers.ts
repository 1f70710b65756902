/** Which layers take part for which caller. */
import type { AuthorizationRequest, PolicySet, PolicySource, Principal } from '../request.ts';
import { type LayerInput, traceLayer } from './layer.ts';
import type { LayerTrace } from './trace.ts';

/** The layers of one decision; an absent one does not take part. */
export interface Layers {
  readonly resourceControl: readonly LayerTrace[];
  readonly serviceControl: readonly LayerTrace[];
  readonly vpcEndpoint?: LayerTrace;
  readonly resource: LayerTrace;
  /** Absent for callers without identity: services, federated and anonymous callers. */
  readonly identity?: LayerTrace;
  readonly boundary?: LayerTrace;
  readonly session?: LayerTrace;
}

function isServiceLinked(principal: Principal): boolean {
  return principal.type === 'role-session' && principal.serviceLinked === true;
}

/** Callers that belong to an account, and so have identity-based policies and SCPs. */
function hasIdentity({ principal }: AuthorizationRequest): boolean {
  return 'account' in principal;
}

/** The account's root user, or a federated user that root made: allowed by default (rule E10). */
export function isRootIdentity(principal: Principal): boolean {
  if (principal.type === 'root') return true;
  return principal.type === 'federated-user' && principal.issuerArn.endsWith(':root');
}

/** A federated user without a session policy has no permissions of its own (rule E7). */
function sessionPolicies(
  principal: Principal,
  policies: PolicySet,
): readonly PolicySource[] | undefined {
  if (principal.type === 'root') return undefined;
  return policies.session ?? (principal.type === 'federated-user' ? [] : undefined);
}

function identityLayer(
  request: AuthorizationRequest,
  policies: PolicySet,
  input: LayerInput,
): LayerTrace {
  const layer = traceLayer('identity-based policy', policies.identity, input);
  if (!isRootIdentity(request.principal)) return layer;
  const { verdict } = layer;
  return { ...layer, allows: true, verdict: verdict === 'implicitDeny' ? 'allow' : verdict };
}

/** Holds every policy that takes part against the request. */
export function traceLayers(
  request: AuthorizationRequest,
  policies: PolicySet,
  input: LayerInput,
): Layers {
  const { principal } = request;
  const { resource, boundary, resourceControl, serviceControl, vpcEndpoint } = policies;
  const bySelf = hasIdentity(request);
  const session = sessionPolicies(principal, policies);
  // Service-linked roles are bound by neither SCPs nor RCPs (rule E3).
  const controlled = !isServiceLinked(principal);
  const trust = policies.resourceIsTrustPolicy === true;
  return {
    resourceControl: (controlled ? (resourceControl ?? []) : []).map((level, index) =>
      traceLayer('resource control policy', level, input, index),
    ),
    serviceControl: (controlled && bySelf ? (serviceControl ?? []) : []).map((level, index) =>
      traceLayer('service control policy', level, input, index),
    ),
    ...(vpcEndpoint && { vpcEndpoint: traceLayer('VPC endpoint policy', vpcEndpoint, input) }),
    resource: traceLayer(
      trust ? 'role trust policy' : 'resource-based policy',
      resource === undefined ? [] : [resource],
      input,
    ),
    ...(bySelf && { identity: identityLayer(request, policies, input) }),
    ...(bySelf &&
      boundary &&
      principal.type !== 'root' && {
        boundary: traceLayer('permissions boundary', [boundary], input),
      }),
    ...(bySelf && session && { session: traceLayer('session policy', session, input) }),
  };
}
