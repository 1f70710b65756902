/** The rules of conditions, C1 to C13. Page: reference_policies_elements_condition_operators. */
import { describe, expect, test } from 'vitest';
import { allow, allows, ask, deny, policy } from '../examples.contract.ts';
import type { ContextValue } from '../request.ts';

function holds(
  operator: string,
  values: unknown,
  value?: ContextValue,
  more: Readonly<Record<string, unknown>> = {},
): boolean {
  const condition = { [operator]: { k: values }, ...more };
  const context: [string, ContextValue][] = value === undefined ? [] : [['k', value]];
  return allows(allow({ Condition: condition }), { context });
}

// reference_policies_condition-logic-multiple-context-keys-or-values.html
test('C1: operators and keys are joined by AND, values by OR, under negation by NOR', () => {
  expect(holds('StringEquals', ['a', 'b'], 'b')).toBe(true);
  expect(holds('StringNotEquals', ['a', 'b'], 'b')).toBe(false);
  expect(holds('StringNotEquals', ['a', 'b'], 'c')).toBe(true);
  expect(holds('StringEquals', 'a', 'a', { Null: { other: 'false' } })).toBe(false);
});

test('C2: a missing key fails a positive operator and satisfies a negated one and IfExists', () => {
  expect(holds('StringEquals', 'a')).toBe(false);
  expect(holds('StringNotEquals', 'a')).toBe(true);
  expect(holds('StringEqualsIfExists', 'a')).toBe(true);
  expect(holds('StringEqualsIfExists', 'a', 'b')).toBe(false);
  expect(holds('StringNotEqualsIfExists', 'a', 'a')).toBe(false);
});

test('C3: strings mind case unless the operator says otherwise; only Like has wildcards', () => {
  expect(holds('StringEquals', 'A', 'a')).toBe(false);
  expect(holds('StringEqualsIgnoreCase', 'A', 'a')).toBe(true);
  expect(holds('StringLike', 'a*', 'abc')).toBe(true);
  expect(holds('StringLike', 'A*', 'abc')).toBe(false);
  expect(holds('StringEquals', 'a*', 'abc')).toBe(false);
});

