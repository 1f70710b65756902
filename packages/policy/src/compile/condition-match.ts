/** Prepared conditions held against the request's context. */
import { foldCase } from '../ascii.ts';
import { readBoolean } from '../condition/bool.ts';
import { readDate } from '../condition/date.ts';
import { type Answer, negate, no, undecided, yes } from './answer.ts';
import { type ConditionTest, type Operand, readWholeNumber } from './condition-test.ts';
import { readIpv4 } from './ipv4.ts';
import type { RequestFrame } from './request-frame.ts';
import { piecesOf, resolves, spells, writeTokens } from './template.ts';
import { matchesTokens } from './wildcard-tokens.ts';

/** The answer of one key under one operator. */
export function matchCondition(test: ConditionTest, frame: RequestFrame): Answer {
  const { key } = test;
  if (!test.known) return undecided;
  const value = frame.valueOf(key);
  frame.steps -= 1;
  if (value === undefined) return test.whenAbsent;
  if (frame.isAmbiguous(key)) return undecided;
  if (test.presence) return value.length === 0 ? test.whenAbsent : test.whenPresent;
  const { setOperator } = test;
  // An empty string is a null data set (rule C10).
  if (value === '' && setOperator !== undefined) return setOperator === 'ForAllValues' ? yes : no;
  if (typeof value === 'string') return compareValue(test, value, frame);
  if (setOperator === undefined) return no;
  let answer: Answer = setOperator === 'ForAllValues' ? yes : no;
  for (const one of value) {
    const next = compareValue(test, one, frame);
    if (setOperator === 'ForAllValues') {
      if (next === no) return no;
    } else if (next === yes) {
      return yes;
    }
    if (next === undecided) answer = undecided;
  }
  return answer;
}

/** Values of the policy are joined by OR, under a negated operator by NOR (rule C1). */
function compareValue(test: ConditionTest, value: string, frame: RequestFrame): Answer {
  const { operands, negated, texts } = test;
  if (operands.length === 0) return negated ? undecided : no;
  frame.steps -= 1 + (value.length >> 4);
  if (texts !== undefined) return texts.has(value) === negated ? no : yes;
  let answer: Answer = no;
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand === undefined) continue;
    frame.steps -= 1 + (value.length >> 4);
    const next = compare(test, operand, value, frame);
    if (next === yes) {
      answer = yes;
      break;
    }
    if (next === undecided) answer = undecided;
  }
  if (negated) return negate(answer);
  return answer === undecided ? no : answer;
}

function compare(
  test: ConditionTest,
  operand: Operand,
  value: string,
  frame: RequestFrame,
): Answer {
  switch (test.comparison) {
    case 'equal': {
      const { template } = operand;
      const isEqual =
        template === undefined ? operand.text === value : spells(template, value, frame);
      return isEqual ? yes : no;
    }
    case 'like':
      return like(operand, value, frame) ? yes : no;
    case 'bool': {
      const actual = value === 'true' ? true : value === 'false' ? false : readBoolean(value);
      if (actual === undefined || operand.boolean === undefined) return undecided;
      return actual === operand.boolean ? yes : no;
    }
    case 'ipAddress': {
      const address = operand.range === undefined ? Number.NaN : readIpv4(value);
      if (operand.range === undefined || Number.isNaN(address)) break;
      return (address & operand.range.mask) === operand.range.network ? yes : no;
    }
    case 'arn':
      if (operand.fields === undefined) break;
      return likeArn(operand.fields, value, frame);
    case 'date':
      return compareDate(test, operand, value);
    case 'numeric': {
      const number = readWholeNumber(value);
      if (Number.isNaN(number) || Number.isNaN(operand.number)) break;
      return isOrdered(test, number - operand.number) ? yes : no;
    }
    case 'equalWithoutCase':
      if (operand.template !== undefined) break;
      return operand.text === foldCase(value) ? yes : no;
  }
  return comparePlainly(test, operand, value, frame);
}

function like(operand: Operand, value: string, frame: RequestFrame): boolean {
  const { template, tokens } = operand;
  if (template === undefined) {
    if (tokens === undefined) return false;
    return matchesTokens(tokens, tokens.length, value, 0, value.length, false, frame);
  }
  if (!resolves(template, frame)) return false;
  const count = writeTokens(template, frame);
  return matchesTokens(frame.tokens, count, value, 0, value.length, false, frame);
}

/** The six fields compared separately (rule C4). */
function likeArn(fields: readonly Int32Array[], value: string, frame: RequestFrame): Answer {
  let colon = -1;
  for (let count = 0; count < 5; count++) {
    colon = value.indexOf(':', colon + 1);
    if (colon < 0) return undecided;
  }
  let start = 0;
  for (let index = 0; index < 6; index++) {
    const field = fields[index];
    if (field === undefined) return undecided;
    const end = index < 5 ? value.indexOf(':', start) : value.length;
    if (!matchesTokens(field, field.length, value, start, end, false, frame)) return no;
    start = end + 1;
  }
  return yes;
}

let dateText = '';
let dateSeconds: number | undefined;

function compareDate(test: ConditionTest, operand: Operand, value: string): Answer {
  // One request's time is compared with the operands of many statements.
  if (value !== dateText) {
    dateSeconds = readDate(value);
    dateText = value;
  }
  if (dateSeconds === undefined || Number.isNaN(operand.number)) return undecided;
  return isOrdered(test, dateSeconds - operand.number) ? yes : no;
}

/** Whether a difference (request less operand) satisfies the operator. */
function isOrdered({ order }: ConditionTest, difference: number): boolean {
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
function comparePlainly(
  { operator }: ConditionTest,
  operand: Operand,
  value: string,
  frame: RequestFrame,
): Answer {
  const pieces =
    operand.template === undefined ? operand.pieces : piecesOf(operand.template, frame);
  if (pieces === undefined) return no;
  const holds = operator?.compare(pieces, value, frame.plainBudget);
  if (holds === undefined) return undecided;
  return holds ? yes : no;
}
