/** EC2's demands: each refusal answers UnauthorizedOperation, most with an encoded message. */
import { type ContextValue, type Decision, denialMessage } from '@sekisho/policy';
import type { ServiceError } from '../../protocol/service-error.ts';
import type { Demand, DemandContext } from '../service.ts';
import { authorizationMessage } from './authorization-message.ts';
import { ec2Error } from './errors.ts';

/** Condition keys with their values; a key whose value is undefined does not apply. */
export type Keys = readonly (readonly [key: string, value: ContextValue | undefined])[];

/** An (action, resource) pair with the keys of this pair. */
export function ec2Demand(
  context: DemandContext,
  action: string,
  resource: string,
  keys: Keys = [],
): Demand {
  const demand: Demand = {
    action,
    resource,
    context: [['ec2:Region', context.region], ...presentKeys(keys)],
  };
  return {
    ...demand,
    ...(resource === '*' ? { resourceText: null } : {}),
    whenDenied: (decision) => unauthorizedOperation(decision, demand, context),
  };
}

/** A pair of another service that EC2 asks about: `iam:PassRole`. */
export function foreignDemand(
  context: DemandContext,
  action: string,
  resource: string,
  keys: Keys,
): Demand {
  const demand: Demand = { action, resource, context: presentKeys(keys) };
  return { ...demand, whenDenied: (decision) => unauthorizedOperation(decision, demand, context) };
}

function presentKeys(keys: Keys): readonly (readonly [key: string, value: ContextValue])[] {
  return keys.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

/**
 * EC2's refusal; `sentence` for an operation that is not mapped. Pairs without a resource (the Describe operations) carry no encoded message.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export function unauthorizedOperation(
  decision: Decision,
  demand: Demand,
  context: DemandContext,
  sentence?: string,
): ServiceError {
  const resourceText = demand.resource === '*' ? null : demand.resource;
  const told = sentence ?? denialMessage({ decision, resourceText });
  const text = `You are not authorized to perform this operation. ${told}`;
  if (demand.resource === '*' && sentence === undefined)
    return ec2Error('UnauthorizedOperation', text, 403);
  const message = authorizationMessage(decision, demand, context);
  const encoded = context.runtime.encodeAuthorizationMessage(message, context.account);
  const full = `${text}. Encoded authorization failure message: ${encoded}`;
  return ec2Error('UnauthorizedOperation', full, 403);
}
