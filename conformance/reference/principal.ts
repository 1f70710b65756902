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

/** A session's ARN lacks its role's path: names are unique in an account without it. */
const pathless = (arn: string): string => arn.replace(/:role\/.*\//, ':role/');

/** A bare role ARN is some session of that role, which no policy names. */
export function callerOf({ principal, context }: DecisionVector): Caller {
  const only = (...direct: string[]): Caller => ({ names: { direct, role: [], account: [] } });
  if (typeof principal !== 'string') {
    if (principal.type === 'Anonymous') return only();
    if (principal.type === 'Service') return only(`Service:${principal.service}`);
    return only(`Federated:${principal.federatedProvider}`);
  }
  if (!principal.startsWith('arn:')) return only(`Service:${principal}`);
  const [, partition = '', , , account = '', resource = ''] = principal.split(':');
  const [id = ''] = String(context['aws:userid']).split(':');
  const root = `arn:${partition}:iam::${account}:root`;
  const named = (direct: readonly string[], role: readonly string[] = []) => ({
    account,
    names: { direct, role, account: [`AWS:${account}`, `AWS:${root}`] },
  });
  const [type = '', name = ''] = resource.split('/');
  if (type === 'root') return { ...named([]), isRoot: true };
  const own = `AWS:${principal}`;
  const user = `AWS:arn:${partition}:iam::${account}:user/${resource.slice(15)}`;
  if (type === 'federated-user') return { ...named([own], [user]), isFederatedUser: true };
  if (type === 'user') return named([own, `AWS:${id}`]);
  // reference_policies_condition-keys: aws:PrincipalArn is the role's ARN, with its path.
  const known = context['aws:PrincipalArn'];
  const bare = type === 'role' ? principal : `arn:${partition}:iam::${account}:role/${name}`;
  const role = type !== 'role' && typeof known === 'string' ? known : bare;
  const isServiceLinked = /:role\/(aws-service-role\/|AWSServiceRoleFor)/.test(role);
  const session = type === 'role' ? 'some session' : own;
  return { ...named([session], [`AWS:${pathless(role)}`, `AWS:${id}`]), isServiceLinked };
}

/** `*` is everybody: anonymous callers, services and other accounts too. */
function entriesOf(element: unknown): readonly string[] {
  if (element === '*') return ['AWS:*'];
  return Object.entries(element ?? {}).flatMap(([kind, entries]) =>
    texts(entries).map((entry) => `${kind}:${pathless(entry)}`),
  );
}

/** The strongest way in which the element names the caller. */
export function principalGrant(element: unknown, { names }: Caller): Grant | undefined {
  const entries = entriesOf(element);
  const isListed = (name: string): boolean => entries.includes(name);
  if (isListed('AWS:*')) return 'direct';
  return (['direct', 'role', 'account'] as const).find((grant) => names[grant].some(isListed));
}

/** …_notprincipal, Deny: session, role and account all listed, and no boundary. Allow: one is. */
export function isExcepted(element: unknown, isDeny: boolean, caller: Caller, bound: boolean) {
  const entries = entriesOf(element);
  const { role, ...always } = caller.names;
  const all = isDeny && caller.isFederatedUser ? always : { role, ...always };
  const levels = Object.values(all).filter((names) => names.length > 0);
  const isListed = (names: readonly string[]) => names.some((name) => entries.includes(name));
  if (isDeny && bound) return false;
  if (entries.includes('AWS:*')) return true;
  return isDeny ? levels.length > 0 && levels.every(isListed) : levels.some(isListed);
}
