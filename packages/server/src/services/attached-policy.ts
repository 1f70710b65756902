/** The policy of a resource (a secret, a key): checked when it is saved, read for each decision. */
import {
  type PolicyDocument,
  type PolicySource,
  parsePolicyDocument,
  principalArns,
  type Statement,
} from '@sekisho/policy';
import type { Directory } from '../directory/directory.ts';
import { principalExists, principalId, providerExists } from './iam/principal-look-up.ts';
import type { OperationContext } from './service.ts';

/** The text as it was put, and the unique ids that its principals' ARNs meant then. */
export interface AttachedPolicy {
  readonly text: string;
  readonly principalIds: readonly (readonly [arn: string, id: string])[];
}

/** Why a document is refused. */
export interface PolicyFault {
  readonly kind: 'syntax' | 'principal' | 'grammar';
  readonly message: string;
}

/**
 * The policy ready to be stored, or what is wrong with it. `element`: whether its statements name a
 * resource, or must not, because the policy hangs on it (ECR).
 */
export function readAttachedPolicy(
  text: string,
  actionPrefix: string,
  context: OperationContext,
  element: 'resource' | 'no-resource' = 'resource',
):
  | { readonly policy: AttachedPolicy; readonly document: PolicyDocument; readonly fault?: never }
  | { readonly fault: PolicyFault; readonly policy?: never; readonly document?: never } {
  const parsed = parsePolicyDocument(text);
  if (parsed.error !== undefined) {
    return { fault: { kind: 'syntax', message: parsed.error.message } };
  }
  const { document } = parsed;
  for (const statement of document.statements) {
    const fault = statementFault(statement, actionPrefix, context, element);
    if (fault !== undefined) return { fault };
  }
  const principalIds = principalArns(document).flatMap((arn) => {
    const id = principalId(arn, context);
    return id === undefined ? [] : [[arn, id] as const];
  });
  return { policy: { text, principalIds }, document };
}

function statementFault(
  statement: Statement,
  actionPrefix: string,
  context: OperationContext,
  element: 'resource' | 'no-resource',
): PolicyFault | undefined {
  const principals = statement.principal ?? statement.notPrincipal;
  if (principals === undefined) {
    return { kind: 'grammar', message: 'Missing required field Principal' };
  }
  if (statement.effect === 'Allow' && statement.notPrincipal !== undefined) {
    return { kind: 'grammar', message: 'Allow with NotPrincipal is not allowed' };
  }
  const resources = statement.resource ?? statement.notResource;
  if (element === 'no-resource' && resources !== undefined) {
    return { kind: 'grammar', message: 'Resource is not allowed' };
  }
  if (element === 'resource' && !resources?.values.length) {
    return { kind: 'grammar', message: 'Missing required field Resource' };
  }
  const actions = (statement.action ?? statement.notAction)?.values ?? [];
  const foreign = actions.find(({ value }) => {
    return !/^\*+$/.test(value) && value.split(':', 1)[0] !== actionPrefix;
  });
  if (foreign !== undefined) {
    return { kind: 'grammar', message: `Policy has invalid action ${foreign.value}` };
  }
  const unknown = principals.entries.find(({ kind, value }) => {
    if (kind === 'Service' || value === '*') return false;
    if (kind === 'Federated') return !providerExists(value, context);
    if (kind === 'CanonicalUser') return true;
    return !/^\d{12}$/.test(value) && !principalExists(value, context);
  });
  if (unknown === undefined) return undefined;
  return { kind: 'principal', message: `Invalid principal ${unknown.value}` };
}

/** State hands out the same record until it changes. */
const sources = new WeakMap<AttachedPolicy, PolicySource>();

/**
 * For decisions. A stored policy that cannot be read is never treated as absent. Throws
 * PolicyUnreadable.
 */
export function policySource(
  policy: AttachedPolicy,
  name: string,
  { policyDocuments }: Directory,
): PolicySource {
  const known = sources.get(policy);
  if (known !== undefined) return known;
  const document = policyDocuments.read(policy.text, name);
  const source = { document, name, principalIds: new Map(policy.principalIds) };
  sources.set(policy, source);
  return source;
}
