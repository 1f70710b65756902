/** Random policy sets and requests. Their coverage is asserted by `coverage.ts`. */
import type { ContextValue } from '@sekisho/policy';
import {
  type CaseJson,
  type PolicyJson,
  type PolicySetJson,
  type RequestJson,
  type StatementJson,
  unknownOperatorKey,
} from './pair.ts';
import type { Random } from './random.ts';
import {
  account,
  actionPatterns,
  actions,
  canonicalUserId,
  contextKeys,
  familyKeys,
  operandValues,
  operators,
  otherAccount,
  principalEntries,
  principals,
  resourcePatterns,
  resources,
} from './vocabulary.ts';

/** Requests for each set of policies. */
const requestsOfCase = 16;

export function generateCase(random: Random): CaseJson {
  return {
    policies: policySet(random),
    requests: random.several(requestsOfCase, requestsOfCase, () => request(random)),
  };
}

function request(random: Random): RequestJson {
  const resource = random.pick(resources);
  return {
    principal: random.pick(principals),
    action: random.pick(actions),
    resource,
    ...(random.chance(60) && { resourceAccount: random.pick([account, account, otherAccount]) }),
    ...(random.chance(10) && { wildcardOnlyAction: true }),
    ...(random.chance(50) && { canonicalUserId: random.pick([canonicalUserId, 'other']) }),
    context: context(random),
  };
}

function context(random: Random): (readonly [string, ContextValue])[] {
  const entries: (readonly [string, ContextValue])[] = [];
  for (const [key, values] of contextKeys) {
    // The second spelling of a key makes it ambiguous: rarely.
    if (!random.chance(key === 'AWS:userName' ? 4 : 60)) continue;
    const value = random.pick(values);
    const isSeveral = typeof value === 'string' && random.chance(15);
    entries.push([
      key,
      isSeveral ? [value, ...random.several(0, 2, () => other(random, values))] : value,
    ]);
  }
  return entries;
}

function other(random: Random, values: readonly ContextValue[]): string {
  const value = random.pick(values);
  return typeof value === 'string' ? value : (value[0] ?? 'x');
}

type Place = 'identity' | 'resource' | 'levels';

function policySet(random: Random): PolicySetJson {
  const several = (most: number, place: Place, allowing = 30) =>
    random.several(0, most, () => policy(random, place, allowing));
  const levels = (place: Place) =>
    random.several(0, 2, () => random.several(0, 2, () => policy(random, place, 70)));
  return {
    identity: several(3, 'identity'),
    ...(random.chance(50) && { resource: policy(random, 'resource', 20) }),
    ...(random.chance(30) && { boundary: policy(random, 'identity', 60) }),
    ...(random.chance(30) && { session: several(2, 'identity', 60) }),
    ...(random.chance(30) && { serviceControl: levels('levels') }),
    ...(random.chance(30) && { resourceControl: levels('resource') }),
    ...(random.chance(25) && { vpcEndpoint: several(2, 'resource', 60) }),
    ...(random.chance(25) && { combining: random.pick(['either', 'resource-required'] as const) }),
    ...(random.chance(15) && { resourceIsTrustPolicy: true }),
    ...(random.chance(20) && { principalIds: principalIds(random) }),
  };
}

function principalIds(random: Random): (readonly [string, string])[] {
  return random.several(1, 6, () => [
    random.pick(principalEntries)[1],
    random.pick(['AIDAALICE', 'AROAAPP', 'AIDAGONE']),
  ]);
}

/** `allowing`: in so many of a hundred policies one statement allows everything. */
function policy(random: Random, place: Place, allowing: number): PolicyJson {
  const statements = random.several(1, 3, () => statement(random, place));
  if (random.chance(allowing)) {
    const everyone = place === 'resource' ? { Principal: '*' } : {};
    statements.push({ Effect: 'Allow', ...everyone, Action: '*', Resource: '*' });
  }
  const version = random.pick(['2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', '']);
  return { ...(version !== '' && { Version: version }), Statement: statements };
}

function statement(random: Random, place: Place): StatementJson {
  const effect = random.chance(70) ? 'Allow' : 'Deny';
  return {
    Effect: effect,
    ...principalOf(random, place),
    ...actionOf(random),
    ...resourceOf(random),
    ...(random.chance(60) && { Condition: condition(random) }),
  };
}

function principalOf(random: Random, place: Place): StatementJson {
  if (!random.chance(place === 'resource' ? 95 : 2)) return {};
  const name = random.chance(20) ? 'NotPrincipal' : 'Principal';
  if (random.chance(25)) return { [name]: '*' };
  const entries = new Map<string, string[]>();
  for (const [kind, value] of random.several(1, 4, () => random.pick(principalEntries))) {
    entries.set(kind, [...(entries.get(kind) ?? []), value]);
  }
  return { [name]: Object.fromEntries(entries) };
}

function actionOf(random: Random): StatementJson {
  const name = random.chance(20) ? 'NotAction' : 'Action';
  const one = () => {
    if (random.chance(40)) return random.pick(['*', 's3:*', 's3:GetObject']);
    return random.chance(60) ? random.pick(actionPatterns) : blur(random, random.pick(actions));
  };
  return { [name]: random.several(1, 3, one) };
}

function resourceOf(random: Random): StatementJson {
  if (random.chance(4)) return {};
  const name = random.chance(20) ? 'NotResource' : 'Resource';
  const one = () =>
    random.chance(60) ? random.pick(resourcePatterns) : blur(random, random.pick(resources));
  return { [name]: random.several(1, 3, one) };
}

/** A text with some of it replaced by wildcards, or with a letter of the other case. */
function blur(random: Random, text: string): string {
  let result = text;
  for (let count = random.below(3); count > 0; count--) {
    const start = random.below(result.length + 1);
    const end = Math.min(result.length, start + random.below(4));
    const middle = result.slice(start, end);
    const replaced = random.pick(['*', '?', '*?', '', middle.toUpperCase(), '${*}', '**']);
    result = result.slice(0, start) + replaced + result.slice(end);
  }
  return result;
}

function condition(random: Random): StatementJson {
  const entries = new Map<string, Record<string, unknown>>();
  for (let count = 1 + random.below(2); count > 0; count--) {
    const [base, family] = random.pick(operators);
    const operator = spell(random, base);
    const suitable = random.chance(90) ? family : random.pick(Object.keys(operandValues));
    const key = random.chance(2) ? unknownOperatorKey : random.pick(familyKeys[suitable] ?? ['k']);
    const values = operandValues[random.chance(95) ? family : suitable] ?? [];
    const most = random.chance(5) ? 14 : 3;
    const list = random.several(random.chance(3) ? 0 : 1, most, () => random.pick(values));
    entries.set(operator, { ...entries.get(operator), [key]: list.length === 1 ? list[0] : list });
  }
  return Object.fromEntries(entries);
}

function spell(random: Random, base: string): string {
  const set = random.pick(['', '', 'ForAllValues:', 'ForAnyValue:']);
  const ifExists = base !== 'Null' && random.chance(30) ? 'IfExists' : '';
  return `${set}${base}${ifExists}`;
}
