/** Numeric condition operators: integers and decimals, compared exactly. */
import { type ConditionOperator, comparisonOf } from './operator.ts';

interface Decimal {
  readonly negative: boolean;
  readonly integer: string;
  readonly fraction: string;
}

/** Digits, not floating point: account-sized integers must not be rounded into each other. */
function readDecimal(text: string): Decimal | undefined {
  const [, sign, digits, decimals] = /^([+-]?)(\d{1,100})(?:\.(\d{1,100}))?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const integer = digits.replace(/^0+/, '');
  const fraction = (decimals ?? '').replace(/0+$/, '');
  return { negative: sign === '-' && integer + fraction !== '', integer, fraction };
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function compareMagnitude(left: Decimal, right: Decimal): number {
  if (left.integer.length !== right.integer.length)
    return left.integer.length - right.integer.length;
  return compareText(left.integer, right.integer) || compareText(left.fraction, right.fraction);
}

function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  return left.negative ? compareMagnitude(right, left) : compareMagnitude(left, right);
}

/** Negative, zero or positive as left is less than, equal to or greater than right. */
export function compareNumbers(left: string, right: string): number | undefined {
  const [a, b] = [readDecimal(left), readDecimal(right)];
  return a === undefined || b === undefined ? undefined : compareDecimals(a, b);
}

/** The six comparisons of a family (Numeric, Date), each asking of `request ? operand`. */
export function orderedOperators<Value>(
  family: string,
  read: (text: string) => Value | undefined,
  compareValues: (left: Value, right: Value) => number,
): readonly ConditionOperator[] {
  const operator = (
    suffix: string,
    holds: (order: number) => boolean,
    negatedSuffix?: string,
  ): ConditionOperator => {
    const type = {
      readValue: read,
      readOperand: read,
      holds: (value: Value, operand: Value) => holds(compareValues(value, operand)),
      steps: 8,
    };
    return {
      name: `${family}${suffix}`,
      ...(negatedSuffix === undefined ? {} : { negatedName: `${family}${negatedSuffix}` }),
      variables: false,
      prepare: (operands) => comparisonOf(type, operands),
    };
  };
  return [
    operator('Equals', (order) => order === 0, 'NotEquals'),
    operator('LessThan', (order) => order < 0),
    operator('LessThanEquals', (order) => order <= 0),
    operator('GreaterThan', (order) => order > 0),
    operator('GreaterThanEquals', (order) => order >= 0),
  ];
}

export const numericOperators = orderedOperators('Numeric', readDecimal, compareDecimals);
