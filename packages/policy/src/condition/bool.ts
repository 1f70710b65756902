/** The Boolean condition operator. */
import { foldCase } from '../ascii.ts';
import { type ConditionOperator, comparisonOf } from './operator.ts';

/** Reads `true` or `false` without regard to case; undefined for anything else. */
export function readBoolean(text: string): boolean | undefined {
  if (text.length > 5) return undefined;
  const folded = foldCase(text);
  if (folded === 'true') return true;
  return folded === 'false' ? false : undefined;
}

const booleans = {
  readValue: readBoolean,
  readOperand: readBoolean,
  holds: (value: boolean, operand: boolean) => value === operand,
  steps: 1,
};

export const boolOperators: readonly ConditionOperator[] = [
  {
    name: 'Bool',
    // Unverified: the operators page allows variables here, the variables page does not.
    variables: false,
    prepare: (operands) => comparisonOf(booleans, operands),
  },
];
