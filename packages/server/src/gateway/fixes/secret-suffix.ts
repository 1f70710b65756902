/**
 * A secret that a policy names without the six characters at the end of its ARN: what its author
 * meant is every secret of that name, and AWS's page writes it so.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
import {
  applyChanges,
  authorize,
  type Change,
  type Decision,
  type NearStatement,
  nearestStatements,
  type Proposal,
  statementJson,
} from '@sekisho/policy';

const suffix = '-??????';

/** A statement whose Resource is the secret's ARN but for its end. */
export interface NamedWithoutSuffix {
  readonly near: NearStatement;
  readonly written: string;
}

/** Looks for it among the statements that nearly allowed. */
export function findNamedWithoutSuffix({
  request,
  trace,
}: Decision): NamedWithoutSuffix | undefined {
  const { resource } = request;
  if (!/^arn:[a-z-]+:secretsmanager:/.test(resource)) return undefined;
  for (const { layer } of trace?.refusals ?? []) {
    if (layer.policyType !== 'identity-based policy') continue;
    for (const near of nearestStatements(layer)) {
      const [failed, ...others] = near.failed;
      if (failed?.element !== 'Resource' || others.length > 0) continue;
      const written = failed.policyValues.find((value) => {
        return resource.startsWith(`${value}-`) && resource.length === value.length + suffix.length;
      });
      if (written !== undefined) return { near, written };
    }
  }
  return undefined;
}

/** The change that says `-??????`, where it alone allows the request. */
export function secretSuffix(decision: Decision): Proposal | undefined {
  const found = findNamedWithoutSuffix(decision);
  if (found === undefined || found.near.source.arn?.includes(':iam::aws:policy/')) return undefined;
  const { near, written } = found;
  const statement = statementJson(near.trace.statement);
  const values = [statement.Resource ?? []].flat();
  const changed = values.map((value) => (value === written ? value + suffix : value));
  const [only, ...others] = changed;
  const change: Change = {
    change: 'addValue',
    policyType: 'identity-based policy',
    policy: near.source,
    statementIndex: near.trace.statement.index,
    element: 'Resource',
    values: [written + suffix],
    statement: {
      ...statement,
      Resource: only !== undefined && others.length === 0 ? only : changed,
    },
  };
  const { request, policies } = decision;
  const isAllowed = authorize(request, applyChanges(policies, [change])).outcome === 'allow';
  return isAllowed ? { changes: [change], proven: true } : undefined;
}
