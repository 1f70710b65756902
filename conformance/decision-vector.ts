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
  // A session's ARN lacks the path by which service-linked roles are known; their names begin so.
  const serviceLinked = /:role\/(aws-service-role\/|AWSServiceRoleFor)/.test(roleArn);
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
    // A vector has no other word for the user who federated than the session's own name.
    const issuerArn = `arn:${partition}:iam::${account}:user/${[name, ...rest].join('/')}`;
    return { type: 'federated-user', account, arn: text, issuerArn };
  }
  if (kind === 'assumed-role') {
    const principalArn = context.get('aws:principalarn');
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
    const context = Object.entries(vector.context);
    return principalFromArn(principal, new Map(context.map(([k, v]) => [k.toLowerCase(), v])));
  }
  if (principal.type === 'Service') return { type: 'service', service: principal.service };
  if (principal.type === 'WebIdentity') {
    return { type: 'web-identity', provider: principal.federatedProvider };
  }
  return { type: 'anonymous' };
}

class UnreadablePolicy extends Error {}

function sourceOf(name: string, json: PolicyJson): PolicySource {
  const text = JSON.stringify(json);
  // A document without a statement says nothing, and hangs where it hangs.
  if (Array.isArray(json['Statement']) && json['Statement'].length === 0) {
    const nothing = { text, version: '2012-10-17', versionGiven: true, statements: [] } as const;
    return { name, document: nothing };
  }
  const { document, error } = parsePolicyDocument(text);
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

/**
 * The root user of a bucket's owner reaches its policy whatever that policy says; only VPC endpoint
 * policies and the organization's can stop it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
function isOwnersWayBack(action: string, principal: Principal, owner?: string): boolean {
  const isRootOfOwner = principal.type === 'root' && principal.account === owner;
  return isRootOfOwner && /^s3:(Get|Put|Delete)BucketPolicy$/i.test(action);
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
    // No identity-based policy can be attached to the root user (rule E10).
    identity: (principal.type === 'root' ? [] : identity).map((json, index) =>
      sourceOf(`identity policy ${index}`, json),
    ),
    ...(resource &&
      !isOwnersWayBack(vector.action, principal, resourceAccount) && {
        resource: sourceOf('resource policy', resource),
      }),
    ...(boundaryDocument && { boundary: sourceOf('permissions boundary', boundaryDocument) }),
    ...(session && { session: session.map((json) => sourceOf('session policy', json)) }),
    ...(scp && !unbound(principalAccount) && { serviceControl: levels('SCP', scp) }),
    ...(rcp && controlled && { resourceControl: levels('RCP', rcp) }),
    ...(vpce && { vpcEndpoint: vpce.map((json) => sourceOf('VPC endpoint policy', json)) }),
    ...combiningOf(vector),
  };
}

/**
 * API_GetCallerIdentity: whoever is signed in may, even under an explicit deny.
 * id_credentials_temp_control-access_getsessiontoken: a policy has no effect on who may.
 */
const unasked: ReadonlyMap<string, readonly Principal['type'][]> = new Map([
  ['sts:getcalleridentity', ['root', 'user', 'role-session', 'federated-user']],
  ['sts:getsessiontoken', ['root', 'user']],
]);

const needsNoPermission = ({ action }: DecisionVector, { type }: Principal): boolean =>
  unasked.get(action.toLowerCase())?.includes(type) === true;

/**
 * What belongs to AWS itself, which no policy opens (rules E11, E15): its managed policies, the
 * roles under aws-reserved/, the aliases of its KMS keys.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html
 */
const reserved: readonly (readonly [action: RegExp, resource: RegExp])[] = [
  [
    /^iam:((Create|Delete)Policy(Version)?|SetDefaultPolicyVersion|(Un)?TagPolicy)$/i,
    /^arn:[^:]*:iam::aws:policy\//,
  ],
  [/^iam:(?!Get|List|Simulate|Generate)/i, /^arn:[^:]*:iam::[^:]*:role\/aws-reserved\//],
  [/^kms:(Create|Delete|Update)Alias$/i, /^arn:[^:]*:kms:[^:]*:[^:]*:alias\/aws\//],
];

/**
 * What the credentials of a kind of caller never reach (rule S8): no role for the root user, no
 * further token for a role's session, neither IAM nor STS for a federated user.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
const outOfReach: readonly (readonly [principal: RegExp, action: RegExp])[] = [
  [/^arn:[^:]*:iam::[^:]*:root$/, /^sts:AssumeRole$/i],
  [/^arn:[^:]*:(sts::[^:]*:assumed-role|iam::[^:]*:role)\//, /^sts:Get(Session|Federation)Token$/i],
  [/^arn:[^:]*:sts::[^:]*:federated-user\//, /^(iam:|sts:(?!GetCallerIdentity$))/i],
];

/** The outcome, closed where no policy can open. */
export function keepReserved(
  vector: DecisionVector,
  outcome: Decision['outcome'],
): Decision['outcome'] {
  const { action, resource, principal } = vector;
  const caller = typeof principal === 'string' ? principal : '';
  const isReserved =
    outOfReach.some(([ofCaller, ofAction]) => ofCaller.test(caller) && ofAction.test(action)) ||
    reserved.some(([ofAction, ofResource]) => ofAction.test(action) && ofResource.test(resource));
  return outcome === 'allow' && isReserved ? 'implicitDeny' : outcome;
}

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
    return keepReserved(vector, decide(request, policiesOf(vector, request)));
  } catch (error) {
    if (error instanceof UnreadablePolicy) return 'implicitDeny';
    throw error;
  }
}

/** Whether an outcome is what the vector expects; `deny` is either kind. */
export function meets(outcome: Decision['outcome'], expect: DecisionVector['expect']): boolean {
  return expect === 'deny' ? outcome !== 'allow' : outcome === expect;
}
