/** A value to add to a statement that nearly allowed: only where that opens nothing else. */
import { foldCase } from '../ascii.ts';
import type { ElementTrace, LayerTrace, StatementTrace } from '../authorize/trace.ts';
import { readOperator } from '../condition/operators.ts';
import type { PolicyVersion, StringElement } from '../document/policy-document.ts';
import { isPrincipalId } from '../document/principal-arns.ts';
import type { AuthorizationRequest, PolicySource } from '../request.ts';
import type { AddValue } from './change.ts';
import { isAwsManaged } from './change.ts';
import { literalArn, literalText } from './literal-text.ts';
import { type NearStatement, nearestStatements } from './nearest.ts';
import { principalNames } from './proposed-statement.ts';
import { oneOrAll, type StatementJson, statementJson, withCondition } from './statement-json.ts';

type Addition = Pick<
  AddValue,
  'element' | 'operator' | 'key' | 'values' | 'replaced' | 'statement'
>;

/** Operators under which a further value is a further case, not another limit. */
const listOperators: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'IpAddress',
  'NumericEquals',
  'DateEquals',
]);

function isOnly(element: StringElement | undefined, isSame: (value: string) => boolean): boolean {
  return element?.values.every(({ value }) => isSame(value)) ?? false;
}

/** Whether every other element says exactly what the request says: the value widens nothing else. */
function isExact(
  { statement, grant }: StatementTrace,
  failed: ElementTrace,
  request: AuthorizationRequest,
  version: PolicyVersion,
): boolean {
  const { principal, action, resource, notResource } = statement;
  const action_ = foldCase(request.action);
  const arn = literalArn(request.resource, version);
  const noResource = resource === undefined && notResource === undefined;
  const names = principal?.entries ?? [];
  const exactPrincipal =
    principal === undefined ||
    (names.length === 1 && grant !== 'account' && names[0]?.value !== '*' && !principal.any);
  return (
    (failed.element === 'Principal' || exactPrincipal) &&
    (failed.element === 'Action' || isOnly(action, (value) => foldCase(value) === action_)) &&
    (failed.element === 'Resource' || noResource || isOnly(resource, (value) => value === arn))
  );
}

function withPrincipal(
  statement: StatementJson,
  request: AuthorizationRequest,
  { principalIds }: PolicySource,
) {
  const named = principalNames(request.principal);
  const given = statement.Principal;
  if (named === '*' || given === undefined || given === '*') return undefined;
  const kinds = new Map(Object.entries(given));
  const values = new Map(
    Object.entries(named).map(([kind, name]): [string, string[]] => [kind, [name].flat()]),
  );
  const added = [...values.values()].flat();
  const replaced: string[] = [];
  for (const [kind, known] of kinds) {
    // AWS refuses to save the id of a deleted principal.
    const isDead = (value: string) =>
      kind === 'AWS' &&
      ((isPrincipalId(value) && principalIds?.has(value) !== true) || added.includes(value));
    const all = [known].flat();
    replaced.push(...all.filter(isDead));
    const alive = all.filter((value) => !isDead(value));
    if (alive.length > 0) kinds.set(kind, oneOrAll(alive));
    else kinds.delete(kind);
  }
  for (const [kind, names] of values) {
    kinds.set(kind, oneOrAll([...[kinds.get(kind) ?? []].flat(), ...names]));
  }
  return {
    values: added,
    ...(replaced.length > 0 && { replaced }),
    statement: { ...statement, Principal: Object.fromEntries(kinds) },
  };
}

function withValue(
  near: NearStatement,
  failed: ElementTrace,
  request: AuthorizationRequest,
): Addition | undefined {
  const statement = statementJson(near.trace.statement);
  const { version } = near.source.document;
  switch (failed.element) {
    case 'Action': {
      const values = [...[statement.Action ?? []].flat(), request.action];
      const { action } = request;
      return { element: 'Action', values: [action], statement: { ...statement, Action: values } };
    }
    case 'Resource': {
      if (request.resource === '*' || request.wildcardOnlyAction === true) return undefined;
      const arn = literalArn(request.resource, version);
      const values = [...[statement.Resource ?? []].flat(), arn];
      return { element: 'Resource', values: [arn], statement: { ...statement, Resource: values } };
    }
    case 'Principal': {
      const changed = withPrincipal(statement, request, near.source);
      return changed && { element: 'Principal', ...changed };
    }
    case 'Condition':
      return withConditionValue(statement, failed, version);
    default:
      return undefined;
  }
}

function withConditionValue(
  statement: StatementJson,
  { operator = '', key = '', requestValues = [], cause }: ElementTrace,
  version: PolicyVersion,
): Addition | undefined {
  const use = readOperator(operator);
  if (use?.kind !== 'compare' || use.negated || !listOperators.has(use.operator.name)) return;
  if (requestValues.length === 0 || cause !== undefined) return undefined;
  const written = use.operator.variables ? version : '2008-10-17';
  const values = requestValues.map((value) => literalText(value, written));
  const changed = withCondition(statement, operator, key, values);
  return { element: 'Condition', operator, key, values, statement: changed };
}

/** Every such value for the nearest statements of the layer. */
export function valueAdditions(request: AuthorizationRequest, layer: LayerTrace): AddValue[] {
  return nearestStatements(layer).flatMap((near) => {
    const [failed, ...others] = near.failed;
    const { source, trace } = near;
    if (failed === undefined || others.length > 0 || isAwsManaged(source)) return [];
    if (!isExact(trace, failed, request, source.document.version)) return [];
    const addition = withValue(near, failed, request);
    if (addition === undefined) return [];
    const { policyType, level } = layer;
    const place = { policyType, ...(level !== undefined && { level }), policy: source };
    return [{ change: 'addValue', ...place, statementIndex: trace.statement.index, ...addition }];
  });
}
