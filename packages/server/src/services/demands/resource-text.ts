/** How AWS writes a demand's resource in an access denied message. */

const CREATING_WITH_NAME = new Set(['iam:CreatePolicy', 'iam:TagPolicy']);

/** Actions on a role or user whose refusal names the whole ARN, not `role R`. */
const WHOLE_ARN: ReadonlySet<string> = new Set([
  'iam:CreateGroup',
  'iam:CreateInstanceProfile',
  'iam:CreateRole',
  'iam:CreateServiceLinkedRole',
  'iam:CreateUser',
  'iam:GetContextKeysForPrincipalPolicy',
  'iam:PassRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutUserPermissionsBoundary',
  'iam:SimulatePrincipalPolicy',
]);

/** Lists without a resource type: the ARN's beginning, where AWS shows it. */
const LIST_STARTS: ReadonlyMap<string, string> = new Map([
  ['iam:ListGroups', 'group/'],
  ['iam:ListInstanceProfiles', 'instance-profile/'],
  ['iam:ListOpenIDConnectProviders', 'oidc-provider/*'],
  ['iam:ListRoles', 'role/'],
  // Unverified: like the OIDC providers.
  ['iam:ListSAMLProviders', 'saml-provider/*'],
  ['iam:ListServerCertificates', 'server-certificate/'],
  ['iam:ListUsers', 'user/'],
  ['iam:ListVirtualMFADevices', 'mfa/'],
]);

const KIND_WORDS: ReadonlyMap<string, string> = new Map([
  ['role', 'role'],
  ['user', 'user'],
  ['group', 'group'],
  ['instance-profile', 'instance profile'],
]);

/** The demand, and the request that makes it. */
export interface NamedDemand {
  readonly action: string;
  readonly resource: string;
  /** The operation that is called: `CreateRole` also asks for `iam:TagRole`. */
  readonly operation: string;
  readonly input: unknown;
  readonly partition: string;
  readonly account: string;
}

/** null: no `on resource:` part; undefined: the ARN itself. */
export function resourceText(demand: NamedDemand): string | null | undefined {
  if (!demand.action.startsWith('iam:')) return demand.resource === '*' ? null : undefined;
  if (demand.resource === '*') return listText(demand);
  if (demand.action === 'iam:GetAccessKeyLastUsed') {
    return `access key ${stringMember(demand.input, 'AccessKeyId') ?? ''}`;
  }
  const creating = demand.operation.startsWith('Create');
  const [, kind = '', path = ''] =
    /^arn:[^:]+:iam::[^:]*:([^/]+)\/(.*)$/.exec(demand.resource) ?? [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kind === 'policy') {
    const bare = demand.operation === 'CreatePolicy' && CREATING_WITH_NAME.has(demand.action);
    return `policy ${bare ? name : demand.resource}`;
  }
  // Tags given at creation are refused with the ARN of what would have been created.
  if (WHOLE_ARN.has(demand.action) || (creating && demand.action.startsWith('iam:Tag'))) {
    return undefined;
  }
  const word = KIND_WORDS.get(kind);
  return word === undefined ? undefined : `${word} ${name}`;
}

function listText({ action, input, partition, account }: NamedDemand): string {
  const prefix = stringMember(input, 'PathPrefix') ?? '/';
  if (action === 'iam:ListPolicies') return `policy path ${prefix}`;
  const start = LIST_STARTS.get(action);
  if (start === undefined) return '*';
  const path = start.endsWith('/') ? prefix.slice(1) : '';
  return `arn:${partition}:iam::${account}:${start}${path}`;
}

function stringMember(input: unknown, name: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value: unknown = Reflect.get(input, name);
  return typeof value === 'string' ? value : undefined;
}
