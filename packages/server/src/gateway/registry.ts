/** The life of a registry request: as every other one's, with Basic credentials and OCI's answers. */
import type { Decision } from '@sekisho/policy';
import {
  downloadLayer,
  hostName,
  isLayerPath,
  isRegistryRequest,
  layerDenied,
  openLayerPath,
  planRequest,
  type RegistryIdentity,
  type RegistryPlan,
  type RegistryRoute,
  readIdentity,
  readRoute,
  tokenInvalid,
  writeChallenge,
  writeRegistryError,
} from '../endpoints/registry/index.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import type { ServiceError } from '../protocol/service-error.ts';
import { registryOfHost } from '../services/ecr/registry-address.ts';
import type { DemandContext, OperationContext, Service } from '../services/service.ts';
import { enforce } from './enforce.ts';
import { toServiceError } from './failure.ts';
import { decideLayer } from './layer-access.ts';
import type { GatewayParts } from './parts.ts';
import { checkReach, isInReach } from './private-network.ts';
import { recordOutcome, type Trail } from './record.ts';

/** The registry's id among the services that VPC endpoints stand for. */
const registryService = 'ecr.dkr';

/** Answers a request to the registry or to a layer's URL; undefined: it is another service's. */
export function answerRegistry(
  request: HttpRequest,
  parts: GatewayParts,
): Promise<HttpResponse> | undefined {
  const isLayer = isLayerPath(request.rawPath);
  if (!isLayer && !isRegistryRequest(request, parts.bucketSuffixes)) return undefined;
  const service = parts.runtime.service?.('ecr');
  if (service === undefined) return undefined;
  return isLayer ? download(request, parts) : handleRegistry(request, service, parts);
}

/**
 * Through a VPC endpoint layers come from S3's; the registry's own serves them too, here, under
 * the policy of S3's.
 */
async function download(request: HttpRequest, parts: GatewayParts): Promise<HttpResponse> {
  try {
    if (!isInReach(request, 's3')) checkReach(request, registryService);
    const layer = openLayerPath(request.rawPath, parts.runtime, request.receivedAt);
    const decision =
      typeof layer === 'object' ? decideLayer(request, layer.file, parts) : undefined;
    if (decision === undefined || decision.outcome === 'allow') {
      return downloadLayer(request, parts.runtime);
    }
    const refused = await refuseLayer(request, decision, parts);
    return parts.configuration.enforcement === 'enforce'
      ? refused
      : downloadLayer(request, parts.runtime);
  } catch (error) {
    return writeRegistryError(toServiceError(error, parts));
  }
}

/** S3's answer; the endpoint's owner is told why. */
async function refuseLayer(
  request: HttpRequest,
  decision: Decision,
  { journal, metrics, platform }: GatewayParts,
): Promise<HttpResponse> {
  const id = platform.random.uuid();
  metrics.decision(decision.outcome);
  await journal.record({
    id,
    at: request.receivedAt,
    account: request.privateNetwork?.account ?? '',
    principal: 'ecr.amazonaws.com',
    service: 's3',
    operation: 'GetObject',
    decisions: [decision],
  });
  return layerDenied(request.method, id);
}

/** Never rejects. */
async function handleRegistry(
  request: HttpRequest,
  service: Service,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const requestId = parts.platform.random.uuid();
  const trail: Trail = { request, requestId, service, decisions: [] };
  let response: HttpResponse;
  try {
    checkReach(request, registryService);
    const identity = readIdentity(request, parts.runtime);
    if (identity === undefined) return writeChallenge(realmOf(request, parts));
    trail.caller = identity.caller;
    trail.region = identity.region;
    response = await perform(request, identity, trail, parts);
  } catch (error) {
    response = failed(error, trail, parts);
  }
  try {
    return await recordOutcome(response, trail, parts);
  } catch (error) {
    return failed(error, trail, parts);
  }
}

function failed(error: unknown, trail: Trail, parts: GatewayParts): HttpResponse {
  const known: ServiceError = toServiceError(error, parts);
  trail.error = known;
  return writeRegistryError(known);
}

async function perform(
  request: HttpRequest,
  { authenticated, caller, region }: RegistryIdentity,
  trail: Trail,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const route = readRoute(request.rawPath, hostName(request));
  const named = registryNamed(route, hostName(request));
  // Unverified: a token of another region is as good as none.
  if (named.region !== undefined && named.region !== region) throw tokenInvalid(403);
  const registry = named.account ?? caller.account;
  const { runtime, library } = parts;
  const context: DemandContext = {
    caller,
    account: caller.account,
    partition: runtime.partition,
    region,
    http: request,
    authenticated,
    runtime,
  };
  const plan = planRequest(route, { context, registry });
  note(trail, plan);
  const now = request.receivedAt;
  const enforcement = enforce(plan.demands, { context, library, input: {}, now });
  trail.decisions = enforcement.authorized.decisions;
  if (enforcement.refused !== undefined) {
    trail.denied = true;
    if (parts.configuration.enforcement === 'enforce') throw enforcement.refused.error;
  }
  const operationContext: OperationContext = {
    ...context,
    authorized: enforcement.authorized,
    requestId: trail.requestId,
    now,
    commit: (changes) => runtime.state.commit(changes),
    payload: { stream: request.body, trailers: new Map() },
  };
  return await plan.run({ context: operationContext, registry });
}

/** The registry that stands in the Host, or before the repository's name in the path. */
function registryNamed(
  route: RegistryRoute,
  host: string,
): { readonly account?: string; readonly region?: string } {
  return 'repository' in route ? route.repository : (registryOfHost(host) ?? {});
}

/** Recorded as the operation of the API that does the same. */
function note(trail: Trail, { operation }: RegistryPlan): void {
  const model = operation === undefined ? undefined : trail.service?.model.operation(operation);
  if (model !== undefined) trail.operation = model;
}

function realmOf(request: HttpRequest, { configuration, runtime }: GatewayParts): string {
  const named = registryOfHost(hostName(request));
  const account = named?.account ?? runtime.accounts[0] ?? '';
  return `https://${account}.dkr.ecr.${named?.region ?? configuration.region}.amazonaws.com/`;
}
