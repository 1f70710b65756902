/** Tests of wildcard matching, held against a naive recursive oracle. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepBudget } from './step-budget.ts';
import { matchesWildcard, type Piece } from './wildcard.ts';

function matches(pattern: string, text: string): boolean {
  return matchesWildcard([{ text: pattern, literal: false }], text, new StepBudget());
}

function oracle(pattern: string, text: string): boolean {
  const [token] = pattern;
  if (token === undefined) return text === '';
  if (token === '*') {
    return oracle(pattern.slice(1), text) || (text !== '' && oracle(pattern, text.slice(1)));
  }
  return (
    text !== '' && (token === '?' || token === text[0]) && oracle(pattern.slice(1), text.slice(1))
  );
}

const few = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength });

describe('wildcards', () => {
  test('answer as the naive oracle does', () => {
    fc.assert(
      fc.property(few('ab*?', 9), few('ab', 12), (pattern, text) => {
        expect(matches(pattern, text)).toBe(oracle(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });

  test('mean themselves in a literal piece', () => {
    fc.assert(
      fc.property(few('ab*?', 6), few('ab*?', 6), (pattern, text) => {
        const pieces: Piece[] = [{ text: pattern, literal: true }];
        expect(matchesWildcard(pieces, text, new StepBudget())).toBe(pattern === text);
      }),
    );
  });

  test('T31: stop at the step budget, and say so', () => {
    const budget = new StepBudget(10_000);
    const pattern = `*?${'a'.repeat(1000)}b*`;
    expect(matchesWildcard([{ text: pattern, literal: false }], 'a'.repeat(5000), budget)).toBe(
      false,
    );
    expect(budget.exhausted).toBe(true);
  });

  test('T31: a long text between two stars is looked for in linear time', () => {
    const budget = new StepBudget(100_000);
    const pattern = `*${'a'.repeat(5000)}b*`;
    expect(matches(pattern, `${'a'.repeat(9000)}b`)).toBe(true);
    expect(matchesWildcard([{ text: pattern, literal: false }], 'a'.repeat(9000), budget)).toBe(
      false,
    );
    expect(budget.exhausted).toBe(false);
  });

  test('T31: a pattern of many stars ends within the budget of one decision', () => {
    const budget = new StepBudget();
    const pattern = `${'*a'.repeat(40)}b`;
    expect(matchesWildcard([{ text: pattern, literal: false }], 'a'.repeat(400), budget)).toBe(
      false,
    );
    expect(budget.exhausted).toBe(false);
  });
});
