/** The Null condition operator: whether the key is in the request at all. */
import { type Match, matchOf, some } from '../match-result.ts';
import type { ContextValue } from '../request.ts';
import { readBoolean } from './bool.ts';

/** `"true"` asks for an absent key, `"false"` for one that exists with a value (rule C9). */
export function matchNull(operands: readonly string[], value: ContextValue | undefined): Match {
  const absent = value === undefined || value.length === 0;
  return some(
    operands.map((operand) => {
      const expected = readBoolean(operand);
      return matchOf(expected === undefined ? undefined : expected === absent);
    }),
  );
}
