/** The life of a request, from parsed bytes to answer: DESIGN's table as one straight function. */

import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { hasStreamingInput, type Protocol } from '../protocol/protocol.ts';
import { protocolNamed } from '../protocol/protocols.ts';
import { wireRequestId } from '../protocol/request-id.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { NotMapped } from '../services/demands/not-mapped.ts';
import { RefusedByPolicy } from '../services/refused-by-policy.ts';
import {
  type Demand,
  type DemandContext,
  type DemandRule,
  type OperationContext,
  type OriginRequest,
  OutputWithStatus,
  RawResponse,
  type Service,
} from '../services/service.ts';
import { StoreConflict } from '../store/store.ts';
import { authenticateRoute } from './authenticate.ts';
import { authorizationIdOf } from './authorization-id.ts';
import { answerPreflight, isPreflight, originRequest, withOriginHeaders } from './cross-origin.ts';
import { type EnforcementSources, enforce } from './enforce.ts';
import { withExtendedRequestId } from './extended-request-id.ts';
import { toServiceError } from './failure.ts';
import { type OperationRoute, parseOperationInput } from './input.ts';
import type { GatewayParts } from './parts.ts';
import { checkReach } from './private-network.ts';
import { recordOutcome, type Trail } from './record.ts';
import { type RefusalSources, refuseNotMapped } from './refusal.ts';
import { routeRequest } from './route.ts';

/** Each run sees the store as it is; a writer that keeps losing must end some time. */
const attemptsMax = 20;

/** No operation of AWS names so many resources at once; each is a decision. */
const demandsMax = 3000;

/** Answers one request. Never rejects; what is not a ServiceError is answered as AWS's 500. */
export async function handle(request: HttpRequest, parts: GatewayParts): Promise<HttpResponse> {
  const trail: Trail = { request, requestId: parts.platform.random.uuid(), decisions: [] };
  let protocol: Protocol = protocolNamed('aws-query');
  let response: HttpResponse;
  let origin: OriginRequest | undefined;
  try {
    const routed = await routeRequest(request, parts.router, parts.bucketSuffixes);
    const { route } = routed;
    if (route.kind === 'answered') return route.response;
    protocol = route.protocol;
    trail.requestId = wireRequestId(protocol.name, trail.requestId);
    if (route.service !== undefined) trail.service = route.service;
    origin = originRequest(request, routed.virtualHostBucket, parts);
    if (isPreflight(request, route.service)) {
      checkReach(request, route.service.id);
      response = answerPreflight(route.service, origin, trail.requestId);
    } else {
      if (route.kind === 'refused') throw route.error;
      checkReach(request, route.service.id);
      trail.operation = route.operation;
      const { body, virtualHostBucket } = routed;
      response = await perform(request, { ...route, body, virtualHostBucket }, trail, parts);
    }
  } catch (error) {
    const known = toServiceError(error, parts);
    trail.error = known;
    noteDecisions(known, trail);
    response = writeError(known, protocol, trail);
  }
  response = withExtendedRequestId(response, trail, parts);
  if (origin !== undefined) response = withOriginHeaders(response, trail.service, origin);
  try {
    return await recordOutcome(response, trail, parts);
  } catch (error) {
    return writeError(toServiceError(error, parts), protocol, trail);
  }
}

/** What a service itself was refused is kept as the caller's own refusals are, to be explained. */
function noteDecisions(error: ServiceError, trail: Trail): void {
  if (!(error instanceof RefusedByPolicy) || error.decisions.length === 0) return;
  trail.decisions = [...trail.decisions, ...error.decisions];
  trail.denied = true;
}

function writeError(
  error: ServiceError,
  protocol: Protocol,
  { service, requestId, request }: Trail,
): HttpResponse {
  const accept = request.header('accept');
  const { method } = request;
  return protocol.writeError(error, { model: service?.model, requestId, method, accept });
}

/** Steps 3 to 10 for a request whose operation is known. */
async function perform(
  request: HttpRequest,
  route: OperationRoute,
  trail: Trail,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const { service, operation, protocol } = route;
  const streaming = hasStreamingInput(operation);
  const { authenticated, payload, body } = await authenticateRoute(
    request,
    route,
    streaming,
    parts,
  );
  trail.caller = authenticated.caller;
  if (authenticated.region !== undefined) trail.region = authenticated.region;
  const input = parseOperationInput(request, route, body);
  let { caller } = authenticated;
  const region = service.globalRegion ?? authenticated.region ?? parts.configuration.region;
  const now = request.receivedAt;
  const base = {
    partition: parts.runtime.partition,
    region,
    http: request,
    authenticated,
    runtime: parts.runtime,
  };
  caller =
    (await service.federate?.(operation.name, input, { ...base, caller, account: '' })) ?? caller;
  trail.caller = caller;
  const account = 'account' in caller ? caller.account : '';
  const context: DemandContext = { ...base, caller, account };
  const rule = parts.ruleOf(service, operation.name);
  for (let attempt = 1; ; attempt += 1) {
    const { library } = parts;
    const sources = { ...refusalSources(service, context, trail.requestId), library, input, now };
    const demands = await demandsOrRefusal(rule, sources, trail);
    const enforcement = enforce(demands, sources);
    trail.decisions = enforcement.authorized.decisions;
    if (enforcement.refused !== undefined) {
      trail.denied = true;
      if (parts.configuration.enforcement === 'enforce') throw enforcement.refused.error;
    }
    const run = service.operations.get(operation.name);
    if (run === undefined) throw notImplemented(service.id, operation.name);
    const operationContext: OperationContext = {
      ...context,
      authorized: enforcement.authorized,
      requestId: trail.requestId,
      now,
      commit: (changes) => parts.runtime.state.commit(changes),
      payload,
    };
    try {
      const output = await run(input as never, operationContext);
      if (output instanceof RawResponse) return output.response;
      const accept = request.header('accept');
      const model = { model: service.model, requestId: trail.requestId, accept };
      if (output instanceof OutputWithStatus) {
        const written = protocol.writeOutput(operation, output.output as object, model);
        return { ...written, status: output.status };
      }
      return protocol.writeOutput(operation, output as object, model);
    } catch (error) {
      if (!(error instanceof StoreConflict) || streaming || attempt >= attemptsMax) throw error;
    }
  }
}

function refusalSources(
  { whenDenied, protocols, tellsAuthorizationId }: Service,
  context: DemandContext,
  requestId: string,
): RefusalSources {
  const authorizationId = tellsAuthorizationId === true ? authorizationIdOf(requestId) : undefined;
  return {
    context,
    protocols,
    authorizationId,
    ...(whenDenied === undefined ? {} : { whenDenied }),
  };
}

/** Also in audit mode nothing runs whose authorization is not known. */
async function demandsOrRefusal(
  rule: DemandRule<unknown>,
  sources: EnforcementSources,
  trail: Trail,
): Promise<readonly Demand[]> {
  try {
    const demands = await rule(sources.input, sources.context);
    if (demands.length <= demandsMax) return demands;
    throw new ServiceError('InvalidRequest', 'The request names too many resources.', 400);
  } catch (error) {
    if (!(error instanceof NotMapped)) throw error;
    const refused = refuseNotMapped(error, sources);
    trail.decisions = refused.decisions;
    trail.denied = true;
    throw refused.error;
  }
}

/** An operation that is not written says so, after authorization. */
function notImplemented(service: string, operation: string): ServiceError {
  return new ServiceError(
    'NotImplemented',
    `The operation ${service}:${operation} is not implemented by this server.`,
    501,
  );
}
