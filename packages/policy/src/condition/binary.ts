/** The binary condition operator: bytes written in base64. */
import { type ConditionOperator, comparisonOf } from './operator.ts';

/** Canonical base64 only, so that equal bytes are equal texts. */
const canonicalBase64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

const read = (text: string) => (canonicalBase64.test(text) ? text : undefined);
const base64 = {
  readValue: read,
  readOperand: read,
  holds: (value: string, operand: string) => value === operand,
  steps: 2,
};

export const binaryOperators: readonly ConditionOperator[] = [
  {
    name: 'BinaryEquals',
    variables: false,
    prepare: (operands) => comparisonOf(base64, operands),
  },
];
