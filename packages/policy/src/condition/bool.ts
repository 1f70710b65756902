/** The Boolean condition operator. */
import { foldCase } from '../ascii.ts';
import { textOf } from '../wildcard.ts';
import type { ConditionOperator } from './operator.ts';

/** Reads `true` or `false` without regard to case; undefined for anything else. */
export function readBoolean(text: string): boolean | undefined {
  const folded = foldCase(text);
  if (folded === 'true') return true;
  return folded === 'false' ? false : undefined;
}

export const boolOperators: readonly ConditionOperator[] = [
  {
    name: 'Bool',
    // Unverified: the operators page allows variables here, the variables page does not.
    variables: false,
    compare(operand, requestValue) {
      const expected = readBoolean(textOf(operand));
      const actual = readBoolean(requestValue);
      return expected === undefined || actual === undefined ? undefined : expected === actual;
    },
  },
];
