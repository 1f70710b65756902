/** The trace of a decision: what every element of every statement of every policy answered. */
import type { Statement } from '../document/policy-document.ts';
import type { Match } from '../match-result.ts';
import type { PolicySource, PolicyType } from '../request.ts';

/** How a resource-based policy names the principal; the strongest wins (rules E5 to E8). */
export type PrincipalGrant =
  /** The user, the session or everyone: in the same account nothing else can limit it. */
  | 'direct'
  /** The role of a session, the user behind a federated user: boundary and session limit it. */
  | 'underlying'
  /** The account: it only delegates to the account's own policies. */
  | 'account';

/** Why an element did not match, where "the values differ" would not say it. */
export type MismatchCause =
  | 'keyAbsent'
  | 'variableUnresolved'
  | 'multivaluedKeyWithoutSetOperator'
  | 'keyGivenTwice'
  | 'unknownOperator'
  | 'principalRecreated'
  | 'principalDeleted'
  | 'principalHasPermissionsBoundary'
  | 'elementMissing'
  | 'elementNotAllowedHere'
  | 'undocumented';

/** One element of a statement and the values that were compared. */
export interface ElementTrace {
  readonly element:
    | 'Principal'
    | 'NotPrincipal'
    | 'Action'
    | 'NotAction'
    | 'Resource'
    | 'NotResource'
    | 'Condition';
  readonly match: Match;
  /** The policy's values, variables replaced; as written where one has no value. */
  readonly policyValues: readonly string[];
  /** The request's values; absent where the condition key is not in the request. */
  readonly requestValues?: readonly string[];
  readonly cause?: MismatchCause;
  /** The variable without a value. */
  readonly variable?: string;
  /** For Condition: as written. */
  readonly operator?: string;
  readonly key?: string;
}

/** One statement. It has an effect when it matches, or is an undecided Deny (rule E18). */
export interface StatementTrace {
  readonly statement: Statement;
  readonly match: Match;
  readonly takesEffect: boolean;
  /** Every element, also behind one that does not match. */
  readonly elements: readonly ElementTrace[];
  readonly grant?: PrincipalGrant;
}

/** One policy, all its statements. */
export interface PolicyTrace {
  readonly source: PolicySource;
  readonly statements: readonly StatementTrace[];
}

/** What the policies of one type (for SCPs and RCPs: of one level) say together. */
export type Verdict = 'allow' | 'explicitDeny' | 'implicitDeny';

/** The statement that made a verdict. */
export interface DecidingStatement {
  readonly source: PolicySource;
  readonly trace: StatementTrace;
}

/** All policies of one type; SCPs and RCPs have one for each level, from the root down. */
export interface LayerTrace {
  readonly policyType: PolicyType;
  /** For SCPs and RCPs: 0 is the organization's root. */
  readonly level?: number;
  readonly verdict: Verdict;
  /** Whether an Allow takes effect, also where a Deny makes the verdict. */
  readonly allows: boolean;
  readonly deciding?: DecidingStatement;
  readonly grant?: PrincipalGrant;
  readonly policies: readonly PolicyTrace[];
}

/** Why one layer refuses. The first of a decision is the reason that AWS names. */
export interface Refusal {
  readonly verdict: 'explicitDeny' | 'implicitDeny';
  readonly layer: LayerTrace;
}

/** Everything that was looked at. */
export interface DecisionTrace {
  readonly resourceAccount: string | undefined;
  readonly crossAccount: boolean;
  readonly layers: readonly LayerTrace[];
  /** Every layer that must change before the request is allowed, in AWS's order. */
  readonly refusals: readonly Refusal[];
}
