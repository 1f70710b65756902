/** Negation, IfExists and the set operators, derived for every base operator alike. */
import { all, type Match, not, some } from '../match-result.ts';
import type { ContextValue } from '../request.ts';
import type { Steps } from '../step-budget.ts';
import type { Piece } from '../wildcard.ts';
import { isNullDataSet } from './null.ts';
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
  budget: Steps,
): Match {
  if (value === undefined) return missingKey(use);
  // A null data set: nothing for the set operators to ask (rule C10).
  if (use.setOperator !== undefined && isNullDataSet(value)) {
    return use.setOperator === 'ForAllValues' ? 'yes' : 'no';
  }
  if (use.setOperator === undefined && typeof value !== 'string') return 'no';
  const answers = compareValues(use, operands, typeof value === 'string' ? [value] : value, budget);
  return use.setOperator === 'ForAnyValue' ? some(answers) : all(answers);
}

function missingKey(use: Comparison): Match {
  if (use.ifExists || use.setOperator === 'ForAllValues') return 'yes';
  if (use.setOperator === 'ForAnyValue') return 'no';
  return use.negated ? 'yes' : 'no';
}

/** The answer for each value of the request. */
function* compareValues(
  { operator, negated }: Comparison,
  operands: readonly Operand[],
  values: readonly string[],
  budget: Steps,
): Generator<Match> {
  // A variable without a value equals nothing (rule V4).
  const satisfies = operator.prepare(
    operands.filter((operand) => operand !== undefined),
    budget,
  );
  for (const value of values) {
    if (!budget.spend(10)) return yield 'undecided';
    // Unverified: what AWS makes of an empty list under a negated operator.
    if (operands.length === 0) yield negated ? 'undecided' : 'no';
    else {
      const answer = satisfies(value, budget);
      // What cannot be read does not match; only its negation is undocumented (rule C12).
      yield negated ? not(answer) : answer === 'undecided' ? 'no' : answer;
    }
  }
}
