/** A Deny written so that it spares a request and denies what it denied otherwise. */
import { foldCase } from '../ascii.ts';
import type { LayerTrace, StatementTrace } from '../authorize/trace.ts';
import type { PolicyVersion } from '../document/policy-document.ts';
import type { AuthorizationRequest, PolicySource } from '../request.ts';
import { RequestContext } from '../request-context.ts';
import type { Change } from './change.ts';
import { literalArn, literalText } from './literal-text.ts';
import { oneOrAll, type StatementJson, statementJson, withCondition } from './statement-json.ts';

/** Excepting the principal: AWS's own idiom, and what is denied to others stays denied. */
function withoutPrincipal(
  statement: StatementJson,
  request: AuthorizationRequest,
  version: PolicyVersion,
): StatementJson[] {
  const context = new RequestContext(request.context);
  const except = (operator: string, key: string): StatementJson[] => {
    const value = context.single(key);
    if (value === undefined) return [];
    // The key may stand there in another case.
    const known = Object.keys(statement.Condition?.[operator] ?? {});
    const spelled = known.find((name) => foldCase(name) === foldCase(key)) ?? key;
    return [withCondition(statement, operator, spelled, [literalText(value, version)])];
  };
  return [
    ...except('ArnNotEquals', 'aws:PrincipalArn'),
    ...except('StringNotEquals', 'aws:PrincipalArn'),
    ...except('StringNotEquals', 'aws:PrincipalServiceName'),
  ];
}

/** Excepting the resource or the action, where the element covers everything. */
function withoutPair(
  statement: StatementJson,
  { action, resource, wildcardOnlyAction }: AuthorizationRequest,
  version: PolicyVersion,
): StatementJson[] {
  const { Resource, NotResource, Action, NotAction, ...rest } = statement;
  const narrowed: StatementJson[] = [];
  const actions = { ...(Action && { Action }), ...(NotAction && { NotAction }) };
  if (resource !== '*' && wildcardOnlyAction !== true) {
    const arn = literalArn(resource, version);
    const given = NotResource === undefined ? [] : [NotResource].flat();
    if (Resource === '*') narrowed.push({ ...rest, ...actions, NotResource: arn });
    else if (given.length > 0) {
      narrowed.push({ ...rest, ...actions, NotResource: [...given, arn] });
    }
  }
  const resources = { ...(Resource && { Resource }), ...(NotResource && { NotResource }) };
  if (Action === '*') narrowed.push({ ...rest, NotAction: action, ...resources });
  const spared = NotAction === undefined ? [] : [NotAction].flat();
  if (spared.length > 0) {
    narrowed.push({ ...rest, NotAction: [...spared, action], ...resources });
  }
  const others = [Action ?? []].flat().filter((value) => foldCase(value) !== foldCase(action));
  if (others.length > 0) narrowed.push({ ...rest, Action: oneOrAll(others), ...resources });
  return narrowed;
}

/** What can be done about one Deny, the least first; the last always helps. */
export function denyChanges(
  request: AuthorizationRequest,
  layer: LayerTrace,
  policy: PolicySource,
  { statement }: StatementTrace,
): readonly Change[] {
  const { policyType, level } = layer;
  const place = {
    policyType,
    ...(level !== undefined && { level }),
    policy,
    statementIndex: statement.index,
  };
  const written = statementJson(statement);
  const { version } = policy.document;
  const narrowed = [
    ...withoutPrincipal(written, request, version),
    ...withoutPair(written, request, version),
  ];
  return [
    ...narrowed.map((changed) => ({ change: 'narrowDeny' as const, ...place, statement: changed })),
    { change: 'removeDeny', ...place },
  ];
}
