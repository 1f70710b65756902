/** String condition operators: equality, equality without case, and patterns. */
import { foldCase } from '../ascii.ts';
import { matchOf } from '../match-result.ts';
import { matchesPattern, readPatterns, textOf } from '../wildcard.ts';
import type { Comparison, ConditionOperator } from './operator.ts';

function equalsOneOf(texts: ReadonlySet<string>, read: (text: string) => string): Comparison {
  return (requestValue, budget) => {
    if (!budget.spend(20 + requestValue.length)) return 'undecided';
    return matchOf(texts.has(read(requestValue)));
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const stringOperators: readonly ConditionOperator[] = [
  {
    name: 'StringEquals',
    negatedName: 'StringNotEquals',
    variables: true,
    prepare: (operands) => equalsOneOf(new Set(operands.map(textOf)), (text) => text),
  },
  {
    name: 'StringEqualsIgnoreCase',
    negatedName: 'StringNotEqualsIgnoreCase',
    variables: true,
    // Unverified: AWS does not say how it folds letters beyond ASCII; here they stay distinct.
    prepare: (operands) =>
      equalsOneOf(new Set(operands.map((operand) => foldCase(textOf(operand)))), foldCase),
  },
  {
    name: 'StringLike',
    negatedName: 'StringNotLike',
    variables: true,
    prepare(operands, budget) {
      const patterns = readPatterns(operands, budget);
      return (requestValue, budget) => {
        for (const pattern of patterns) {
          if (!budget.spend(15)) return 'undecided';
          if (matchesPattern(pattern, requestValue, budget)) return 'yes';
        }
        return 'no';
      };
    },
  },
];
