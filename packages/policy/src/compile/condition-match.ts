/** Prepared conditions held against the request's context. */
import { foldCase } from '../ascii.ts';
import { readBoolean } from '../condition/bool.ts';
import { readDate } from '../condition/date.ts';
import { isNullDataSet } from '../condition/null.ts';
import type { Comparison } from '../condition/operator.ts';
import { type Piece, textOf } from '../wildcard.ts';
import { type Answer, answerOf, negate, no, undecided, yes } from './answer.ts';
import { type ConditionTest, readWholeNumber } from './condition-test.ts';
import { readIpv4 } from './ipv4.ts';
import type { RequestFrame } from './request-frame.ts';
import { piecesOf, resolves, spells, writeTokens } from './template.ts';
import { matchesTokens } from './wildcard-tokens.ts';

/** The answer of one key under one operator. */
export function matchCondition(test: ConditionTest, frame: RequestFrame): Answer {
  const { key } = test;
  if (!test.known) return undecided;
  const value = frame.valueOf(key);
  frame.steps -= 2;
  if (value === undefined) return test.whenAbsent;
  if (frame.isAmbiguous(key)) return undecided;
  if (test.presence) return isNullDataSet(value) ? test.whenAbsent : test.whenPresent;
  const { setOperator } = test;
  if (setOperator !== undefined && isNullDataSet(value)) {
    return setOperator === 'ForAllValues' ? yes : no;
  }
  if (typeof value === 'string') return answerValue(test, compareValue(test, value, frame));
  if (setOperator === undefined) return no;
  return compareValues(test, value, frame);
}

function compareValues(
  test: ConditionTest,
  values: readonly string[],
  frame: RequestFrame,
): Answer {
  const isAll = test.setOperator === 'ForAllValues';
  // Variables are replaced once for all values.
  const prepared = test.hasTemplates ? preparePlainly(test, frame) : undefined;
  let answer: Answer = isAll ? yes : no;
  for (const value of values) {
    frame.steps -= 2;
    if (frame.isExhausted) return undecided;
    const satisfied =
      prepared === undefined ? compareValue(test, value, frame) : answerOf(prepared(value, frame));
    const next = answerValue(test, satisfied);
    if (next === (isAll ? no : yes)) return next;
    if (next === undecided) answer = undecided;
  }
  return answer;
}

/** Values of the policy are joined by OR, under a negated operator by NOR (rule C1). */
function answerValue({ operands, negated }: ConditionTest, satisfied: Answer): Answer {
  if (operands.length === 0) return negated ? undecided : no;
  if (negated) return negate(satisfied);
  return satisfied === undecided ? no : satisfied;
}

/** Whether one of the operands is satisfied. */
function compareValue(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  const { comparison, texts } = test;
  frame.steps -= 2 + (value.length >> 4);
  if (texts !== undefined) {
    return texts.has(comparison === 'equal' ? value : foldCase(value)) ? yes : no;
  }
  switch (comparison) {
    case 'equal':
      return equals(test, value, frame);
    case 'like':
      return like(test, value, frame);
    case 'bool':
      return compareBoolean(test, value);
    case 'ipAddress':
      return compareAddress(test, value, frame);
    case 'arn':
      return likeArn(test, value, frame);
    case 'date':
      return compareDate(test, value, frame);
    case 'numeric':
      return compareNumber(test, value, frame);
    default:
      return comparePlainly(test, value, frame);
  }
}

function equals({ operands }: ConditionTest, value: string, frame: RequestFrame): Answer {
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand === undefined) continue;
    const { template, text } = operand;
    if (template === undefined ? text === value : spells(template, value, frame)) return yes;
  }
  return no;
}

function compareBoolean({ operands }: ConditionTest, value: string): Answer {
  const actual = value === 'true' ? true : value === 'false' ? false : readBoolean(value);
  if (actual === undefined) return undecided;
  let answer: Answer = no;
  for (let index = 0; index < operands.length; index++) {
    const expected = operands[index]?.boolean;
    if (expected === actual) return yes;
    if (expected === undefined) answer = undecided;
  }
  return answer;
}

