/** The decision, from reference_policies_evaluation-logic and its cross-account page. */
import type { DecisionVector } from '../decision-vector.ts';
import { conditionHolds, texts } from './condition.ts';
import * as pattern from './pattern.ts';
import { type Caller, callerOf, type Grant, isExcepted, principalGrant } from './principal.ts';

type Policy = Readonly<Record<string, unknown>>;
type Outcome = 'allow' | 'implicitDeny' | 'explicitDeny';

/** orgs_manage_policies_rcps: the services that support RCPs; for kms see its …/rcps page. */
const rcpServices =
  /^(s3|sts|kms(?!:retiregrant$)|sqs|secretsmanager|ecr|dynamodb|logs|aoss|cognito-\w+):/i;

/** …_elements_resource: a wildcard stays in its field. …_identifiers: lacking fields are `*`. */
function matchesResource(text: string, name: pattern.Pattern | undefined, vector: DecisionVector) {
  // An action without resource-level permissions is reached by `*` alone; many pages use the other.
  const isBucketList = /^s3:ListAllMyBuckets$/i.test(vector.action) && text === 'arn:aws:s3:::*';
  if (text === '*' || isBucketList) return true;
  const wanted = pattern.fieldsOf(pattern.withWildcards(text));
  const given = pattern.fieldsOf(pattern.literal(vector.resource)).map(pattern.textOf);
  if (vector.wildcardOnlyAction || given.length !== 6 || name === undefined) return false;
  const whole = wanted.length < 6 ? wanted : [...wanted.slice(0, 5), name];
  return given.every((field, at) => pattern.matches(whole[at] ?? ['*'], field));
}

/** The statements, each with its policy's version. */
const statementsOf = (policies: readonly Policy[]): readonly Policy[] =>
  policies.flatMap(({ Version, Statement }) =>
    [Statement].flat().map((one) => Object.assign({ Version }, one)),
  );

/** reference_policies_elements_action (case does not matter), …_notaction, …_notresource. */
function isAbout(statement: Policy, vector: DecisionVector): boolean {
  const { Version, Action, NotAction, Resource = '*', NotResource, Condition } = statement;
  const entries = Object.entries(vector.context);
  const context = new Map(entries.map(([key, value]) => [key.toLowerCase(), value] as const));
  const asked = vector.action.toLowerCase(); // `*` alone, or a prefix and a name.
  const action = (text: string): boolean =>
    /^\*$|:/.test(text) && pattern.matches(pattern.withWildcards(text.toLowerCase()), asked);
  // reference_policies_variables: only in the part after the fifth colon.
  const name = (text: string) =>
    pattern.substitute(text.split(':').slice(5).join(':'), Version, context);
  const resource = (text: string): boolean => matchesResource(text, name(text), vector);
  return (
    texts(NotAction ?? Action).some(action) === (NotAction === undefined) &&
    texts(NotResource ?? Resource).some(resource) === (NotResource === undefined) &&
    conditionHolds(Condition, Version, context)
  );
}

/** The policies that reach this caller and this resource. */
function applicable({ policies, ...vector }: DecisionVector, caller: Caller, owner?: string) {
  // access_policies: nothing is attached to the root user; services, anonymous callers and web
  // identities have no policies of their own.
  const hasOwn = caller.account !== undefined && caller.isRoot !== true;
  // orgs_manage_policies_scps, …_rcps: the management account and service-linked roles are free.
  const isBound = (account?: string) =>
    caller.isServiceLinked !== true && account !== vector.orgManagementAccount;
  // API_PutBucketPolicy: what the bucket's policy says does not bind its owner's root user.
  const ofBucket = /^s3:(Get|Put|Delete)BucketPolicy$/i.test(vector.action);
  const isWayBack = ofBucket && caller.isRoot === true && caller.account === owner;
  const hasRcp = rcpServices.test(vector.action) && isBound(owner ?? 'not said');
  return {
    identity: hasOwn ? policies.identity : [],
    boundary: hasOwn && policies.boundary?.length ? policies.boundary : null,
    session: hasOwn ? policies.session : null,
    scp: caller.account !== undefined && isBound(caller.account) ? (policies.scp ?? []) : [],
    rcp: hasRcp ? (policies.rcp ?? []).flat() : [],
    resource: policies.resource === null || isWayBack ? [] : [policies.resource],
  };
}

