/** The access denied message, in AWS's own words. */
import { principalText } from '../match/principal.ts';
import type { Decision, PolicyType } from '../request.ts';

/** What a service knows of its denial. */
export interface DenialInput {
  readonly decision: Decision;
  /** Default: the ARN of the decision's principal. */
  readonly principalArn?: string;
  /** Default: the decision's action. */
  readonly action?: string;
  /** The resource as the service writes it; `null` leaves it out; default: the request's. */
  readonly resourceText?: string | null;
}

const inPolicy: Readonly<Record<PolicyType, string>> = {
  'identity-based policy': 'an identity-based policy',
  'resource-based policy': 'a resource-based policy',
  'permissions boundary': 'a permissions boundary',
  'session policy': 'a session policy',
  'service control policy': 'a service control policy',
  'resource control policy': 'a resource control policy',
  'VPC endpoint policy': 'a VPC endpoint policy',
  'role trust policy': 'the role trust policy',
};

/**
 * `User: ARN is not authorized to perform: svc:Action on resource: R because no … policy allows the
 * svc:Action action`, or `… with an explicit deny in a … policy: POLICY-ARN`. One policy type is
 * named, also where several refuse. Federated callers are not told the reason.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(input: DenialInput): string {
  const { decision } = input;
  const { request } = decision;
  const action = input.action ?? request.action;
  if (request.principal.type === 'web-identity' || request.principal.type === 'saml') {
    return `Not authorized to perform ${action}`;
  }
  const user = input.principalArn ?? principalText(request.principal);
  const resource = input.resourceText === undefined ? request.resource : input.resourceText;
  const on = resource === null ? '' : ` on resource: ${resource}`;
  return `User: ${user} is not authorized to perform: ${action}${on}${denialReason(decision, action)}`;
}

/** The reason with its leading space; empty where evaluation failed or nothing was denied. */
function denialReason(decision: Decision, action: string): string {
  const { outcome, reason } = decision;
  if (outcome === 'allow' || reason === undefined) return '';
  if (outcome === 'implicitDeny') {
    return ` because no ${reason.policyType} allows the ${action} action`;
  }
  const arn = showsPolicyArn(decision) ? reason.policy?.arn : undefined;
  return ` with an explicit deny in ${inPolicy[reason.policyType]}${arn ? `: ${arn}` : ''}`;
}

/**
 * A policy's ARN is shown inside its own account or organization only. An SCP is always of the
 * caller's organization; of an RCP across accounts that cannot be told here.
 */
function showsPolicyArn({ request, reason, trace }: Decision): boolean {
  if (reason?.policyType === 'service control policy') return true;
  if (!('account' in request.principal)) return false;
  if (trace !== undefined) return !trace.crossAccount;
  return (request.resourceAccount ?? request.principal.account) === request.principal.account;
}
