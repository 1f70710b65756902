/** Decisions apart from conditions: what holds whatever they say, and what could hold. */
import type {
  DecisionTrace,
  PolicyDocument,
  PolicySet,
  PolicySource,
  Statement,
} from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';

/**
 * `never`: Allow statements with conditions are left out, Deny statements hold whatever their
 * conditions say. `always`: the reverse.
 */
export type Fulfilment = 'never' | 'always';

const rewritten: Readonly<Record<Fulfilment, WeakMap<PolicySource, PolicySource>>> = {
  never: new WeakMap(),
  always: new WeakMap(),
};

/** The policies with every condition fulfilled in favour of the request, or against it. */
export function withConditions(policies: PolicySet, fulfilment: Fulfilment): PolicySet {
  const one = (source: PolicySource): PolicySource => rewrite(source, fulfilment);
  const all = (sources: readonly PolicySource[]) => sources.map(one);
  const { resource, boundary, session, serviceControl, resourceControl, vpcEndpoint } = policies;
  return {
    ...policies,
    identity: all(policies.identity),
    ...(resource && { resource: one(resource) }),
    ...(boundary && { boundary: one(boundary) }),
    ...(session && { session: all(session) }),
    ...(serviceControl && { serviceControl: serviceControl.map(all) }),
    ...(resourceControl && { resourceControl: resourceControl.map(all) }),
    ...(vpcEndpoint && { vpcEndpoint: all(vpcEndpoint) }),
  };
}

function rewrite(source: PolicySource, fulfilment: Fulfilment): PolicySource {
  const known = rewritten[fulfilment].get(source);
  if (known !== undefined) return known;
  const document: PolicyDocument = {
    ...source.document,
    statements: source.document.statements.flatMap((one) => rewriteStatement(one, fulfilment)),
  };
  const changed = { ...source, document };
  rewritten[fulfilment].set(source, changed);
  return changed;
}

function rewriteStatement(statement: Statement, fulfilment: Fulfilment): readonly Statement[] {
  if ((statement.condition?.entries.length ?? 0) === 0) return [statement];
  const helps = statement.effect === 'Allow';
  if (helps !== (fulfilment === 'always')) return [];
  const { condition: _, ...unconditional } = statement;
  return [unconditional];
}

/** Condition keys on which the decision depends: of statements that apply but for conditions. */
export function decidingKeys({ layers }: DecisionTrace): readonly string[] {
  const keys = new Map<string, string>();
  for (const { elements } of layers.flatMap(({ policies }) =>
    policies.flatMap(({ statements }) => statements),
  )) {
    if (elements.some(({ element, match }) => element !== 'Condition' && match === 'no')) continue;
    for (const { key } of elements) if (key !== undefined) keys.set(foldCase(key), key);
  }
  return [...keys.values()];
}
