/** The demands of an operation that the facts describe (`facts/action-map.json`). */
import type { DemandTemplate } from '@sekisho/catalog';
import type { ContextValue } from '@sekisho/policy';
import type { Demand } from '../service.ts';
import { compileCondition } from './condition.ts';
import { Unmappable } from './not-mapped.ts';
import type { Scope } from './scope.ts';
import { compileTemplate } from './template.ts';

/** The demands of one request. */
export type Demands = (scope: Scope) => readonly Demand[];

/** Compiles an operation's facts. Throws Unmappable. */
export function compileFacts(facts: readonly DemandTemplate[]): Demands {
  const compiled = facts.map(compileFact);
  return (scope) => compiled.flatMap((demands) => demands(scope));
}

function compileFact({ action, resource, when, context, none }: DemandTemplate): Demands {
  if (none === true) return () => [];
  if (action === undefined || resource === undefined || none !== undefined) {
    throw new Unmappable('the facts do not name an action and a resource');
  }
  if (action.includes('{')) throw new Unmappable(`the action "${action}" depends on the request`);
  const template = compileTemplate(resource);
  const keys = Object.entries(context ?? {}).map(compileKey);
  const onlyPresent = when === 'present';
  const applies = when === undefined || onlyPresent ? () => true : compileCondition(when);
  return (scope) => {
    if (!applies(scope)) return [];
    const resources = onlyPresent ? template.expandPresent(scope) : template.expand(scope);
    const entries = keys.flatMap((key) => key(scope));
    return resources.map((arn) => ({
      action,
      resource: arn,
      ...(entries.length === 0 ? {} : { context: entries }),
    }));
  };
}

type KeyValues = (scope: Scope) => readonly (readonly [string, ContextValue])[];

/** A key whose template finds nothing in the input does not apply: it is absent. */
function compileKey([key, value]: [string, string | readonly string[]]): KeyValues {
  if (typeof value === 'string') {
    const template = compileTemplate(value);
    return (scope) => {
      const [text] = template.expandPresent(scope);
      return text === undefined ? [] : [[key, text]];
    };
  }
  const templates = value.map(compileTemplate);
  return (scope) => {
    const values = templates.flatMap((template) => template.expandPresent(scope));
    return values.length === 0 ? [] : [[key, values]];
  };
}