test('C4: ArnEquals is ArnLike: six fields, wildcards in each', () => {
  for (const operator of ['ArnEquals', 'ArnLike']) {
    expect(holds(operator, 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket')).toBe(true);
    expect(holds(operator, 'arn:aws:s3*b', 'arn:aws:s3:::b')).toBe(false);
    expect(holds(operator, 'arn:aws:s3:::B*', 'arn:aws:s3:::bucket')).toBe(false);
    expect(holds(operator, 'arn:*:s*:*::log:*', 'arn:aws:s3:x::log:a:b')).toBe(true);
  }
  expect(holds('ArnNotLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket')).toBe(false);
  expect(holds('ArnNotEquals', 'arn:aws:s3:::x*', 'arn:aws:s3:::bucket')).toBe(true);
});

test('C5: numbers are numbers; dates are ISO 8601 or epoch seconds', () => {
  expect(holds('NumericEquals', '10', '10.0')).toBe(true);
  expect(holds('NumericLessThan', '9', '10')).toBe(false);
  expect(holds('DateLessThan', '1704067200', '2023-12-31T23:59:59Z')).toBe(true);
  expect(holds('DateLessThan', '1704067200000', '2023-12-31T23:59:59Z')).toBe(true);
  expect(holds('DateGreaterThan', '1704067200000', '2024-06-01T00:00:00Z')).toBe(false);
});

test('C6: Bool does not mind case and takes JSON booleans', () => {
  expect(holds('Bool', true, 'True')).toBe(true);
  expect(holds('Bool', 'FALSE', 'true')).toBe(false);
});

test('C7: addresses: ranges, no prefix, other family', () => {
  expect(holds('IpAddress', '10.0.0.0/8', '10.1.1.1')).toBe(true);
  expect(holds('IpAddress', '10.0.0.1', '10.0.0.2')).toBe(false);
  expect(holds('IpAddress', '0.0.0.0/0', '2001:db8::1')).toBe(false);
  expect(holds('NotIpAddress', '0.0.0.0/0', '2001:db8::1')).toBe(true);
});

test('C8: BinaryEquals compares bytes and has no negation', () => {
  expect(holds('BinaryEquals', 'QmluYXJ5', 'QmluYXJ5')).toBe(true);
  expect(holds('BinaryEquals', 'QmluYXJ5', 'QmluYXJ6')).toBe(false);
});

test('C9: Null asks whether the key is there with a value', () => {
  expect(holds('Null', 'true')).toBe(true);
  expect(holds('Null', 'false')).toBe(false);
  expect(holds('Null', 'true', 'x')).toBe(false);
  expect(holds('Null', false, ['x', 'y'])).toBe(true);
  expect(holds('Null', 'true', [])).toBe(true);
  expect(holds('Null', 'true', [''])).toBe(true);
  expect(holds('Null', 'false', ['', 'x'])).toBe(true);
});

// reference_policies_condition-single-vs-multi-valued-context-keys.html
describe('C10: set operators', () => {
  test('ForAllValues wants every value and is true of none', () => {
    expect(holds('ForAllValues:StringEquals', ['a', 'b'], ['b', 'a'])).toBe(true);
    expect(holds('ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'])).toBe(false);
    expect(holds('ForAllValues:StringEquals', ['a', 'b'])).toBe(true);
    expect(holds('ForAllValues:StringEquals', ['a', 'b'], [])).toBe(true);
  });

  test('an empty string alone is a null data set', () => {
    for (const empty of ['', ['']]) {
      expect(holds('ForAllValues:StringEquals', 'a', empty)).toBe(true);
      expect(holds('ForAnyValue:StringEquals', '', empty)).toBe(false);
      expect(holds('ForAnyValue:StringNotEquals', 'a', empty)).toBe(false);
    }
    expect(holds('ForAllValues:StringEquals', 'a', ['', 'a'])).toBe(false);
  });

  test('ForAnyValue wants one and is false of none, also negated', () => {
    expect(holds('ForAnyValue:StringEquals', ['a', 'b'], ['c', 'a'])).toBe(true);
    expect(holds('ForAnyValue:StringEquals', ['a', 'b'], ['c'])).toBe(false);
    expect(holds('ForAnyValue:StringNotEquals', 'a')).toBe(false);
    expect(holds('ForAnyValue:StringNotEquals', 'a', [])).toBe(false);
    expect(holds('ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'])).toBe(false);
    expect(holds('ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'])).toBe(true);
  });
});

test('C11: several values without a set operator match nothing; one value is a list of one', () => {
  expect(holds('StringEquals', 'a', ['a'])).toBe(false);
  expect(holds('StringNotEquals', 'a', ['b'])).toBe(false);
  expect(holds('ForAnyValue:StringEquals', 'a', 'a')).toBe(true);
});

test('C12: an operand that cannot be read matches nothing; negated, the closed side is taken', () => {
  expect(holds('NumericEquals', 'ten', '10')).toBe(false);
  expect(holds('NumericNotEquals', 'ten', '10')).toBe(false);
  const denying = policy(deny({ Condition: { NumericNotEquals: { k: 'ten' } } }));
  const context = [['k', '10']] as const;
  expect(ask({ identity: [policy(allow()), denying] }, { context }).outcome).toBe('explicitDeny');
  expect(holds('NotIpAddress', ['10.0.0.0/8', 'here'], '10.0.0.1')).toBe(false);
});

// MalformedPolicyDocument: Invalid Condition type : stringEquals
test('C13: names of operators mind case', () => {
  expect(() => holds('stringEquals', 'a', 'a')).toThrow('unknown condition operator');
  const { document } = policy(allow({ Condition: { StringEquals: { k: 'a' } } }));
  const renamed = document.statements.map((statement) => ({
    ...statement,
    condition: {
      span: statement.span,
      entries: [{ operator: 'stringEquals', key: 'k', values: [], span: statement.span }],
    },
  }));
  const source = { name: 'p', document: { ...document, statements: renamed } };
  expect(ask({ identity: [source] }, { context: [['k', 'a']] }).outcome).toBe('implicitDeny');
});
