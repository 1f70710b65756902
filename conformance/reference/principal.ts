/** Who calls, and how a Principal element reaches them (reference_policies_elements_principal). */
import type { DecisionVector } from '../decision-vector.ts';
import { texts } from './condition.ts';

/** How a policy names the caller: itself, the role behind its session, or only its account. */
export type Grant = 'direct' | 'role' | 'account';

/** The caller by all the names that a Principal element may use, with their kind in front. */
export interface Caller {
  readonly names: Readonly<Record<Grant, readonly string[]>>;
  readonly account?: string;
  readonly isRoot?: boolean;
  readonly isFederatedUser?: boolean;
  readonly isServiceLinked?: boolean;
}

/** A bare role ARN is some session of that role. */
export function callerOf({ principal, context }: DecisionVector): Caller {
  const only = (name: string): Caller => ({ names: { direct: [name], role: [], account: [] } });
  if (typeof principal !== 'string') {
    if (principal.type === 'Anonymous') return { names: { direct: [], role: [], account: [] } };
    if (principal.type === 'Service') return only(`Service:${principal.service}`);
    return only(`Federated:${principal.federatedProvider}`);
  }
  const [prefix, partition = '', , , account = '', resource = ''] = principal.split(':');
  if (prefix !== 'arn') return only(`Service:${principal}`);
  const userId = context['aws:userid'];
  const [id = ''] = typeof userId === 'string' ? userId.split(':') : [];
  const accountNames = [`AWS:${account}`, `AWS:arn:${partition}:iam::${account}:root`];
  const named = (direct: readonly string[], role: readonly string[]) => ({
    account,
    names: { direct, role, account: accountNames },
  });
  const [type = '', name = ''] = resource.split('/');
  if (type === 'root') return { ...named([], []), isRoot: true };
  if (type === 'federated-user')
    return { ...named([`AWS:${principal}`], []), isFederatedUser: true };
  if (type === 'user') return named([`AWS:${principal}`, `AWS:${id}`], []);
  // reference_policies_condition-keys: aws:PrincipalArn is the role's ARN, with its path.
  const known = context['aws:PrincipalArn'];
  const bare = `arn:${partition}:iam::${account}:role/${name}`;
  const role = type === 'role' ? principal : typeof known === 'string' ? known : bare;
  const direct = type === 'role' ? [] : [`AWS:${principal}`];
  const isServiceLinked = role.includes(':role/aws-service-role/');
  return { ...named(direct, [`AWS:${role}`, `AWS:${id}`]), isServiceLinked };
}

/** `*` is everybody: anonymous callers, services and other accounts too. */
function entriesOf(element: unknown): readonly string[] {
  if (element === '*') return ['AWS:*'];
  return Object.entries(element ?? {}).flatMap(([kind, entries]) =>
    texts(entries).map((entry) => `${kind}:${entry}`),
  );
}

/** The strongest way in which the element names the caller. */
export function principalGrant(element: unknown, { names }: Caller): Grant | undefined {
  const entries = entriesOf(element);
  if (entries.includes('AWS:*')) return 'direct';
  return (['direct', 'role', 'account'] as const).find((grant) =>
    names[grant].some((name) => entries.includes(name)),
  );
}

/**
 * reference_policies_elements_notprincipal: with Deny, the session, its role and its account must
 * all be listed to be excepted, and access_policies_boundaries excepts nobody who has a boundary.
 * With Allow, whoever is listed in any way is excepted.
 */
export function isExcepted(element: unknown, isDeny: boolean, caller: Caller, bound: boolean) {
  const entries = entriesOf(element);
  const levels = Object.values(caller.names).filter((names) => names.length > 0);
  const isListed = (names: readonly string[]) => names.some((name) => entries.includes(name));
  if (isDeny && bound) return false;
  if (entries.includes('AWS:*')) return true;
  return isDeny ? levels.length > 0 && levels.every(isListed) : levels.some(isListed);
}
