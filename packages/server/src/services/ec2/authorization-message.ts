/**
 * The failure message that EC2 encodes into UnauthorizedOperation, before it is encoded.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
import type { ContextValue, Decision, Principal, Statement } from '@sekisho/policy';
import type { Demand, DemandContext } from '../service.ts';

/** Every list of the message is `{"items":[…]}`, every value `{"value":"…"}`. */
interface Items<T> {
  readonly items: readonly T[];
}

type Values = Items<{ readonly value: string }>;

/** The JSON that DecodeAuthorizationMessage answers, on one line, keys in AWS's order. */
export function authorizationMessage(
  decision: Decision,
  demand: Demand,
  context: DemandContext,
): string {
  const statement = matchedStatement(decision);
  const matched = statement === undefined ? [] : [describeStatement(statement, context)];
  return JSON.stringify({
    allowed: false,
    explicitDeny: decision.outcome === 'explicitDeny',
    matchedStatements: { items: matched },
    // Unverified: empty in every recording; what would stand here is not documented.
    failures: { items: [] },
    context: {
      principal: describePrincipal(decision.request.principal, context),
      action: demand.action,
      resource: demand.resource,
      conditions: { items: conditionsOf(demand, context) },
    },
  });
}

/** Only a Deny is shown: an implicit denial has no statement. */
function matchedStatement(decision: Decision): Statement | undefined {
  const { reason, outcome } = decision;
  if (outcome !== 'explicitDeny' || reason?.statementIndex === undefined) return undefined;
  return reason.policy?.document.statements[reason.statementIndex];
}

function describeStatement(statement: Statement, context: DemandContext): object {
  return {
    statementId: statement.sid ?? '',
    effect: statement.effect === 'Deny' ? 'DENY' : 'ALLOW',
    principals: values([uniqueIdOf(context)]),
    principalGroups: values([]),
    // Unverified: how NotAction and NotResource are shown; they are left out.
    actions: values(statement.action?.values.map(({ value }) => value) ?? []),
    resources: values(statement.resource?.values.map(({ value }) => value) ?? []),
    // Unverified: the shape of a condition inside a statement.
    conditions: {
      items: (statement.condition?.entries ?? []).map((entry) => ({
        key: entry.key,
        values: values(entry.values.map(({ value }) => value)),
      })),
    },
  };
}

/** The unique id of the entity whose policies decided. */
function uniqueIdOf(context: DemandContext): string {
  const { caller } = context;
  if (caller.kind === 'role-session') return caller.roleId;
  return 'userId' in caller ? caller.userId : '';
}

function describePrincipal(principal: Principal, context: DemandContext): object {
  const { caller } = context;
  const id = 'userId' in caller ? caller.userId : '';
  const arn = 'arn' in principal ? principal.arn : '';
  return caller.kind === 'user' ? { id, name: caller.userName, arn } : { id, arn };
}

/** AWS's internal names first, then the keys that this pair alone carries. */
function conditionsOf(demand: Demand, context: DemandContext): readonly object[] {
  const parts = demand.resource.split(':');
  const relative = parts.slice(5).join(':') || demand.resource;
  const slash = relative.indexOf('/');
  const entries: (readonly [string, ContextValue])[] = [
    ['aws:Region', context.region],
    ['aws:Service', 'ec2'],
    ['aws:Resource', relative],
    ['aws:Type', slash < 0 ? relative : relative.slice(0, slash)],
    ['aws:Account', context.account],
    ['aws:ARN', demand.resource],
  ];
  if (demand.action === 'iam:PassRole') {
    entries.push(['iam:RoleName', relative.slice(relative.lastIndexOf('/') + 1)]);
  }
  for (const [key, value] of demand.context ?? []) {
    if (key.startsWith('ec2:')) entries.push([key, value]);
  }
  return entries.map(([key, value]) => ({
    key,
    values: values(typeof value === 'string' ? [value] : value),
  }));
}

function values(list: readonly string[]): Values {
  return { items: list.map((value) => ({ value })) };
}
