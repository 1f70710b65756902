/** Decision vectors: one request, its policies and the answer that AWS's pages give. */
import {
  type AuthorizationRequest,
  authorize,
  type ContextValue,
  type Decision,
  isAccountId,
  type PolicySet,
  type PolicySource,
  type Principal,
  parseArn,
  parsePolicyDocument,
} from '@sekisho/policy';

/** A policy as JSON. */
type PolicyJson = Readonly<Record<string, unknown>>;

/** An ARN, a service's host name, or a caller without an ARN. */
export type VectorPrincipal =
  | string
  | { readonly type: 'Anonymous' }
  | { readonly type: 'Service'; readonly service: string }
  | { readonly type: 'WebIdentity'; readonly federatedProvider: string };

/** One vector. `context` is closed: exactly these keys are in the request. */
export interface DecisionVector {
  readonly id: string;
  /** The AWS page, or the rule it comes from. */
  readonly source: string;
  readonly principal: VectorPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly wildcardOnlyAction?: boolean;
  /** Neither SCPs nor RCPs bind this account. */
  readonly orgManagementAccount?: string;
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly policies: {
    readonly identity: readonly PolicyJson[];
    /** The trust policy for `sts:AssumeRole*`. */
    readonly resource: PolicyJson | null;
    readonly boundary: readonly PolicyJson[] | null;
    readonly session: readonly PolicyJson[] | null;
    readonly scp: readonly (readonly PolicyJson[])[] | null;
    readonly rcp: readonly (readonly PolicyJson[])[] | null;
    readonly vpce?: readonly PolicyJson[];
  };
  readonly expect: 'allow' | 'implicitDeny' | 'explicitDeny' | 'deny';
}

/** The services that RCPs reach. */
const servicesWithResourceControl = new Set(
  [
    's3',
    'sts',
    'kms',
    'sqs',
    'secretsmanager',
    'ecr',
    'dynamodb',
    'logs',
    'aoss',
    'cognito-idp',
  ].concat('cognito-identity'),
);

function roleSession(arn: string, roleArn: string, account: string, id: string): Principal {
  const serviceLinked = roleArn.includes(':role/aws-service-role/');
  return { type: 'role-session', account, arn, roleArn, id, serviceLinked };
}

function principalFromArn(text: string, context: ReadonlyMap<string, ContextValue>): Principal {
  const arn = parseArn(text);
  if (arn === undefined) return { type: 'service', service: text };
  const { partition, account, resource } = arn;
  const userId = context.get('aws:userid');
  const id = typeof userId === 'string' ? (userId.split(':')[0] ?? '') : 'unknown';
  const [kind = '', name = '', ...rest] = resource.split('/');
  if (kind === 'root') return { type: 'root', account, arn: text };
  if (kind === 'user') return { type: 'user', account, arn: text, id };
  if (kind === 'federated-user') {
    return { type: 'federated-user', account, arn: text, issuerArn: 'unknown' };
  }
  if (kind === 'assumed-role') {
    const principalArn = context.get('aws:PrincipalArn');
    const roleArn =
      typeof principalArn === 'string'
        ? principalArn
        : `arn:${partition}:iam::${account}:role/${name}`;
    return roleSession(text, roleArn, account, id);
  }
  const session = `arn:${partition}:sts::${account}:assumed-role/${rest.at(-1) ?? name}/session`;
  return roleSession(session, text, account, id);
}

function principalOf(vector: DecisionVector): Principal {
  const { principal } = vector;
  if (typeof principal === 'string') {
    return principalFromArn(principal, new Map(Object.entries(vector.context)));
  }
  if (principal.type === 'Service') return { type: 'service', service: principal.service };
  if (principal.type === 'WebIdentity') {
    return { type: 'web-identity', provider: principal.federatedProvider };
  }
  return { type: 'anonymous' };
}

class UnreadablePolicy extends Error {}

function sourceOf(name: string, json: PolicyJson): PolicySource {
  const { document, error } = parsePolicyDocument(JSON.stringify(json));
  if (document === undefined) throw new UnreadablePolicy(error.message);
  return { name, document };
}

