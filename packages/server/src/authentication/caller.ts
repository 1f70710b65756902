/** Who sent a request, as proven by its credentials. */
import type { ContextValue } from '@sekisho/policy';
import type { WebIdentity } from './web-identity/web-identity.ts';

/** What every kind of caller with an account has. */
interface AccountCaller {
  readonly partition: string;
  readonly account: string;
  /** What GetCallerIdentity answers as Arn. */
  readonly arn: string;
  /** What GetCallerIdentity answers as UserId, and `aws:userid`. */
  readonly userId: string;
  readonly accessKeyId: string;
  /** Present when the credentials are temporary. */
  readonly session?: Session;
}

/** The account's root user. */
export interface RootCaller extends AccountCaller {
  readonly kind: 'root';
}

/** An IAM user, with long-term keys or a session of GetSessionToken. */
export interface UserCaller extends AccountCaller {
  readonly kind: 'user';
  readonly userName: string;
}

/** A session of a role. */
export interface RoleSessionCaller extends AccountCaller {
  readonly kind: 'role-session';
  readonly roleName: string;
  /** With the role's path. */
  readonly roleArn: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly session: Session;
}

/** A session of GetFederationToken. */
export interface FederatedUserCaller extends AccountCaller {
  readonly kind: 'federated-user';
  readonly name: string;
  /** ARN of the user (or root) that asked for the token, and its user name if it is a user. */
  readonly issuerArn: string;
  readonly issuerUserName?: string;
  readonly session: Session;
}

/** Nobody: the request carries no credentials at all. */
export interface AnonymousCaller {
  readonly kind: 'anonymous';
}

/** An AWS service acting for itself (`ec2.amazonaws.com` assuming a role). Never from the wire. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly service: string;
}

/** The bearer of a verified web identity token, before a role is assumed with it. */
export interface WebIdentityCaller {
  readonly kind: 'web-identity';
  /** The OIDC provider's ARN, or the host name of a built-in provider. */
  readonly provider: string;
  /** What the token says. */
  readonly identity: WebIdentity;
}

/** Whoever a request comes from. */
export type Caller =
  | RootCaller
  | UserCaller
  | RoleSessionCaller
  | FederatedUserCaller
  | AnonymousCaller
  | ServiceCaller
  | WebIdentityCaller;

/** A caller that signed. */
export type SignedCaller = RootCaller | UserCaller | RoleSessionCaller | FederatedUserCaller;

/** What a session token seals: nothing of it is stored, all of it is checked at every request. */
export interface Session {
  readonly kind: 'session-token' | 'role' | 'federated-user';
  readonly account: string;
  readonly accessKeyId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The unique id of the role, or of the user (`AIDA…`; the account id for root). */
  readonly principalId: string;
  /** The role's or user's name; '' for root. */
  readonly principalName: string;
  /** RoleSessionName, or the federated user's name; '' otherwise. */
  readonly sessionName: string;
  /** JSON session policies in full text; undefined when the session was made without any. */
  readonly sessionPolicies?: readonly string[];
  readonly sessionPolicyArns?: readonly string[];
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** When the caller proved MFA, milliseconds; undefined = no MFA. */
  readonly multiFactorAt?: number;
  /** The session was made by a role session (role chaining). */
  readonly chained: boolean;
  /** `aws:FederatedProvider` of web identity and SAML sessions. */
  readonly federatedProvider?: string;
  /** Further context keys that the session carries (`ec2:SourceInstanceArn`, …). */
  readonly contextKeys: readonly (readonly [key: string, value: ContextValue])[];
}
