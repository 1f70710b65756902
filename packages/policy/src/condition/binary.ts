/** The binary condition operator: bytes written in base64. */
import { textOf } from '../wildcard.ts';
import type { ConditionOperator } from './operator.ts';

/** Canonical base64 only, so that equal bytes are equal texts. */
const canonicalBase64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

export const binaryOperators: readonly ConditionOperator[] = [
  {
    name: 'BinaryEquals',
    variables: false,
    compare(operand, requestValue) {
      const text = textOf(operand);
      if (!canonicalBase64.test(text) || !canonicalBase64.test(requestValue)) return undefined;
      return text === requestValue;
    },
  },
];
