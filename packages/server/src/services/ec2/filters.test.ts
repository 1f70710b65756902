/** Wildcards of filters. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern } from './filters.ts';

describe('matchesPattern', () => {
  test.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['A', 'a', false],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test('a text matches itself when its special characters are escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => matchesPattern(text.replaceAll(/[\\*?]/g, '\\$&'), text)),
    );
  });

  test('many stars take no exponential time', () => {
    expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