function requestOf(vector: DecisionVector): AuthorizationRequest {
  const { action, resource, resourceAccount, wildcardOnlyAction } = vector;
  return {
    principal: principalOf(vector),
    action,
    resource,
    context: Object.entries(vector.context),
    ...(resourceAccount !== undefined && { resourceAccount }),
    ...(wildcardOnlyAction !== undefined && { wildcardOnlyAction }),
  };
}

/** The facts of services that the server's service definitions carry. */
function combiningOf({ action, resource }: DecisionVector): Partial<PolicySet> {
  const [service, name = ''] = action.toLowerCase().split(':');
  if (service === 'sts' && /^(assumerole|tagsession|setsourceidentity)/.test(name)) {
    return { combining: 'resource-required', resourceIsTrustPolicy: true };
  }
  const isKey = service === 'kms' && /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource);
  return isKey ? { combining: 'resource-required' } : {};
}

function policiesOf(vector: DecisionVector, request: AuthorizationRequest): PolicySet {
  const { identity, resource, boundary, session, scp, rcp, vpce } = vector.policies;
  const { orgManagementAccount } = vector;
  const { principal } = request;
  const principalAccount = 'account' in principal ? principal.account : undefined;
  const inArn = parseArn(vector.resource)?.account ?? '';
  const resourceAccount = vector.resourceAccount ?? (isAccountId(inArn) ? inArn : principalAccount);
  const unbound = (account: string | undefined) =>
    orgManagementAccount !== undefined && account === orgManagementAccount;
  const [boundaryDocument] = boundary ?? [];
  const levels = (name: string, documents: readonly (readonly PolicyJson[])[]) =>
    documents.map((level) => level.map((json) => sourceOf(name, json)));
  const service = vector.action.split(':')[0] ?? '';
  const controlled =
    servicesWithResourceControl.has(service) &&
    !unbound(resourceAccount) &&
    // https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
    !/^kms:RetireGrant$/i.test(vector.action);
  return {
    identity: identity.map((json, index) => sourceOf(`identity policy ${index}`, json)),
    ...(resource && { resource: sourceOf('resource policy', resource) }),
    ...(boundaryDocument && { boundary: sourceOf('permissions boundary', boundaryDocument) }),
    ...(session && { session: session.map((json) => sourceOf('session policy', json)) }),
    ...(scp && !unbound(principalAccount) && { serviceControl: levels('SCP', scp) }),
    ...(rcp && controlled && { resourceControl: levels('RCP', rcp) }),
    ...(vpce && { vpcEndpoint: vpce.map((json) => sourceOf('VPC endpoint policy', json)) }),
    ...combiningOf(vector),
  };
}

/** API_GetCallerIdentity: whoever is signed in may, even under an explicit deny. */
const needsNoPermission = ({ action }: DecisionVector, { type }: Principal): boolean =>
  action.toLowerCase() === 'sts:getcalleridentity' &&
  ['root', 'user', 'role-session', 'federated-user'].includes(type);

/** How a vector is decided: the plain evaluator, or another with its interface. */
export type Decide = (request: AuthorizationRequest, policies: PolicySet) => Decision['outcome'];

/** `authorize`, the specification. */
export const decidePlainly: Decide = (request, policies) => authorize(request, policies).outcome;

/** Decides a vector. A policy that cannot be read is never treated as absent: it denies. */
export function decideVector(
  vector: DecisionVector,
  decide: Decide = decidePlainly,
): Decision['outcome'] {
  const request = requestOf(vector);
  if (needsNoPermission(vector, request.principal)) return 'allow';
  try {
    return decide(request, policiesOf(vector, request));
  } catch (error) {
    if (error instanceof UnreadablePolicy) return 'implicitDeny';
    throw error;
  }
}

/** Whether an outcome is what the vector expects; `deny` is either kind. */
export function meets(outcome: Decision['outcome'], expect: DecisionVector['expect']): boolean {
  return expect === 'deny' ? outcome !== 'allow' : outcome === expect;
}
