/** The life of a request, from parsed bytes to answer: DESIGN's table as one straight function. */

import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { hasStreamingInput, type Protocol } from '../protocol/protocol.ts';
import { protocolNamed } from '../protocol/protocols.ts';
import { wireRequestId } from '../protocol/request-id.ts';
import { ServiceError } from '../protocol/service-error.ts';
import {
  type DemandContext,
  type OperationContext,
  OutputWithStatus,
  RawResponse,
} from '../services/service.ts';
import { StoreConflict } from '../store/store.ts';
import { authenticateRoute } from './authenticate.ts';
import { enforce } from './enforce.ts';
import { type OperationRoute, parseOperationInput } from './input.ts';
import type { GatewayParts } from './parts.ts';
import { recordOutcome, type Trail } from './record.ts';
import { routeRequest } from './route.ts';

/** Each run sees the store as it is; a writer that keeps losing must end some time. */
const attemptsMax = 20;

/** Answers one request. Never rejects; what is not a ServiceError is answered as AWS's 500. */
export async function handle(request: HttpRequest, parts: GatewayParts): Promise<HttpResponse> {
  const trail: Trail = { request, requestId: parts.platform.random.uuid(), decisions: [] };
  let protocol: Protocol = protocolNamed('aws-query');
  let response: HttpResponse;
  try {
    const routed = await routeRequest(request, parts.router, parts.bucketSuffixes);
    const { route } = routed;
    if (route.kind === 'answered') return route.response;
    protocol = route.protocol;
    trail.requestId = wireRequestId(protocol.name, trail.requestId);
    if (route.service !== undefined) trail.service = route.service;
    if (route.kind === 'refused') throw route.error;
    trail.operation = route.operation;
    const { body, virtualHostBucket } = routed;
    response = await perform(request, { ...route, body, virtualHostBucket }, trail, parts);
  } catch (error) {
    const known = toServiceError(error, parts);
    trail.error = known;
    response = writeError(known, protocol, trail);
  }
  try {
    return await recordOutcome(response, trail, parts);
  } catch (error) {
    return writeError(toServiceError(error, parts), protocol, trail);
  }
}

function writeError(
  error: ServiceError,
  protocol: Protocol,
  { service, requestId, request }: Trail,
): HttpResponse {
  return protocol.writeError(error, { model: service?.model, requestId, method: request.method });
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
    const demands = await rule(input as never, context);
    const { library } = parts;
    const { whenDenied, protocols } = service;
    const sources = { context, library, input, now, whenDenied, protocols };
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
      const model = { model: service.model, requestId: trail.requestId };
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

/** An operation that is not written says so, after authorization. */
function notImplemented(service: string, operation: string): ServiceError {
  return new ServiceError(
    'NotImplemented',
    `The operation ${service}:${operation} is not implemented by this server.`,
    501,
  );
}

/** The client went away in the middle of its body: nobody reads the answer. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function toServiceError(error: unknown, parts: GatewayParts): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof StoreConflict) {
    return new ServiceError(
      'ConcurrentModification',
      'The request was rejected because multiple requests to change this object were submitted ' +
        'simultaneously. Wait a few minutes and submit your request again.',
      409,
    );
  }
  if (isBrokenOff(error)) return new ServiceError('', 'the body broke off', 400);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  parts.platform.process.warn(`internal failure: ${text}`);
  return new ServiceError(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
}
