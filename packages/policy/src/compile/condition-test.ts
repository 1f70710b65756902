/** Condition entries prepared for the quick evaluator: operands read once. */
import { arnFields } from '../arn.ts';
import { foldCase } from '../ascii.ts';
import { readBoolean } from '../condition/bool.ts';
import { readDate } from '../condition/date.ts';
import { matchNull } from '../condition/null.ts';
import type { ConditionOperator } from '../condition/operator.ts';
import { type OperatorUse, readOperator } from '../condition/operators.ts';
import type { ConditionEntry, PolicyVersion } from '../document/policy-document.ts';
import { parseTemplate } from '../variable.ts';
import type { Piece } from '../wildcard.ts';
import { type Answer, answerOf, no, undecided, yes } from './answer.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { type Ipv4Range, readIpv4Range } from './ipv4.ts';
import { prepareTemplate, type Template } from './template.ts';
import { tokensOf } from './wildcard-tokens.ts';

/** How the request's value is compared; `plain` asks the operator of the plain evaluator. */
export type Comparison =
  | 'equal'
  | 'equalWithoutCase'
  | 'like'
  | 'arn'
  | 'numeric'
  | 'date'
  | 'bool'
  | 'ipAddress'
  | 'plain';

/** One value of the policy, read as far as it can be without the request. */
export interface Operand {
  readonly text: string;
  /** With variables or escapes; undefined for plain text. */
  readonly template: Template | undefined;
  readonly pieces: readonly Piece[];
  readonly tokens: Int32Array | undefined;
  /** The six fields of an ARN pattern. */
  readonly fields: readonly Int32Array[] | undefined;
  /** Seconds, or a whole number; NaN where it is neither. */
  readonly number: number;
  readonly boolean: boolean | undefined;
  readonly range: Ipv4Range | undefined;
}

/** One key under one operator. */
export interface ConditionTest {
  readonly key: number;
  /** Whether the operator exists; where not, every answer is undecided. */
  readonly known: boolean;
  /** For Null: nothing is compared, presence answers. */
  readonly presence: boolean;
  readonly whenAbsent: Answer;
  readonly whenPresent: Answer;
  readonly comparison: Comparison;
  readonly operator: ConditionOperator | undefined;
  /** The operator's name without its family: `LessThanEquals`. */
  readonly order: string;
  readonly negated: boolean;
  readonly setOperator: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly operands: readonly Operand[];
  /** Whether an operand has variables or escapes. */
  readonly hasTemplates: boolean;
  /** Whether every operand could be read beforehand: six fields, a range, a number. */
  readonly isRead: boolean;
  /** For many plain values of StringEquals, and of its form without case in lower case. */
  readonly texts: ReadonlySet<string> | undefined;
}

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['StringEquals', 'equal'],
  ['StringEqualsIgnoreCase', 'equalWithoutCase'],
  ['StringLike', 'like'],
  ['ArnEquals', 'arn'],
  ['ArnLike', 'arn'],
  ['Bool', 'bool'],
  ['IpAddress', 'ipAddress'],
]);

function comparisonOf({ name }: ConditionOperator): Comparison {
  if (name.startsWith('Numeric')) return 'numeric';
  if (name.startsWith('Date')) return 'date';
  return comparisons.get(name) ?? 'plain';
}

const nothingCompared = {
  comparison: 'plain' as const,
  operator: undefined,
  order: '',
  negated: false,
  setOperator: undefined,
  operands: [],
  hasTemplates: false,
  isRead: false,
  texts: undefined,
};

export function prepareCondition(
  entry: ConditionEntry,
  version: PolicyVersion,
  keys: ConditionKeys,
): ConditionTest {
  const key = keys.intern(entry.key);
  const use = readOperator(entry.operator);
  if (use === undefined) {
    const answers = { whenAbsent: undecided, whenPresent: undecided } as const;
    return { key, known: false, presence: true, ...answers, ...nothingCompared };
  }
  const values = entry.values.map(({ value }) => value);
  if (use.kind === 'null') {
    // A present key with an empty list is absent to Null: the test itself looks at that.
    const whenAbsent = answerOf(matchNull(values, undefined));
    const whenPresent = answerOf(matchNull(values, 'present'));
    return { key, known: true, presence: true, whenAbsent, whenPresent, ...nothingCompared };
  }
  return prepareComparison(key, use, values, version, keys);
}

function prepareComparison(
  key: number,
  use: Extract<OperatorUse, { kind: 'compare' }>,
  values: readonly string[],
  version: PolicyVersion,
  keys: ConditionKeys,
): ConditionTest {
  const { operator, negated, setOperator } = use;
  const comparison = comparisonOf(operator);
  const replaces = operator.variables && version === '2012-10-17';
  const operands = values.map((value) => prepareOperand(value, comparison, replaces, keys));
  const hasTemplates = operands.some(({ template }) => template !== undefined);
  const isEqual = comparison === 'equal' && operands.length > 8;
  return {
    key,
    known: true,
    presence: false,
    whenAbsent: whenAbsent(use),
    whenPresent: undecided,
    comparison,
    operator,
    order: operator.name.replace(/^(?:Numeric|Date)/, ''),
    negated,
    setOperator,
    operands,
    hasTemplates,
    isRead: operands.every(({ number, range, fields }) => {
      return !Number.isNaN(number) || range !== undefined || fields !== undefined;
    }),
    texts:
      !hasTemplates && (isEqual || comparison === 'equalWithoutCase')
        ? new Set(operands.map(({ text }) => text))
        : undefined,
  };
}

/** What a missing key answers (rules C2 and C10). */
function whenAbsent({
  ifExists,
  negated,
  setOperator,
}: Extract<OperatorUse, { kind: 'compare' }>): Answer {
  if (ifExists || setOperator === 'ForAllValues') return yes;
  if (setOperator === 'ForAnyValue') return no;
  return negated ? yes : no;
}

function prepareOperand(
  text: string,
  comparison: Comparison,
  replaces: boolean,
  keys: ConditionKeys,
): Operand {
  const parts = parseTemplate(text, replaces ? '2012-10-17' : '2008-10-17');
  const isText = parts.every(({ kind }) => kind === 'text');
  return {
    text: comparison === 'equalWithoutCase' && isText ? foldCase(text) : text,
    template: isText ? undefined : prepareTemplate(parts, keys),
    pieces: isText && text !== '' ? [{ text, literal: false }] : [],
    tokens: isText && comparison === 'like' ? tokensOf(text) : undefined,
    fields: isText && comparison === 'arn' ? arnFields(text)?.map(tokensOf) : undefined,
    number: numberOf(text, comparison),
    boolean: comparison === 'bool' ? readBoolean(text) : undefined,
    range: comparison === 'ipAddress' ? readIpv4Range(text) : undefined,
  };
}

/** A whole number that arithmetic does not round; NaN for any other text. */
export function readWholeNumber(text: string): number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function numberOf(text: string, comparison: Comparison): number {
  if (comparison === 'date') return readDate(text) ?? Number.NaN;
  return comparison === 'numeric' ? readWholeNumber(text) : Number.NaN;
}