function decide(vector: DecisionVector): Outcome {
  const caller = callerOf(vector);
  const { account } = caller;
  const [, , , , field = ''] = vector.resource.split(':');
  const owner = vector.resourceAccount ?? (/^\d{12}$/.test(field) ? field : account);
  const { identity, boundary, session, resource, ...ofOrg } = applicable(vector, caller, owner);
  const { vpce } = vector.policies;
  /** How the statements with this effect reach the caller; empty: not at all. */
  const grants = (list: readonly Policy[], effect: string, areOwn: boolean): readonly Grant[] =>
    statementsOf(list).flatMap(({ Effect, Principal, NotPrincipal, ...statement }): Grant[] => {
      if (Effect !== effect || !isAbout(statement, vector)) return [];
      // An identity-based policy's principal is whom it is attached to.
      if (areOwn) return ['direct'];
      if (NotPrincipal === undefined) return [principalGrant(Principal, caller) ?? []].flat();
      const isFree = isExcepted(NotPrincipal, effect === 'Deny', caller, boundary !== null);
      return isFree ? [] : ['direct'];
    });
  const denies = (list: readonly Policy[], areOwn: boolean) => grants(list, 'Deny', areOwn)[0];
  const allows = (list: readonly Policy[]) => grants(list, 'Allow', true).length > 0;
  // 1. An explicit deny in any applicable policy is final.
  const own = [...identity, ...(boundary ?? []), ...(session ?? []), ...ofOrg.scp.flat()];
  const ofOthers = [...resource, ...ofOrg.rcp, ...(vpce ?? [])];
  if (denies(own, true) || denies(ofOthers, false)) return 'explicitDeny';
  // 2. orgs_manage_policies_scps_evaluation: each level allows. vpc-endpoints-access: so too.
  if (!ofOrg.scp.every(allows)) return 'implicitDeny';
  if (vpce && grants(vpce, 'Allow', false).length === 0) return 'implicitDeny';
  const byResource = grants(resource, 'Allow', false);
  // A federated user without a session policy has none of the user's permissions.
  const isWithinSession = session === null ? caller.isFederatedUser !== true : allows(session);
  const isWithin = isWithinSession && (boundary === null || allows(boundary));
  const byIdentity = isWithin && (caller.isRoot === true || allows(identity)); // Root: all.
  const answer = (isAllowed: boolean): Outcome => (isAllowed ? 'allow' : 'implicitDeny');
  if (account === undefined) return answer(byResource.length > 0);
  if (account !== owner) return answer(byResource.length > 0 && byIdentity); // Both allow.
  // 3. Same account: a grant to the user or session itself is final, one to the role is limited
  // by boundary and session policy, one to the account delegates to identity-based policies.
  if (byResource.includes('direct') || (byResource.includes('role') && isWithin)) return 'allow';
  // Role trust policies and KMS key policies (kms key-policies) must allow in any case.
  const isTrust = /^sts:(AssumeRole|TagSession|SetSourceIdentity)/i.test(vector.action);
  const isKey = /^kms:.*:key\//i.test(`${vector.action} ${vector.resource}`);
  return answer(byIdentity && (byResource.length > 0 || !(isTrust || isKey)));
}

/** Decides a vector; an error closes (reference_policies_evaluation-logic, "Errors"). */
export function evaluate(vector: DecisionVector): Outcome {
  // API_GetCallerIdentity, id_credentials_temp_control-access_getsessiontoken: no policy matters.
  const isUnasked = /^sts:Get(CallerIdentity arn:|SessionToken arn:.*:(root|user))/i;
  if (isUnasked.test(`${vector.action} ${vector.principal}`)) return 'allow';
  try {
    return decide(vector);
  } catch {
    return 'implicitDeny';
  }
}
