/** The shape of one row in the table of condition operators. */
import type { Match } from '../match-result.ts';
import type { Steps } from '../step-budget.ts';
import { type Piece, textOf } from '../wildcard.ts';

/**
 * Whether a value of the request satisfies one of the operands. Where none does, `undecided` when
 * the value or an operand cannot be read as the operator's type.
 */
export type Comparison = (requestValue: string, budget: Steps) => Match;

/** One base operator. Its negation, IfExists and the set operators are derived from it. */
export interface ConditionOperator {
  /** AWS's name, for example `StringEquals`. */
  readonly name: string;
  /** AWS's name of the negation, where there is one: `StringNotEquals`. */
  readonly negatedName?: string;
  /** Whether policy variables are replaced in the operand (rule V6). */
  readonly variables: boolean;
  /** Reads the policy's operands, once for all values of the request. */
  prepare(operands: readonly (readonly Piece[])[], budget: Steps): Comparison;
}

/** How the texts of a type are read and compared. */
export interface ValueType<Value, Operand> {
  /** undefined for a text that is no value of the type. */
  readonly readValue: (text: string) => Value | undefined;
  readonly readOperand: (text: string) => Operand | undefined;
  readonly holds: (value: Value, operand: Operand) => boolean;
  /** What `holds` costs. */
  readonly steps: number;
}

/** The comparison of a type that is read as a whole, without wildcards. */
export function comparisonOf<Value, Operand>(
  { readValue, readOperand, holds, steps }: ValueType<Value, Operand>,
  operands: readonly (readonly Piece[])[],
): Comparison {
  const read = operands.map((operand) => readOperand(textOf(operand)));
  return (requestValue, budget) => {
    if (!budget.spend(100 + requestValue.length + steps * read.length)) return 'undecided';
    const value = readValue(requestValue);
    if (value === undefined) return read.length === 0 ? 'no' : 'undecided';
    let answer: Match = 'no';
    for (const operand of read) {
      if (operand === undefined) answer = 'undecided';
      else if (holds(value, operand)) return 'yes';
    }
    return answer;
  };
}
