/** The table of condition operators and the reading of an operator's full name. */
import { arnOperators } from './arn.ts';
import { binaryOperators } from './binary.ts';
import { boolOperators } from './bool.ts';
import { dateOperators } from './date.ts';
import { ipAddressOperators } from './ip-address.ts';
import { numericOperators } from './numeric.ts';
import type { ConditionOperator } from './operator.ts';
import { stringOperators } from './string.ts';

/** Every base operator but Null, which compares nothing. */
export const conditionOperators: readonly ConditionOperator[] = [
  ...stringOperators,
  ...numericOperators,
  ...dateOperators,
  ...boolOperators,
  ...binaryOperators,
  ...ipAddressOperators,
  ...arnOperators,
];

/** How the values of a multivalued key are asked for. */
export type SetOperator = 'ForAllValues' | 'ForAnyValue';

/** An operator's name taken apart: `ForAnyValue:StringNotEqualsIfExists`. */
export type OperatorUse =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'compare';
      readonly operator: ConditionOperator;
      readonly negated: boolean;
      readonly ifExists: boolean;
      readonly setOperator?: SetOperator;
    };

interface BaseUse {
  readonly operator: ConditionOperator;
  readonly negated: boolean;
}

const baseUses: ReadonlyMap<string, BaseUse> = new Map(
  conditionOperators.flatMap((operator) => {
    const uses: [string, BaseUse][] = [[operator.name, { operator, negated: false }]];
    if (operator.negatedName !== undefined) {
      uses.push([operator.negatedName, { operator, negated: true }]);
    }
    return uses;
  }),
);

const setOperators: ReadonlyMap<string, SetOperator> = new Map([
  ['ForAllValues:', 'ForAllValues'],
  ['ForAnyValue:', 'ForAnyValue'],
]);

/**
 * Reads an operator's name; undefined where AWS has no such operator. Spelling counts: IAM answers
 * `MalformedPolicyDocument: Invalid Condition type : stringEquals` (rule C13), as seen in
 * ministryofjustice/modernisation-platform-environments#8893.
 */
export function readOperator(name: string): OperatorUse | undefined {
  let rest = name;
  const colon = rest.indexOf(':') + 1;
  const setOperator = setOperators.get(rest.slice(0, colon));
  if (colon > 0 && setOperator === undefined) return undefined;
  rest = rest.slice(colon);
  if (rest === 'Null') return { kind: 'null' };
  const ifExists = rest.endsWith('IfExists');
  const base = baseUses.get(ifExists ? rest.slice(0, -'IfExists'.length) : rest);
  if (base === undefined) return undefined;
  return { kind: 'compare', ...base, ifExists, ...(setOperator && { setOperator }) };
}
