/** Vectors as others write them, brought into the format where their meaning is plain. */

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Account ids as numbers have lost their leading zeros. */
function accountText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value).padStart(12, '0') : value;
}

/** A document written as JSON text; any other text stays, and is refused. */
function documentOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A document that stands alone is a list of one. */
function listOf(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  return (Array.isArray(value) ? value : [value]).map(documentOf);
}

/** One document alone is one level. A flat list could be one level or many, and stays. */
function levelsOf(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (!Array.isArray(value)) return [[documentOf(value)]];
  return value.map((level: unknown) => (Array.isArray(level) ? listOf(level) : level));
}

function resourcePolicyOf(value: unknown): unknown {
  if (!Array.isArray(value)) return documentOf(value);
  if (value.length === 0) return null;
  return value.length === 1 ? documentOf(value[0]) : value;
}

function policiesOf(policies: unknown): unknown {
  if (!isObject(policies)) return policies;
  const { identity, resource, boundary, session, scp, rcp, vpce, ...others } = policies;
  return {
    ...others,
    identity: listOf(identity),
    resource: resourcePolicyOf(resource),
    boundary: listOf(boundary),
    session: listOf(session),
    scp: levelsOf(scp),
    rcp: levelsOf(rcp),
    vpce: listOf(vpce),
  };
}

/** A number or a truth value is its text, as it is in a policy. */
function contextValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(contextValue);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function contextOf(context: unknown): unknown {
  if (context === undefined || context === null) return {};
  if (!isObject(context)) return context;
  const entries = Object.entries(context);
  return Object.fromEntries(entries.map(([key, value]) => [key, contextValue(value)]));
}

/** The ARNs under `Federated` in a trust policy. */
function federatedOf(policy: unknown): readonly unknown[] {
  if (!isObject(policy)) return [];
  return [policy['Statement']]
    .flat()
    .flatMap((one: unknown) => (isObject(one) ? [one['Principal']] : []))
    .flatMap((one) => (isObject(one) ? [one['Federated']].flat() : []));
}

/** `{ type: 'SAML' }` and an issuer's host for the provider's ARN mean what the format says. */
function principalOf(principal: unknown, trust: unknown): unknown {
  if (!isObject(principal)) return principal;
  const { type, arn, federatedProvider: host } = principal;
  if (typeof arn === 'string' && typeof type === 'string') return arn;
  const isFederated = type === 'WebIdentity' || type === 'SAML' || type === 'Federated';
  if (!isFederated || typeof host !== 'string') return principal;
  const listed = federatedOf(trust);
  const isOfHost = (one: unknown): one is string =>
    typeof one === 'string' && one.endsWith(`:oidc-provider/${host}`);
  const provider = listed.includes(host) ? host : (listed.find(isOfHost) ?? host);
  return { ...principal, type: 'WebIdentity', federatedProvider: provider };
}

const outcomes: ReadonlyMap<string, string> = new Map([
  ['allow', 'allow'],
  ['allowed', 'allow'],
  ['deny', 'deny'],
  ['denied', 'deny'],
  ['implicitdeny', 'implicitDeny'],
  ['implicitlydenied', 'implicitDeny'],
  ['explicitdeny', 'explicitDeny'],
  ['explicitlydenied', 'explicitDeny'],
]);

function expectationOf(expect: unknown): unknown {
  if (typeof expect !== 'string') return expect;
  return outcomes.get(expect.toLowerCase().replaceAll(/[\s_-]/g, '')) ?? expect;
}

/** The vector in the format's own form. What cannot be understood stays for the check to name. */
export function inFormat(vector: Json): Json {
  const policies = policiesOf(vector['policies']);
  const trust = isObject(policies) ? policies['resource'] : undefined;
  return {
    ...vector,
    principal: principalOf(vector['principal'], trust),
    resource: vector['resource'] ?? '*',
    resourceAccount: accountText(vector['resourceAccount']),
    orgManagementAccount: accountText(vector['orgManagementAccount']),
    context: contextOf(vector['context']),
    policies,
    expect: expectationOf(vector['expect']),
  };
}
