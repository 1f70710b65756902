/** Random policies that are mostly about the request at hand, so that statements often match. */

import type { Random } from './random.ts';
import { accounts, type Context, keys, type ValueKind, valuesOfKind } from './request.ts';

/** A policy, or a part of one, as JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** What the policies are meant for. */
export interface Subject {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly principals: readonly string[];
}

const operatorsOfKind: Readonly<Record<ValueKind, readonly string[]>> = {
  string: ['', 'Not']
    .flatMap((not) => ['Equals', 'EqualsIgnoreCase', 'Like'].map((how) => `String${not}${how}`))
    .concat('Null'),
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'StringLike', 'Null'],
  number: orders('Numeric'),
  date: orders('Date'),
  bool: ['Bool', 'Null'],
  ip: ['IpAddress', 'NotIpAddress', 'Null'],
  binary: ['BinaryEquals', 'Null'],
};

function orders(family: string): readonly string[] {
  const than = ['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
  return [...['Equals', 'NotEquals', ...than].map((order) => `${family}${order}`), 'Null'];
}

/** Something that used to be the text: wildcards and variables in the place of some of it. */
function blurred(random: Random, text: string, context: Context): string {
  const start = random.below(text.length + 1);
  const end = start + random.below(text.length + 1 - start);
  const between = (middle: string) => `${text.slice(0, start)}${middle}${text.slice(end)}`;
  switch (random.below(9)) {
    case 0:
      return '*';
    case 1:
      return `${text.slice(0, start)}*`;
    case 2:
      return between('*');
    case 3:
      return text.slice(0, -1).concat('?');
    case 4:
      return text.replaceAll(/[*?$]/g, (char) => `\${${char}}`);
    case 5:
      return withVariable(random, text, context);
    case 6:
      return text.replace(/red/, () => random.pick(["${aws:username, 'red'}", '${aws:username}']));
    case 7:
      return between(random.pick(['?', 'x', '**', '${no:such-key}', "${no:such-key, 'red'}"]));
    default:
      return text;
  }
}

/** A value of the context in the text becomes its variable. */
function withVariable(random: Random, text: string, context: Context): string {
  const singles = Object.entries(context).flatMap(([key, value]) =>
    typeof value === 'string' && value !== '' && text.includes(value)
      ? [[key, value] as const]
      : [],
  );
  if (singles.length === 0) return text;
  const [key, value] = random.pick(singles);
  const name = random.chance(0.2) ? key.toUpperCase() : key;
  return text.replace(value, () => `\${${name}}`);
}

/** Wildcards and variables of a resource in its last field, wildcards elsewhere. */
function blurredArn(random: Random, arn: string, context: Context): string {
  if (arn === '*' || random.chance(0.15)) return '*';
  const fields = arn.split(':');
  const name = blurred(random, fields.slice(5).join(':'), context);
  const head = fields.slice(0, 5).map((field, index) => {
    if (index < 3) return field;
    return random.chance(0.2) ? '*' : random.chance(0.1) ? blurredField(random, field) : field;
  });
  return [...head, name].join(':');
}

const blurredField = (random: Random, field: string): string =>
  field === '' ? field : `${field.slice(0, random.below(field.length))}*`;

function blurredAction(random: Random, action: string): string {
  const [service = '', name = ''] = action.split(':');
  const other = random.pick(['*', 'Get*', 'List*', `${name}Other`, name, name, name]);
  const blurredName = random.chance(0.5) ? other : `${name.slice(0, random.below(name.length))}*`;
  const text = `${random.chance(0.9) ? service : 'ec2'}:${blurredName}`;
  return random.chance(0.15) ? '*' : random.chance(0.2) ? text.toLowerCase() : text;
}

const oneOrMore = (random: Random, make: () => string): string | readonly string[] => {
  if (random.chance(0.6)) return make();
  return Array.from({ length: 1 + random.below(3) }, make);
};

const rangesOf = (random: Random, address: string): string => {
  const isOld = address.includes('.');
  return random.chance(0.3) ? address : `${address}/${random.below(isOld ? 33 : 129)}`;
};

/** A value to compare with: near what the request has, or from the pool. */
function operand(
  random: Random,
  operator: string,
  kind: ValueKind,
  given: unknown,
  context: Context,
) {
  if (operator.endsWith('Null')) return random.pick(['true', 'false']);
  const values: readonly string[] = [given ?? []].flat().map(String);
  const near = values.length > 0 && random.chance(0.6);
  const value = near ? random.pick(values) : random.pick(valuesOfKind[kind]);
  if (kind === 'ip') return rangesOf(random, value);
  if (operator.includes('Arn')) {
    // Undocumented: what an ARN operator makes of a value without six fields.
    const text = value.startsWith('arn:') ? blurredArn(random, value, context) : '*';
    return text === '*' ? 'arn:aws:sns:*:*:*' : text;
  }
  return /String/.test(operator) ? blurred(random, value, context) : value;
}

export function randomCondition(random: Random, context: Context): Json {
  const condition = new Map<string, Map<string, unknown>>();
  const count = random.pick([0, 0, 1, 1, 1, 2]);
  for (let index = 0; index < count; index += 1) {
    const [key, kind] = random.pick(keys);
    const given = context[key];
    // Undocumented: what a negated operator makes of a value that is not of its type.
    const isOdd = [given ?? []].flat().includes('not an arn');
    const known = operatorsOfKind[kind];
    const base = random.pick(isOdd ? known.filter((name) => !/Not/.test(name)) : known);
    const wantsSet = random.chance(typeof given === 'object' ? 0.9 : 0.1);
    const set = wantsSet && base !== 'Null' ? random.pick(['ForAllValues:', 'ForAnyValue:']) : '';
    const ifExists = random.chance(0.2) && base !== 'Null' ? 'IfExists' : '';
    const operator = `${set}${base}${ifExists}`;
    const name = random.chance(0.1) ? key.toUpperCase() : key;
    const tested = condition.get(operator) ?? new Map<string, unknown>();
    if ([...tested.keys()].some((other) => other.toLowerCase() === key.toLowerCase())) continue;
    const make = (): string => operand(random, base, kind, given, context);
    condition.set(operator, tested.set(name, oneOrMore(random, make)));
  }
  const entries = [...condition].map(([operator, of]) => [operator, Object.fromEntries(of)]);
  return Object.fromEntries(entries);
}

function randomPrincipal(random: Random, subject: Subject): unknown {
  // Undocumented: whether `{"AWS":"*"}` covers a web identity. A lone `*` does.
  const isWebIdentity = subject.principals.some((name) => /:oidc-provider\//.test(name));
  if (random.chance(isWebIdentity ? 0.3 : 0.15)) return '*';
  const [own, other] = accounts;
  const pool = [
    ...subject.principals,
    ...subject.principals,
    isWebIdentity ? own : '*',
    own,
    `arn:aws:iam::${other}:root`,
    `arn:aws:iam::${own}:root`,
    `arn:aws:iam::${own}:user/alice`,
    `arn:aws:sts::${own}:assumed-role/app/run`,
  ];
  const chosen = Array.from({ length: 1 + random.below(4) }, () => random.pick(pool));
  const groups = Map.groupBy(new Set(chosen), kindOfPrincipal);
  return Object.fromEntries(groups);
}

function kindOfPrincipal(name: string): string {
  if (/:oidc-provider\//.test(name)) return 'Federated';
  return name.endsWith('.amazonaws.com') ? 'Service' : 'AWS';
}

/** Where the policy stands: at the caller, at the resource, or between them (endpoint, RCP). */
export type Place = 'caller' | 'resource' | 'between';

/** A statement; with a principal unless it stands at the caller. */
export function randomStatement(random: Random, subject: Subject, place: Place): Json {
  const effect = random.chance(0.8) ? 'Allow' : 'Deny';
  const not = (probability: number) => (random.chance(probability) ? 'Not' : '');
  const action = oneOrMore(random, () => blurredAction(random, subject.action));
  const resource = oneOrMore(random, () => blurredArn(random, subject.resource, subject.context));
  const condition = randomCondition(random, subject.context);
  // AWS's sentence on variables without a value in NotResource can be read in two ways.
  const hasVariable = [resource].flat().some((text) => text.includes('${'));
  const notResource = hasVariable ? '' : not(0.12);
  const isTrust = place === 'resource' && subject.action.startsWith('sts:');
  // A trust policy has no NotPrincipal (reference_policies_elements_notprincipal).
  const principal =
    place === 'caller'
      ? {}
      : { [`${isTrust ? '' : not(0.15)}Principal`]: randomPrincipal(random, subject) };
  return {
    Effect: effect,
    ...principal,
    [`${not(0.1)}Action`]: action,
    ...(!isTrust && { [`${notResource}Resource`]: resource }),
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

export function randomPolicy(random: Random, subject: Subject, place: Place): Json {
  const make = () => randomStatement(random, subject, place);
  const statements = Array.from({ length: random.pick([1, 1, 2, 3]) }, make);
  const version = random.pick(['2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', '']);
  return {
    ...(version !== '' && { Version: version }),
    Statement: statements.length === 1 && random.chance(0.3) ? statements[0] : statements,
  };
}
