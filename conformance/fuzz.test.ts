/** Ten seconds of `npm run fuzz`. */
import { expect, test } from 'vitest';
import { runRound } from './fuzz/round.ts';

test('no hostile document throws, takes long, or is allowed what the reference denies', () => {
  const end = performance.now() + 10_000;
  let policies = 0;
  let decisions = 0;
  for (let seed = 1_000_000; performance.now() < end; seed += 1) {
    const { isPolicy, outcome, problem } = runRound(seed);
    if (problem !== undefined) expect.fail(`seed ${seed}: ${problem}`);
    if (isPolicy) policies += 1;
    if (outcome !== undefined) decisions += 1;
  }
  // Documents that the parser refuses show nothing of decisions.
  expect(policies).toBeGreaterThan(100);
  expect(decisions).toBeGreaterThan(100);
});
