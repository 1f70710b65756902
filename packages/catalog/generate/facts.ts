/** Our hand-kept facts, cut into the files that are loaded one by one. */
import type { Output } from './output.ts';
import { OUR_FACTS, readFacts } from './output.ts';
import { GENERATED } from './service-model.ts';

interface ActionMap {
  readonly demands: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly fas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface ContextKeys {
  readonly sensitiveNoWildcards: readonly string[];
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Demand rules service by service, the rules of condition keys, service-linked roles. */
export function generateFacts(): Output[] {
  const map = readFacts('action-map.json') as ActionMap;
  const outputs = Object.keys(map.demands).map((service) => {
    // Entries in parentheses are notes over many operations, for people.
    const operations = Object.entries(map.demands[service] ?? {}).filter(([name]) => isName(name));
    const forwarded = Object.entries(map.fas[service] ?? {}).filter(([name]) => isName(name));
    return json(`generated/demands/${service}.json`, { service, operations, forwarded });
  });
  const { sensitiveNoWildcards, keys } = readFacts('context-keys.json') as ContextKeys;
  outputs.push(json('generated/context-keys.json', { sensitiveNoWildcards, keys }));
  const roles = readFacts('service-linked-roles.json') as { roles: unknown };
  outputs.push(json('generated/service-linked-roles.json', { roles: roles.roles }));
  return outputs;
}

function isName(name: string): boolean {
  return /^\w+$/.test(name);
}

function json(path: string, content: object): Output {
  const text = `${JSON.stringify({ generated: GENERATED, ...content })}\n`;
  return { path, content: text, sources: [OUR_FACTS] };
}
