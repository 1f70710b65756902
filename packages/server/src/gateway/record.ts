/** Step 8's record and step 10's last touch: log, journal, metrics, and our own response headers. */
import type { OperationModel } from '@sekisho/catalog';
import type { Decision } from '@sekisho/policy';
import type { Caller } from '../authentication/caller.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import type { ServiceError } from '../protocol/service-error.ts';
import { ServiceError as ServiceFailure } from '../protocol/service-error.ts';
import type { Service } from '../services/service.ts';
import type { Event } from './event-log.ts';
import type { GatewayParts } from './parts.ts';

/** What becomes known of a request on its way. */
export interface Trail {
  readonly request: HttpRequest;
  requestId: string;
  service?: Service;
  operation?: OperationModel;
  caller?: Caller;
  region?: string;
  decisions: readonly Decision[];
  denied?: boolean;
  error?: ServiceError;
}

/** Records the outcome; a mutation whose record cannot be written is answered as a failure. */
export async function recordOutcome(
  response: HttpResponse,
  trail: Trail,
  parts: GatewayParts,
): Promise<HttpResponse> {
  parts.metrics.request(trail.service?.id ?? 'none', response.status);
  for (const { outcome } of trail.decisions) parts.metrics.decision(outcome);
  const { caller, service } = trail;
  if (caller !== undefined && service !== undefined) {
    const region = service.globalRegion ?? trail.region ?? parts.configuration.region;
    parts.lastUse.note(caller, service.signingName, region, trail.request.receivedAt);
    parts.lastUse.noteService(caller, service.actionPrefix, region, trail.request.receivedAt);
  }
  const event = toEvent(response, trail, parts);
  const written = parts.eventLog.append(event);
  if (event.readOnly) written.catch((error: unknown) => warn(error, parts));
  else {
    try {
      await written;
    } catch (error) {
      warn(error, parts);
      throw new ServiceFailure('InternalFailure', 'The request could not be recorded.', 500);
    }
  }
  if (trail.denied !== true) return response;
  const decisionId = ['x-sekisho-decision-id', await journal(trail, parts)] as const;
  return { ...response, headers: [...response.headers, decisionId] };
}

function warn(error: unknown, parts: GatewayParts): void {
  const text = error instanceof Error ? error.message : String(error);
  parts.platform.process.warn(`the event log cannot be written: ${text}`);
}

async function journal(trail: Trail, parts: GatewayParts): Promise<string> {
  const { caller, service, operation, requestId } = trail;
  if (caller !== undefined) {
    await parts.journal.record({
      id: requestId,
      at: trail.request.receivedAt,
      account: accountOf(caller),
      principal: 'arn' in caller ? caller.arn : caller.kind,
      service: service?.id ?? '',
      operation: operation?.name ?? '',
      decisions: trail.decisions,
    });
  }
  return requestId;
}

/** What a web identity asks of a role is told to the role's account. */
function accountOf(caller: Caller): string {
  if (caller.kind === 'web-identity') return caller.identity.account;
  return 'account' in caller ? caller.account : '';
}

const readingName = /^(?:Get|List|Describe|Head|Decode|Simulate|Assume)/;

function toEvent(response: HttpResponse, trail: Trail, parts: GatewayParts): Event {
  const { request, service, operation, caller, error } = trail;
  const { privateNetwork: network } = request;
  return {
    eventTime: `${new Date(request.receivedAt).toISOString().slice(0, 19)}Z`,
    eventId: parts.platform.random.uuid(),
    requestId: trail.requestId,
    eventSource: service === undefined ? '' : `${service.signingName}.amazonaws.com`,
    eventName: operation?.name ?? '',
    awsRegion: service?.globalRegion ?? trail.region ?? parts.configuration.region,
    sourceIpAddress: network?.sourceIp ?? request.remoteAddress,
    ...(network === undefined
      ? {}
      : { vpcEndpointId: network.vpcEndpointId, vpcEndpointAccountId: network.account }),
    userAgent: request.header('user-agent') ?? '',
    caller,
    recipientAccountId: caller === undefined ? '' : accountOf(caller),
    readOnly: operation === undefined || readingName.test(operation.name),
    status: response.status,
    ...(error === undefined ? {} : { errorCode: error.code, errorMessage: error.message }),
    decisions: trail.decisions.map((decision) => ({
      action: decision.request.action,
      resource: decision.request.resource,
      outcome: decision.outcome,
      ...(decision.reason === undefined ? {} : { policyType: decision.reason.policyType }),
      ...(decision.reason?.policy === undefined ? {} : { policy: decision.reason.policy.name }),
    })),
  };
}
