/** The smallest statement that would make a layer allow the request. */
import type { LayerTrace, Refusal } from '../authorize/trace.ts';
import type { AuthorizationRequest, PolicyType, Principal } from '../request.ts';

/** A statement as it would be written into a policy of version 2012-10-17. */
export interface ProposedStatement {
  readonly Effect: 'Allow';
  readonly Principal?: '*' | Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource?: string;
}

/** One change; every layer that refuses needs one. */
export type Proposal =
  | {
      readonly change: 'addStatement';
      readonly policyType: PolicyType;
      /** For SCPs: the level that lacks it. */
      readonly level?: number;
      readonly statement: ProposedStatement;
    }
  | {
      readonly change: 'exceptDeny';
      readonly policyType: PolicyType;
      readonly level?: number;
      readonly layer: LayerTrace;
    };

/** Characters with a meaning in patterns, written so that they mean themselves. */
function literalText(text: string): string {
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}

function principalElement(principal: Principal): NonNullable<ProposedStatement['Principal']> {
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

function proposedStatement(
  request: AuthorizationRequest,
  policyType: PolicyType,
): ProposedStatement {
  const isTrust = policyType === 'role trust policy';
  const names = isTrust || policyType === 'resource-based policy';
  const everyone = policyType === 'VPC endpoint policy';
  const unnamed = request.wildcardOnlyAction === true || request.resource === '*';
  return {
    Effect: 'Allow',
    ...(names && { Principal: principalElement(request.principal) }),
    ...(everyone && { Principal: '*' }),
    Action: request.action,
    ...(!isTrust && { Resource: unnamed ? '*' : literalText(request.resource) }),
  };
}

/** The change that one refusing layer needs. */
export function proposeChange(
  request: AuthorizationRequest,
  { verdict, layer }: Refusal,
): Proposal {
  const { policyType } = layer;
  const level = layer.level === undefined ? {} : { level: layer.level };
  if (verdict === 'explicitDeny') return { change: 'exceptDeny', policyType, ...level, layer };
  const statement = proposedStatement(request, policyType);
  return { change: 'addStatement', policyType, ...level, statement };
}
