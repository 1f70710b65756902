/** The Principal and NotPrincipal elements. */
import { isAccountId, parseArn } from '../arn.ts';
import type { ElementTrace, MismatchCause, PrincipalGrant } from '../authorize/trace.ts';
import type { PrincipalElement } from '../document/policy-document.ts';
import { isPrincipalId } from '../document/principal-arns.ts';
import type { AuthorizationRequest, Principal } from '../request.ts';
import type { Evaluation } from './evaluation.ts';

/** How one entry names the principal. `undecided`: AWS does not document it. */
type Naming = PrincipalGrant | 'everyone' | 'recreated' | 'deleted' | 'undecided' | 'nobody';

type Entry = PrincipalElement['entries'][number];

/** The trace of the element and, where it grants, how. */
export interface PrincipalMatch {
  readonly trace: ElementTrace;
  readonly grant?: PrincipalGrant;
}

/** What AWS calls the caller, for traces and messages: `anonymous` for an unsigned request. */
export function principalText(principal: Principal): string {
  switch (principal.type) {
    case 'service':
      return principal.service;
    case 'web-identity':
    case 'saml':
      return principal.provider;
    case 'anonymous':
      return 'anonymous';
    default:
      return principal.arn;
  }
}

function nameEntry(entry: Entry, evaluation: Evaluation): Naming {
  const { principal } = evaluation.request;
  switch (entry.kind) {
    case 'AWS':
      return nameAws(entry.value, principal, evaluation.source.principalIds);
    case 'Service':
      if (principal.type !== 'service') return 'nobody';
      return nameExactly(entry.value, principal.service);
    case 'Federated':
      if (principal.type !== 'web-identity' && principal.type !== 'saml') return 'nobody';
      return nameExactly(entry.value, principal.provider);
    case 'CanonicalUser':
      return nameCanonicalUser(entry.value, evaluation.request);
  }
}

/** Unverified: a lone `*` among services or providers. */
function nameExactly(value: string, name: string): Naming {
  if (value === '*') return 'undecided';
  return value === name ? 'direct' : 'nobody';
}

/** A canonical user id stands for the account. Without the caller's own id nobody can tell. */
function nameCanonicalUser(value: string, request: AuthorizationRequest): Naming {
  if (!('account' in request.principal)) return 'nobody';
  if (request.canonicalUserId === undefined) return 'undecided';
  return value === request.canonicalUserId ? 'account' : 'nobody';
}

function nameAws(
  value: string,
  principal: Principal,
  principalIds: ReadonlyMap<string, string> | undefined,
): Naming {
  if (value === '*') {
    // Unverified: whether `{"AWS":"*"}` in a trust policy covers federated callers.
    const federated = principal.type === 'web-identity' || principal.type === 'saml';
    return federated ? 'undecided' : 'everyone';
  }
  if (!('account' in principal)) return 'nobody';
  if (isAccountId(value)) return value === principal.account ? 'account' : 'nobody';
  if ('id' in principal && value === principal.id) {
    return principal.type === 'user' ? 'direct' : 'underlying';
  }
  if (isPrincipalId(value)) return principalIds?.has(value) === true ? 'nobody' : 'deleted';
  const naming = nameArn(value, principal);
  const savedId = principalIds?.get(value);
  if (naming === 'nobody' || naming === 'account' || savedId === undefined) return naming;
  // The name was deleted and made anew since the policy was saved (rule P6).
  return 'id' in principal && principal.id !== savedId ? 'recreated' : naming;
}

function nameArn(value: string, principal: Extract<Principal, { account: string }>): Naming {
  const named = parseArn(value);
  const own = parseArn(principal.arn);
  if (named === undefined || own === undefined || named.partition !== own.partition)
    return 'nobody';
  if (named.account !== principal.account) return 'nobody';
  if (named.service === 'iam' && named.resource === 'root') return 'account';
  if (value === principal.arn) return 'direct';
  if (principal.type === 'federated-user') {
    return value === principal.issuerArn ? 'underlying' : 'nobody';
  }
  if (principal.type !== 'role-session' || named.service !== 'iam') return 'nobody';
  // Role names are unique in their account whatever the path (rule P4).
  return named.resource.startsWith('role/') && roleName(value) === roleName(principal.roleArn)
    ? 'underlying'
    : 'nobody';
}

function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

function strongestGrant(namings: ReadonlySet<Naming>): PrincipalGrant | undefined {
  if (namings.has('everyone') || namings.has('direct')) return 'direct';
  if (namings.has('underlying')) return 'underlying';
  return namings.has('account') ? 'account' : undefined;
}

/**
 * The names that must all stand in a NotPrincipal to be spared by its Deny (rule P9): of a session
 * the session, its role and the account.
 */
function isSpared(namings: ReadonlySet<Naming>, principal: Principal): boolean {
  if (namings.has('everyone')) return true;
  if (principal.type === 'root') return namings.has('account');
  if (!namings.has('direct')) return false;
  if (!('account' in principal)) return true;
  if (principal.type === 'role-session' && !namings.has('underlying')) return false;
  return namings.has('account');
}

/**
 * Matches a Principal or NotPrincipal element. Principal ARNs are compared literally (rule P5).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function matchPrincipal(
  element: PrincipalElement,
  negated: boolean,
  effect: 'Allow' | 'Deny',
  evaluation: Evaluation,
): PrincipalMatch {
  const { request, hasPermissionsBoundary, budget } = evaluation;
  const namings = new Set<Naming>(element.any ? ['everyone'] : []);
  for (const entry of element.entries) {
    if (!budget.spend(100 + 2 * entry.value.length)) break;
    namings.add(nameEntry(entry, evaluation));
  }
  const values = [...(element.any ? ['*'] : []), ...element.entries.map(({ value }) => value)];
  const compared = { policyValues: values, requestValues: principalValues(request.principal) };
  const grant = strongestGrant(namings);
  if (negated) {
    const bounded = effect === 'Deny' && hasPermissionsBoundary;
    const spared = effect === 'Deny' ? isSpared(namings, request.principal) : grant !== undefined;
    const undecided = !bounded && grant === undefined && namings.has('undecided');
    const match = undecided ? 'undecided' : bounded || !spared ? 'yes' : 'no';
    return {
      trace: {
        element: 'NotPrincipal',
        match,
        ...compared,
        ...(bounded && { cause: 'principalHasPermissionsBoundary' as const }),
      },
      ...(match === 'yes' && { grant: 'direct' as const }),
    };
  }
  const cause = mismatchCause(namings);
  return {
    trace: {
      element: 'Principal',
      match: grant !== undefined ? 'yes' : namings.has('undecided') ? 'undecided' : 'no',
      ...compared,
      ...(grant === undefined && cause && { cause }),
    },
    ...(grant && { grant }),
  };
}

function mismatchCause(namings: ReadonlySet<Naming>): MismatchCause | undefined {
  if (namings.has('recreated')) return 'principalRecreated';
  if (namings.has('undecided')) return 'undocumented';
  return namings.has('deleted') ? 'principalDeleted' : undefined;
}

/** Every name by which a policy could have meant the caller. */
function principalValues(principal: Principal): readonly string[] {
  if (principal.type === 'role-session') return [principal.arn, principal.roleArn];
  if (principal.type === 'federated-user') return [principal.arn, principal.issuerArn];
  return [principalText(principal)];
}
