/**
 * What one service asks of another in the caller's name (forward access sessions): the demands are
 * the caller's own, with the keys that tell through which service the request came.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 */
import assert from 'node:assert/strict';
import type { ContextValue } from '@sekisho/policy';
import type { Demand, DemandContext, Operation, OperationContext, Service } from './service.ts';

/** A request to another service. */
export interface ForwardedRequest {
  /** The service that is asked: `kms`. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  /** The service through which the caller asks: `secretsmanager`. */
  readonly via: string;
  /** How its refusal is answered, where not as the asked service would. */
  readonly whenDenied?: Demand['whenDenied'];
}

/** The demands of the forwarded request. */
export async function forwardedDemands(
  request: ForwardedRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const service = serviceOf(request, context);
  const rule = service.authorization.get(request.operation);
  assert(rule, `${request.service} has no rule for ${request.operation}`);
  const demands = await rule(request.input as never, context);
  const { whenDenied } = request;
  const keys = viaKeys(request, context);
  return demands.map((demand) => ({
    ...demand,
    context: [...(demand.context ?? []), ...keys],
    forwarded: true,
    ...(whenDenied === undefined ? {} : { whenDenied }),
  }));
}

/** Performs a request whose demands were among those of the caller's own request. */
export async function forward<Output>(
  request: ForwardedRequest,
  context: OperationContext,
): Promise<Output> {
  const run: Operation | undefined = serviceOf(request, context).operations.get(request.operation);
  assert(run, `${request.service} has no operation ${request.operation}`);
  return (await run(request.input as never, context)) as Output;
}

function serviceOf({ service }: ForwardedRequest, { runtime }: DemandContext): Service {
  const found = runtime.service?.(service);
  assert(found, `this server has no service ${service}`);
  return found;
}

/** What tells the asked service through which service the request came. */
export function viaKeys(
  { service, via }: ForwardedRequest,
  { region }: DemandContext,
): readonly (readonly [string, ContextValue])[] {
  const principal = `${via}.amazonaws.com`;
  return [
    ...(service === 'kms' ? [['kms:ViaService', `${via}.${region}.amazonaws.com`] as const] : []),
    ['aws:ViaAWSService', 'true'],
    ['aws:CalledVia', [principal]],
    ['aws:CalledViaFirst', principal],
    ['aws:CalledViaLast', principal],
  ];
}
