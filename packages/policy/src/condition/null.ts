/** The Null condition operator: whether the key is in the request at all. */
import { type Match, matchOf, some } from '../match-result.ts';
import type { ContextValue } from '../request.ts';
import { readBoolean } from './bool.ts';

/**
 * Whether the value is a null data set: no values, or nothing but empty strings (rules C9, C10).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function isNullDataSet(value: ContextValue): boolean {
  return typeof value === 'string' ? value === '' : value.every((one) => one === '');
}

/** `"true"` asks for an absent key, `"false"` for one that exists with a value (rule C9). */
export function matchNull(operands: readonly string[], value: ContextValue | undefined): Match {
  const absent = value === undefined || isNullDataSet(value);
  return some(
    operands.map((operand) => {
      const expected = readBoolean(operand);
      return matchOf(expected === undefined ? undefined : expected === absent);
    }),
  );
}
