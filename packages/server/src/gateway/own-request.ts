/** Requests to the server's own signed paths: who sends them, and whether they may. */
import type { SignedCaller } from '../authentication/caller.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { Demand, DemandContext } from '../services/service.ts';
import { enforce } from './enforce.ts';
import type { GatewayParts } from './parts.ts';
import { bodyBytesMax, readBody } from './route.ts';

/** The service name in credential scopes of these requests, and the prefix of their actions. */
export const ownSigningName = 'sekisho';

/** A request whose signature was verified. */
export interface OwnRequest {
  readonly caller: SignedCaller;
  readonly context: DemandContext;
  readonly body: Uint8Array;
}

/** Throws ServiceError when the request does not prove its sender, or its body is too large. */
export async function authenticateOwn(
  request: HttpRequest,
  parts: GatewayParts,
  options: { readonly bytesMax?: number; readonly signingName?: string } = {},
): Promise<OwnRequest> {
  const body = await readBody(request, options.bytesMax ?? bodyBytesMax);
  const { authenticated } = parts.authenticator.authenticate(request, {
    family: 'query',
    signingName: options.signingName ?? ownSigningName,
    signature: 'required',
    body,
  });
  const { caller } = authenticated;
  if (!('account' in caller)) throw new ServiceError('AccessDenied', 'Access Denied', 403);
  const context: DemandContext = {
    caller,
    authenticated,
    account: caller.account,
    partition: parts.runtime.partition,
    region: authenticated.region ?? parts.configuration.region,
    http: request,
    runtime: parts.runtime,
  };
  return { caller, context, body };
}

/** Throws ServiceError AccessDenied unless the caller may perform the action. */
export function checkOwn(
  action: string,
  resource: string,
  context: DemandContext,
  parts: GatewayParts,
): void {
  const demands: readonly Demand[] = [{ action, resource, resourceAccount: context.account }];
  const now = context.http.receivedAt;
  const { refused } = enforce(demands, { context, library: parts.library, input: {}, now });
  if (refused !== undefined) throw refused.error;
}
