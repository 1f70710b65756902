/** String condition operators: equality, equality without case, and patterns. */
import { foldCase } from '../ascii.ts';
import { matchesWildcard, textOf } from '../wildcard.ts';
import type { ConditionOperator } from './operator.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const stringOperators: readonly ConditionOperator[] = [
  {
    name: 'StringEquals',
    negatedName: 'StringNotEquals',
    variables: true,
    compare: (operand, requestValue) => textOf(operand) === requestValue,
  },
  {
    name: 'StringEqualsIgnoreCase',
    negatedName: 'StringNotEqualsIgnoreCase',
    variables: true,
    // Unverified: AWS does not say how it folds letters beyond ASCII; here they stay distinct.
    compare: (operand, requestValue) => foldCase(textOf(operand)) === foldCase(requestValue),
  },
  {
    name: 'StringLike',
    negatedName: 'StringNotLike',
    variables: true,
    compare: (operand, requestValue, budget) => matchesWildcard(operand, requestValue, budget),
  },
];
