/** What a refused request is answered: AWS's words, in the form of its service's protocol. */
import { type Decision, denialMessage } from '@sekisho/policy';
import { principalOf } from '../information/principal.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { NotMapped } from '../services/demands/not-mapped.ts';
import type { Demand, DemandContext, Service } from '../services/service.ts';
import { authorizationIdText } from './authorization-id.ts';

/** A refusal: the error for the wire and the decisions behind it. */
export interface Refused {
  readonly error: Error;
  readonly decisions: readonly Decision[];
}

/** What decides the form of a refusal. */
export interface RefusalSources {
  readonly context: DemandContext;
  /** The service's own refusal, where it has one. */
  readonly whenDenied?: Service['whenDenied'];
  /** The service's protocols: those that speak JSON first refuse in their own form. */
  readonly protocols?: Service['protocols'];
  /** What a refusal is to be found under, where the service tells it. */
  readonly authorizationId?: string | undefined;
}

/** The error for a pair that was not allowed. */
export function refusal(demand: Demand, decision: Decision, sources: RefusalSources): Error {
  const { context, whenDenied, protocols, authorizationId } = sources;
  if (demand.whenDenied !== undefined) return demand.whenDenied(decision);
  if (whenDenied !== undefined) return whenDenied(decision, demand, context);
  const message = denialMessage({
    decision,
    ...(demand.resourceText === undefined ? {} : { resourceText: demand.resourceText }),
  });
  const found =
    authorizationId === undefined ? '' : authorizationIdText(authorizationId, context.region);
  return accessDenied(`${message}${found}`, protocols);
}

/** An operation whose authorization is not known is refused like every other, and says so. */
export function refuseNotMapped(
  { operation, message }: NotMapped,
  { context, whenDenied, protocols }: RefusalSources,
): Refused {
  const decision: Decision = {
    outcome: 'implicitDeny',
    failure: message,
    request: {
      principal: principalOf(context.caller),
      action: operation,
      resource: '*',
      context: [],
    },
    policies: { identity: [] },
  };
  const demand: Demand = { action: operation, resource: '*' };
  const error =
    whenDenied?.(decision, demand, context, message) ?? accessDenied(message, protocols);
  return { error, decisions: [decision] };
}

/** JSON services name their exception and answer 400; the others `AccessDenied` and 403. */
function accessDenied(message: string, protocols: Service['protocols'] = []): ServiceError {
  return protocols[0]?.startsWith('aws-json-') === true
    ? new ServiceError('AccessDeniedException', message, 400)
    : new ServiceError('AccessDenied', message, 403);
}
