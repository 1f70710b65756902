/** Principal and NotPrincipal prepared for the quick evaluator. */
import { isAccountId, parseArn } from '../arn.ts';
import type { PrincipalElement, PrincipalKind } from '../document/policy-document.ts';
import type { AuthorizationRequest, Principal } from '../request.ts';
import { type Answer, no, undecided, yes } from './answer.ts';
import type { RequestFrame } from './request-frame.ts';

/** How the entries name the caller, as bits: see `match/principal.ts` for each. */
const everyone = 1;
const direct = 2;
const underlying = 4;
const account = 8;
const unclear = 16;

/** The strength of a grant; the strongest wins (rules E5 to E8). 0 is none. */
export const grants = { none: 0, account: 1, underlying: 2, direct: 3 } as const;
export type Grant = 0 | 1 | 2 | 3;

interface EntryTest {
  readonly kind: PrincipalKind;
  readonly value: string;
  readonly isAccountId: boolean;
  readonly isArn: boolean;
  readonly partition: string;
  readonly account: string;
  readonly isAccountRoot: boolean;
  /** The name of the role that the ARN names. */
  readonly roleName: string | undefined;
  /** The id that the ARN meant when the policy was saved. */
  readonly savedId: string | undefined;
}

export interface PrincipalTest {
  readonly any: boolean;
  readonly negated: boolean;
  readonly effect: 'Allow' | 'Deny';
  readonly entries: readonly EntryTest[];
}

export function preparePrincipal(
  element: PrincipalElement,
  negated: boolean,
  effect: 'Allow' | 'Deny',
  principalIds: ReadonlyMap<string, string> | undefined,
): PrincipalTest {
  const entries = element.entries.map(({ kind, value }): EntryTest => {
    const arn = parseArn(value);
    const isRole = arn?.service === 'iam' && arn.resource.startsWith('role/');
    return {
      kind,
      value,
      isAccountId: isAccountId(value),
      partition: arn?.partition ?? '',
      account: arn?.account ?? '',
      isAccountRoot: arn?.service === 'iam' && arn.resource === 'root',
      isArn: arn !== undefined,
      roleName: isRole ? lastName(value) : undefined,
      savedId: principalIds?.get(value),
    };
  });
  return { any: element.any, negated, effect, entries };
}

function lastName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The answer of the element; a match's grant is left in `frame.grant`. */
export function matchPrincipalTest(test: PrincipalTest, frame: RequestFrame): Answer {
  const { request } = frame;
  const { principal } = request;
  let namings = test.any ? everyone : 0;
  for (let index = 0; index < test.entries.length; index++) {
    const entry = test.entries[index];
    if (entry === undefined) continue;
    frame.steps -= 50 + entry.value.length;
    namings |= nameEntry(entry, principal, request);
  }
  const grant = strongestGrant(namings);
  frame.grant = grant;
  if (!test.negated) {
    if (grant !== grants.none) return yes;
    return (namings & unclear) === 0 ? no : undecided;
  }
  const bounded = test.effect === 'Deny' && frame.hasPermissionsBoundary;
  if (!bounded && grant === grants.none && (namings & unclear) !== 0) return undecided;
  const spared = test.effect === 'Deny' ? isSpared(namings, principal) : grant !== grants.none;
  if (spared && !bounded) return no;
  frame.grant = grants.direct;
  return yes;
}

function strongestGrant(namings: number): Grant {
  if ((namings & (everyone | direct)) !== 0) return grants.direct;
  if ((namings & underlying) !== 0) return grants.underlying;
  return (namings & account) === 0 ? grants.none : grants.account;
}

/** The names that must all stand in a NotPrincipal to be spared by its Deny (rule P9). */
function isSpared(namings: number, principal: Principal): boolean {
  if ((namings & everyone) !== 0) return true;
  if (principal.type === 'root') return (namings & account) !== 0;
  if ((namings & direct) === 0) return false;
  if (!('account' in principal)) return true;
  if (principal.type === 'role-session' && (namings & underlying) === 0) return false;
  return (namings & account) !== 0;
}

function nameEntry(entry: EntryTest, principal: Principal, request: AuthorizationRequest): number {
  const { kind, value } = entry;
  switch (kind) {
    case 'AWS':
      return nameAws(entry, principal);
    case 'Service':
      return principal.type === 'service' ? nameExactly(value, principal.service) : 0;
    case 'Federated':
      return principal.type === 'web-identity' || principal.type === 'saml'
        ? nameExactly(value, principal.provider)
        : 0;
    case 'CanonicalUser':
      if (!('account' in principal)) return 0;
      if (request.canonicalUserId === undefined) return unclear;
      return value === request.canonicalUserId ? account : 0;
  }
}

function nameExactly(value: string, name: string): number {
  if (value === '*') return unclear;
  return value === name ? direct : 0;
}

function nameAws(entry: EntryTest, principal: Principal): number {
  const { value } = entry;
  if (value === '*') {
    const isFederated = principal.type === 'web-identity' || principal.type === 'saml';
    return isFederated ? unclear : everyone;
  }
  if (!('account' in principal)) return 0;
  if (entry.isAccountId) return value === principal.account ? account : 0;
  if ('id' in principal && value === principal.id) {
    return principal.type === 'user' ? direct : underlying;
  }
  const naming = nameArn(entry, principal);
  if (naming === 0 || naming === account || entry.savedId === undefined) return naming;
  return 'id' in principal && principal.id !== entry.savedId ? 0 : naming;
}

function nameArn(entry: EntryTest, principal: Extract<Principal, { account: string }>): number {
  if (!entry.isArn || entry.account !== principal.account) return 0;
  if (entry.partition !== parseArn(principal.arn)?.partition) return 0;
  if (entry.isAccountRoot) return account;
  if (entry.value === principal.arn) return direct;
  if (principal.type === 'federated-user') {
    return entry.value === principal.issuerArn ? underlying : 0;
  }
  if (principal.type !== 'role-session' || entry.roleName === undefined) return 0;
  return entry.roleName === lastName(principal.roleArn) ? underlying : 0;
}
