/** The quick evaluator held equal to the plain one: on random pairs and on every vector. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Comparison } from '../../../../conformance/agreement/compare.ts';
import { Coverage } from '../../../../conformance/agreement/coverage.ts';
import { type DecisionVector, decideVector } from '../../../../conformance/decision-vector.ts';
import { CompiledPolicies } from './compiled-policies.ts';

const pairs = 100_000;
/** Cases whose traces are read for coverage: enough to reach everything. */
const coveredPairs = 50_000;

test('both evaluators agree on 100,000 random pairs, which reach every feature', () => {
  const comparison = new Comparison();
  const coverage = new Coverage();
  for (let seed = 1; comparison.pairs < pairs; seed++) {
    const covered = comparison.pairs < coveredPairs ? coverage : undefined;
    expect(comparison.run(seed, covered)).toBeUndefined();
  }
  expect(coverage.missing()).toEqual([]);
});

const folder = new URL('../../../../conformance/decisions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(files)('%s', (name) => {
  const vectors: DecisionVector[] = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const shared = new CompiledPolicies();

  test('is answered alike by both, the quick one fresh and long in use', () => {
    const differing = vectors.filter((vector) => {
      const plain = decideVector(vector);
      return [shared, new CompiledPolicies()].some(
        (quick) =>
          plain !==
          decideVector(vector, (request, policies) =>
            quick.decide(quick.principalSet(policies), request, policies),
          ),
      );
    });
    expect(differing.map(({ id }) => id)).toEqual([]);
  });
});