function compareAddress(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  const address = test.isRead ? readIpv4(value) : Number.NaN;
  if (Number.isNaN(address)) return comparePlainly(test, value, frame);
  const { operands } = test;
  frame.steps -= operands.length;
  for (let index = 0; index < operands.length; index++) {
    const range = operands[index]?.range;
    if (range !== undefined && (address & range.mask) === range.network) return yes;
  }
  return no;
}

function compareNumber(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  const number = test.isRead ? readWholeNumber(value) : Number.NaN;
  if (Number.isNaN(number)) return comparePlainly(test, value, frame);
  return isOrdered(test, number, frame);
}

function like({ operands }: ConditionTest, value: string, frame: RequestFrame): Answer {
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand === undefined) continue;
    frame.steps -= 4;
    const { template, tokens } = operand;
    if (template === undefined) {
      if (tokens === undefined) continue;
      if (matchesTokens(tokens, tokens.length, value, 0, value.length, false, frame)) return yes;
    } else if (resolves(template, frame)) {
      const count = writeTokens(template, frame);
      if (matchesTokens(frame.tokens, count, value, 0, value.length, false, frame)) return yes;
    }
    if (frame.isExhausted) return undecided;
  }
  return no;
}

/** The six fields compared separately (rule C4). */
function likeArn(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  if (!test.isRead) return comparePlainly(test, value, frame);
  let colon = -1;
  for (let count = 0; count < 5; count++) {
    colon = value.indexOf(':', colon + 1);
    if (colon < 0) return undecided;
  }
  for (const { fields } of test.operands) {
    frame.steps -= 24;
    if (frame.isExhausted) return undecided;
    if (fields !== undefined && matchesFields(fields, value, frame)) return yes;
  }
  return no;
}

function matchesFields(fields: readonly Int32Array[], value: string, frame: RequestFrame): boolean {
  let start = 0;
  for (let index = 0; index < 6; index++) {
    const field = fields[index];
    if (field === undefined) return false;
    const end = index < 5 ? value.indexOf(':', start) : value.length;
    if (!matchesTokens(field, field.length, value, start, end, false, frame)) return false;
    start = end + 1;
  }
  return true;
}

let dateText = '';
let dateSeconds: number | undefined;

function compareDate(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  // One request's time is compared with the operands of many statements.
  if (value !== dateText) {
    frame.steps -= 20;
    dateSeconds = readDate(value);
    dateText = value;
  }
  if (dateSeconds === undefined) return undecided;
  return isOrdered(test, dateSeconds, frame);
}

function isOrdered(test: ConditionTest, value: number, frame: RequestFrame): Answer {
  const { operands } = test;
  frame.steps -= operands.length;
  let answer: Answer = no;
  for (let index = 0; index < operands.length; index++) {
    const difference = value - (operands[index]?.number ?? Number.NaN);
    if (Number.isNaN(difference)) answer = undecided;
    else if (holds(test, difference)) return yes;
  }
  return answer;
}

/** Whether a difference (request less operand) satisfies the operator. */
function holds({ order }: ConditionTest, difference: number): boolean {
  switch (order) {
    case 'LessThan':
      return difference < 0;
    case 'LessThanEquals':
      return difference <= 0;
    case 'GreaterThan':
      return difference > 0;
    case 'GreaterThanEquals':
      return difference >= 0;
    default:
      return difference === 0;
  }
}

/** Rare forms are left to the operator of the plain evaluator. */
function comparePlainly(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  return answerOf(preparePlainly(test, frame)(value, frame));
}

/** Operands without variables are read once and for all. */
const plainComparisons = new WeakMap<ConditionTest, Comparison>();

function preparePlainly(test: ConditionTest, frame: RequestFrame): Comparison {
  const known = plainComparisons.get(test);
  if (known !== undefined) return known;
  const { operator, operands } = test;
  if (operator === undefined) throw new Error('an operator that compares nothing');
  const pieces: Piece[][] = [];
  for (const { template, pieces: written } of operands) {
    const read = template === undefined ? written : piecesOf(template, frame);
    if (read === undefined) continue;
    if (test.hasTemplates && !frame.spend(50 + textOf(read).length)) break;
    pieces.push([...read]);
  }
  const prepared = operator.prepare(pieces, frame);
  if (!test.hasTemplates && !frame.isExhausted) plainComparisons.set(test, prepared);
  return prepared;
}
