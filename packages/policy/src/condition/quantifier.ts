/** Negation, IfExists and the set operators, derived for every base operator alike. */
import { all, type Match, matchOf, not, some } from '../match-result.ts';
import type { ContextValue } from '../request.ts';
import type { StepBudget } from '../step-budget.ts';
import type { Piece } from '../wildcard.ts';
import type { OperatorUse } from './operators.ts';

/** One value of the policy with its variables replaced; undefined: a variable has no value. */
export type Operand = readonly Piece[] | undefined;

type Comparison = Extract<OperatorUse, { kind: 'compare' }>;

/**
 * Whether a key's value satisfies the operator with these operands.
 *
 * Values of the policy are joined by OR, under a negated operator by NOR (rule C1). A missing key
 * fails a positive operator and satisfies a negated one (C2); the set operators ask each value
 * (C10); several values without a set operator match nothing (C11).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function compareKey(
  use: Comparison,
  operands: readonly Operand[],
  value: ContextValue | undefined,
  budget: StepBudget,
): Match {
  if (value === undefined) return missingKey(use);
  // An empty string is a null data set: nothing for the set operators to ask (rule C10).
  if (value === '' && use.setOperator !== undefined) {
    return use.setOperator === 'ForAllValues' ? 'yes' : 'no';
  }
  const one = (requestValue: string) => compareValue(use, operands, requestValue, budget);
  if (use.setOperator === undefined) return typeof value === 'string' ? one(value) : 'no';
  const values = typeof value === 'string' ? [value] : value;
  const answers = values.map(one);
  return use.setOperator === 'ForAllValues' ? all(answers) : some(answers);
}

function missingKey(use: Comparison): Match {
  if (use.ifExists || use.setOperator === 'ForAllValues') return 'yes';
  if (use.setOperator === 'ForAnyValue') return 'no';
  return use.negated ? 'yes' : 'no';
}

function compareValue(
  { operator, negated }: Comparison,
  operands: readonly Operand[],
  requestValue: string,
  budget: StepBudget,
): Match {
  // Unverified: what AWS makes of an empty list under a negated operator.
  if (operands.length === 0) return negated ? 'undecided' : 'no';
  const answers: Match[] = [];
  for (const operand of operands) {
    if (!budget.spend(1 + requestValue.length / 16)) return 'undecided';
    // A variable without a value equals nothing (rule V4).
    if (operand === undefined) answers.push('no');
    else answers.push(matchOf(operator.compare(operand, requestValue, budget)));
  }
  const answer = some(answers);
  if (negated) return not(answer);
  // What cannot be read does not match; only its negation is undocumented (rule C12).
  return answer === 'undecided' ? 'no' : answer;
}
