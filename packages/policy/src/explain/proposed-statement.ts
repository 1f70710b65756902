/** The smallest statement that allows a request, and where it would stand. */
import type { LayerTrace } from '../authorize/trace.ts';
import type { PolicyVersion } from '../document/policy-document.ts';
import type { AuthorizationRequest, PolicyType, Principal } from '../request.ts';
import { RequestContext } from '../request-context.ts';
import { type AddStatement, isAwsManaged } from './change.ts';
import { literalArn, literalText } from './literal-text.ts';
import { type PrincipalJson, type StatementJson, withCondition } from './statement-json.ts';

/** The principal as a resource-based policy names it: of a session, its role. */
export function principalNames(principal: Principal): Exclude<PrincipalJson, '*'> | '*' {
  switch (principal.type) {
    case 'service':
      return { Service: principal.service };
    case 'web-identity':
    case 'saml':
      return { Federated: principal.provider };
    case 'anonymous':
      return '*';
    case 'role-session':
      return { AWS: principal.roleArn };
    default:
      return { AWS: principal.arn };
  }
}

/** Whether policies of the type name a principal, and who in a proposal. */
function principalElement(principal: Principal, policyType: PolicyType): PrincipalJson | undefined {
  // Whoever comes through the endpoint: who it is, is for the other policies to say.
  if (policyType === 'VPC endpoint policy') return '*';
  const names = policyType === 'role trust policy' || policyType === 'resource-based policy';
  return names ? principalNames(principal) : undefined;
}

/**
 * Keys without which a grant would be far wider than the request: the service that gets a role,
 * the third party's external id, whose token it is, on whose behalf a service comes.
 */
function narrowingKeys({ principal, context }: AuthorizationRequest): readonly string[] {
  const always = ['iam:PassedToService', 'sts:ExternalId'];
  if (principal.type === 'service') return [...always, 'aws:SourceArn', 'aws:SourceAccount'];
  if (principal.type !== 'web-identity' && principal.type !== 'saml') return always;
  const claims = [...context].map(([key]) => key).filter((key) => /:(?:aud|sub)$/.test(key));
  return [...always, ...claims.sort()];
}

/** The statement for one policy type, in a policy of that version. */
export function proposedStatement(
  request: AuthorizationRequest,
  policyType: PolicyType,
  version: PolicyVersion,
): StatementJson {
  const principal = principalElement(request.principal, policyType);
  const unnamed = request.wildcardOnlyAction === true || request.resource === '*';
  const context = new RequestContext(request.context);
  const statement: StatementJson = {
    Effect: 'Allow',
    ...(principal && { Principal: principal }),
    Action: request.action,
    ...(policyType !== 'role trust policy' && {
      Resource: unnamed ? '*' : literalArn(request.resource, version),
    }),
  };
  return narrowingKeys(request).reduce((narrowed, key) => {
    const value = context.single(key);
    if (value === undefined) return narrowed;
    return withCondition(narrowed, 'StringEquals', key, [literalText(value, version)]);
  }, statement);
}

/** There can be one policy of these types only: the statement goes into it. */
function onlyPolicy({ policyType, policies }: LayerTrace): AddStatement['policy'] {
  const single =
    policyType === 'permissions boundary' ||
    policyType === 'resource-based policy' ||
    policyType === 'role trust policy';
  return single ? policies[0]?.source : undefined;
}

/** The statement that the layer lacks: always enough, and it opens nothing but this request. */
export function statementAddition(request: AuthorizationRequest, layer: LayerTrace): AddStatement {
  const policy = onlyPolicy(layer);
  const { policyType, level } = layer;
  return {
    change: 'addStatement',
    policyType,
    ...(level !== undefined && { level }),
    ...(policy !== undefined && { policy }),
    statement: proposedStatement(request, policyType, policy?.document.version ?? '2012-10-17'),
  };
}

/** Whether a policy's text can be changed at all. */
export function isEditable(policy: AddStatement['policy']): boolean {
  return policy === undefined || !isAwsManaged(policy);
}
