/** The plain evaluator, the quick one and the reference (no code shared) decide alike. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DecisionVector } from './decision-vector.ts';
import { compare, differs } from './differential/compare.ts';
import { shrink } from './differential/shrink.ts';
import { randomVector } from './differential/vector.ts';
import { readVectors } from './vector-file.ts';

const folder = new URL('./decisions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

const seedFirst = 20_000_000;
const pairs = 20_000;

/** The operators in the policies, prefixes and suffixes included. */
const operatorsOf = ({ policies }: DecisionVector): readonly string[] =>
  Array.from(
    JSON.stringify(policies).matchAll(
      /"((?:For\w+:)?\w*(?:Equals|Like|Than|Bool|Address|Null)\w*)":\{/g,
    ),
    ([, operator = '']) => operator,
  );

describe('002-4: the plain evaluator, the quick one and the reference agree', () => {
  test.each(files)('on the vectors of %s', (name) => {
    const read = readVectors(readFileSync(new URL(name, folder)));
    const vectors = read.flatMap((one) => ('vector' in one ? [one.vector] : []));
    expect(vectors).toHaveLength(read.length);
    expect(vectors.filter(differs).map(({ id }) => id)).toEqual([]);
  });

  test(`on ${pairs} random pairs of policies and requests`, () => {
    const outcomes = new Map<string, number>();
    const operators = new Set<string>();
    for (let seed = seedFirst; seed < seedFirst + pairs; seed += 1) {
      const vector = randomVector(seed);
      const { plain, quick, reference } = compare(vector);
      if (plain !== reference || plain !== quick) {
        const smallest = shrink(vector, differs);
        expect.fail(JSON.stringify({ ...compare(smallest), smallest }));
      }
      outcomes.set(plain, (outcomes.get(plain) ?? 0) + 1);
      if (operators.size > 150) continue;
      for (const operator of operatorsOf(vector)) operators.add(operator);
    }
    // Pairs that all end the same way would show nothing.
    for (const outcome of ['allow', 'implicitDeny', 'explicitDeny']) {
      expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(pairs / 10);
    }
    // 26 operators, each with three prefixes and two suffixes, and Null; some are rare.
    expect(operators.size).toBeGreaterThan(150);
  });
});
