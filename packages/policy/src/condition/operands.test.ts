/** Tests of how the operators read their operands: numbers, dates, addresses, booleans, base64. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepBudget } from '../step-budget.ts';
import { binaryOperators } from './binary.ts';
import { readBoolean } from './bool.ts';
import { compareDates, readDate } from './date.ts';
import { isInRange } from './ip-address.ts';
import { compareNumbers } from './numeric.ts';
import { conditionOperators, readOperator } from './operators.ts';

describe('numbers', () => {
  test('compare as integers do', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (left, right) => {
        const order = left < right ? -1 : left > right ? 1 : 0;
        expect(Math.sign(compareNumbers(String(left), String(right)) ?? Number.NaN)).toBe(order);
      }),
    );
  });

  test.each([
    ['10', '10.0', 0],
    ['-0', '0', 0],
    ['0.5', '0.45', 1],
    ['-0.5', '-0.45', -1],
    ['007', '7', 0],
    ['+3', '3', 0],
  ])('%s against %s', (left, right, order) => {
    expect(Math.sign(compareNumbers(left, right) ?? Number.NaN)).toBe(order);
  });

  test.each(['', ' 1', '1e3', '0x10', '1_000', 'NaN', '1.', '.5', '１'])('%j is none', (text) => {
    expect(compareNumbers(text, '1')).toBeUndefined();
  });
});

describe('dates', () => {
  test.each([
    ['2024', 1704067200],
    ['2024-01', 1704067200],
    ['2024-01-01', 1704067200],
    ['2024-01-01T00:00Z', 1704067200],
    ['2024-01-01T00:00:00.250Z', 1704067200.25],
    ['2024-01-01T09:00:00+09:00', 1704067200],
    ['1704067200', 1704067200],
    ['2024-02-29T00:00:00Z', 1709164800],
  ])('%s', (text, seconds) => {
    expect(readDate(text)).toBe(seconds);
  });

  test.each([
    '',
    '2023-02-29',
    '2024-13-01',
    '2024-01-01T24:00:00Z',
    '2024-1-1',
    'today',
    '20240101T000000Z',
  ])('%j is none', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  test('compare across forms', () => {
    expect(compareDates('1704067201', '2024-01-01T00:00:00Z')).toBe(1);
    expect(compareDates('soon', '2024-01-01')).toBeUndefined();
  });
});

describe('addresses', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.0.0.5', '10.0.0.9/8', true],
    ['::1', '::/0', true],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1/128', true],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.0/120', true],
    ['::ffff:10.0.0.1', '10.0.0.0/8', false],
    ['10.0.0.1', '::/0', false],
  ])('%s in %s is %s', (address, range, inside) => {
    expect(isInRange(address, range)).toBe(inside);
  });

  test.each([
    '010.0.0.1',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4/33',
    '1.2.3.4/',
    '::1::',
    '1:2:3',
    ':::',
    'g::',
    '1.2.3.4/8/8',
    '',
  ])('%j is no range', (range) => {
    expect(isInRange('1.2.3.4', range)).toBeUndefined();
  });
});

describe('other operands', () => {
  test('C6: booleans do not mind case', () => {
    expect([readBoolean('TRUE'), readBoolean('False'), readBoolean('1')]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  test('C8: base64 is compared in its canonical form only', () => {
    const compare = (left: string, right: string) =>
      binaryOperators[0]?.prepare([[{ text: left, literal: false }]], new StepBudget())(
        right,
        new StepBudget(),
      );
    expect(compare('QQ==', 'QQ==')).toBe('yes');
    expect(compare('QQ==', 'QR==')).toBe('undecided');
    expect(compare('QQ==', 'QQ')).toBe('undecided');
    expect(compare('AAAA', 'AAAB')).toBe('no');
  });
});

describe('operator names', () => {
  test('take a set operator and IfExists', () => {
    expect(readOperator('ForAnyValue:StringNotLikeIfExists')).toMatchObject({
      kind: 'compare',
      negated: true,
      ifExists: true,
      setOperator: 'ForAnyValue',
    });
  });

  test.each([
    '',
    'StringMatches',
    'NullIfExists',
    'stringEquals',
    'foranyvalue:Bool',
    'Boolifexists',
    'ForEach:StringEquals',
    'IfExists',
    'BoolNot',
    ':Bool',
  ])('%j is none', (name) => {
    expect(readOperator(name)).toBeUndefined();
  });

  test('AWS has these and Null', () => {
    const names = conditionOperators.flatMap(({ name, negatedName }) =>
      negatedName === undefined ? [name] : [name, negatedName],
    );
    // 6 string, 6 numeric, 6 date, Bool, BinaryEquals, 2 address, 4 ARN.
    expect(new Set(names).size).toBe(26);
  });
});
