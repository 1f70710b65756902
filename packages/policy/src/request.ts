/** What a decision is asked about: the authorization request and the policies that apply to it. */
import type { DecisionTrace } from './authorize/trace.ts';
import type { PolicyDocument } from './document/policy-document.ts';

/** Who asks. ARNs are written as AWS writes them (`arn:aws:sts::A:assumed-role/R/S` for sessions). */
export type Principal =
  | { readonly type: 'root'; readonly account: string; readonly arn: string }
  | { readonly type: 'user'; readonly account: string; readonly arn: string; readonly id: string }
  | {
      readonly type: 'role-session';
      readonly account: string;
      /** The session's ARN, without the role's path. */
      readonly arn: string;
      /** The role's ARN, with its path. */
      readonly roleArn: string;
      /** The role's unique id (`AROA…`). */
      readonly id: string;
      readonly serviceLinked?: boolean;
    }
  | {
      readonly type: 'federated-user';
      readonly account: string;
      readonly arn: string;
      /** The ARN of the user (or root) that called GetFederationToken. */
      readonly issuerArn: string;
    }
  | { readonly type: 'service'; readonly service: string }
  | { readonly type: 'web-identity'; readonly provider: string }
  | { readonly type: 'saml'; readonly provider: string }
  | { readonly type: 'anonymous' };

/** A string is a single-valued key, an array a multivalued one (even with one element, or none). */
export type ContextValue = string | readonly string[];

/** The request context. A key that does not apply must be absent, never empty. */
export type ContextEntries = Iterable<readonly [key: string, value: ContextValue]>;

/** One (principal, action, resource) with its context. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Action`. */
  readonly action: string;
  /** An ARN, or `*` when the action names no resource. */
  readonly resource: string;
  /** The account that owns the resource; default: the ARN's account field, else the principal's. */
  readonly resourceAccount?: string;
  readonly context: ContextEntries;
  /** The canonical user id of the principal's account: what S3 policies call `CanonicalUser`. */
  readonly canonicalUserId?: string;
  /** The action supports no resource-level permissions: only a `*` in Resource matches. */
  readonly wildcardOnlyAction?: boolean;
}

/** A policy and what to call it in explanations and messages. */
export interface PolicySource {
  readonly document: PolicyDocument;
  /** For people: `inline policy P of role R`. */
  readonly name: string;
  /** The ARN of a managed policy, SCP or RCP: AWS names it after an explicit deny. */
  readonly arn?: string;
  /**
   * Principal ARNs in the document and the unique ids that they meant when the document was
   * saved. An entry whose principal now has another id no longer matches. An id that is bound to
   * itself is that of a principal that lives, though the document names it so.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/** How an identity-based and a resource-based policy combine for a resource in the same account. */
export type Combining =
  /** The default: an allow of either is enough. */
  | 'either'
  /** A role's trust policy, a KMS key policy: the resource side must allow, and may delegate. */
  | 'resource-required';

/** Every policy that applies, by type. An absent type does not take part in the decision. */
export interface PolicySet {
  readonly identity: readonly PolicySource[];
  readonly resource?: PolicySource;
  readonly boundary?: PolicySource;
  /** Present (even when empty) when the session was made with session policies. */
  readonly session?: readonly PolicySource[];
  /** Levels from the organization's root down to the account; each level must allow. */
  readonly serviceControl?: readonly (readonly PolicySource[])[];
  readonly resourceControl?: readonly (readonly PolicySource[])[];
  readonly vpcEndpoint?: readonly PolicySource[];
  /** Default `either`. */
  readonly combining?: Combining;
  /** `the role trust policy` instead of `a resource-based policy` in AWS's words. */
  readonly resourceIsTrustPolicy?: boolean;
}

/** The types of policy, in AWS's own words. */
export type PolicyType =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'VPC endpoint policy'
  | 'role trust policy';

/** Why a decision came out as it did. */
export interface DecisionReason {
  /** The policy type that AWS names. */
  readonly policyType: PolicyType;
  /** The policy with the deciding statement; absent for implicit denies. */
  readonly policy?: PolicySource;
  readonly statementIndex?: number;
}

/** The answer, as a value. */
export interface Decision {
  readonly outcome: 'allow' | 'explicitDeny' | 'implicitDeny';
  readonly reason?: DecisionReason;
  /** Set when evaluation itself failed and the closed side was taken (rule E18). */
  readonly failure?: string;
  readonly request: AuthorizationRequest;
  readonly policies: PolicySet;
  /** What every statement answered; the quick evaluator leaves it out. */
  readonly trace?: DecisionTrace;
}
