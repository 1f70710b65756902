/** The shape of one row in the table of condition operators. */
import type { StepBudget } from '../step-budget.ts';
import type { Piece } from '../wildcard.ts';

/** One base operator. Its negation, IfExists and the set operators are derived from it. */
export interface ConditionOperator {
  /** AWS's name, for example `StringEquals`. */
  readonly name: string;
  /** AWS's name of the negation, where there is one: `StringNotEquals`. */
  readonly negatedName?: string;
  /** Whether policy variables are replaced in the operand (rule V6). */
  readonly variables: boolean;
  /**
   * Whether the request's value satisfies one operand of the policy. `undefined` when one of the
   * two cannot be read as the operator's type.
   */
  compare(operand: readonly Piece[], requestValue: string, budget: StepBudget): boolean | undefined;
}
