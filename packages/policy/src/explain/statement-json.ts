/** A statement as JSON values: what explanations write, change and put back into a policy. */
import type {
  ConditionElement,
  PrincipalElement,
  Statement,
  StringElement,
} from '../document/policy-document.ts';

/** One value or several, as the policy grammar allows. */
export type StringOrList = string | readonly string[];

/** `"*"`, or names by kind. */
export type PrincipalJson = '*' | Readonly<Record<string, StringOrList>>;

/** Operator → key → values. */
export type ConditionJson = Readonly<Record<string, Readonly<Record<string, StringOrList>>>>;

/** A statement as it stands in a policy's text. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalJson;
  readonly NotPrincipal?: PrincipalJson;
  readonly Action?: StringOrList;
  readonly NotAction?: StringOrList;
  readonly Resource?: StringOrList;
  readonly NotResource?: StringOrList;
  readonly Condition?: ConditionJson;
}

/** A list of one is written as the string alone. */
export function oneOrAll(values: readonly string[]): StringOrList {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

function strings({ values }: StringElement): StringOrList {
  return oneOrAll(values.map(({ value }) => value));
}

function principal({ any, entries }: PrincipalElement): PrincipalJson {
  if (any) return '*';
  const kinds = new Map<string, string[]>();
  for (const { kind, value } of entries) kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
  return Object.fromEntries([...kinds].map(([kind, values]) => [kind, oneOrAll(values)]));
}

function condition({ entries }: ConditionElement): ConditionJson {
  const operators = new Map<string, [string, StringOrList][]>();
  for (const { operator, key, values } of entries) {
    const keys = operators.get(operator) ?? [];
    operators.set(operator, keys);
    keys.push([key, oneOrAll(values.map(({ value }) => value))]);
  }
  return Object.fromEntries([...operators].map(([name, keys]) => [name, Object.fromEntries(keys)]));
}

/** The statement as JSON values, elements in AWS's usual order. */
export function statementJson(statement: Statement): StatementJson {
  const { sid, effect } = statement;
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    ...(statement.principal && { Principal: principal(statement.principal) }),
    ...(statement.notPrincipal && { NotPrincipal: principal(statement.notPrincipal) }),
    ...(statement.action && { Action: strings(statement.action) }),
    ...(statement.notAction && { NotAction: strings(statement.notAction) }),
    ...(statement.resource && { Resource: strings(statement.resource) }),
    ...(statement.notResource && { NotResource: strings(statement.notResource) }),
    ...(statement.condition &&
      statement.condition.entries.length > 0 && { Condition: condition(statement.condition) }),
  };
}

/** One more key under an operator; a key that is there gets the values beside its own. */
export function withCondition(
  statement: StatementJson,
  operator: string,
  key: string,
  values: readonly string[],
): StatementJson {
  const operators = new Map(Object.entries(statement.Condition ?? {}));
  const keys = new Map(Object.entries(operators.get(operator) ?? {}));
  const known = keys.get(key) ?? [];
  const all = [...(typeof known === 'string' ? [known] : known), ...values];
  keys.set(key, oneOrAll([...new Set(all)]));
  operators.set(operator, Object.fromEntries(keys));
  return { ...statement, Condition: Object.fromEntries(operators) };
}
