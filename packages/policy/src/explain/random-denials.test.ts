/** For random denials: all proposed changes together allow, and none of them can be left out. */
import { expect, test } from 'vitest';
import { authorize } from '../authorize/authorize.ts';
import type { PolicyType } from '../request.ts';
import { applyChanges } from './apply.ts';
import type { Change } from './change.ts';
import { proposeChanges } from './proposal.ts';
import { randomQuestion } from './random-denials.contract.ts';
import { explain } from './trace-text.ts';

const denialsMin = 800;
const seedsMax = 5000;

test('003-6: every proposal allows the request, and without any part of it the request is denied', () => {
  const kinds = new Map<Change['change'], number>();
  const types = new Set<PolicyType>();
  let denials = 0;
  for (let seed = 1; denials < denialsMin && seed < seedsMax; seed += 1) {
    const { request, policies } = randomQuestion(seed);
    const decision = authorize(request, policies);
    if (decision.outcome === 'allow') continue;
    denials += 1;
    const { changes, proven } = proposeChanges(decision);
    const outcome = (applied: readonly Change[]) =>
      authorize(request, applyChanges(policies, applied)).outcome;
    expect({ seed, proven, outcome: outcome(changes) }).toEqual({
      seed,
      proven: true,
      outcome: 'allow',
    });
    for (const change of changes) {
      const others = changes.filter((other) => other !== change);
      expect({ seed, without: change.change, outcome: outcome(others) }).not.toMatchObject({
        outcome: 'allow',
      });
      kinds.set(change.change, (kinds.get(change.change) ?? 0) + 1);
      types.add(change.policyType);
    }
    if (denials % 50 === 0) {
      expect(explain(decision, { language: 'en' }).length).toBeGreaterThan(2);
    }
  }
  expect(denials).toBe(denialsMin);
  for (const kind of ['addStatement', 'addValue', 'narrowDeny', 'removeDeny'] as const) {
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(10);
  }
  expect(types.size).toBeGreaterThanOrEqual(7);
});

test('a seed makes the same question each time', () => {
  expect(JSON.stringify(randomQuestion(7))).toBe(JSON.stringify(randomQuestion(7)));
});
