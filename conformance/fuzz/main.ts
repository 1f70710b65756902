/** `npm run fuzz -- [--minutes M] [--seed S]`: hostile documents against parser and evaluator. */
import { parseArgs } from 'node:util';
import { runRound, subjectOf } from './round.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const seedFirst = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(seedFirst) || seedFirst < 0) {
  console.error('--minutes must be a positive number, --seed a whole number');
  process.exit(2);
}

const end = performance.now() + minutes * 60_000;
const counts = { rounds: 0, policies: 0, allowed: 0, denied: 0, problems: 0 };
let slowest = 0;
for (let seed = seedFirst; performance.now() < end && counts.problems < 10; seed += 1) {
  const { isPolicy, outcome, milliseconds, problem } = runRound(seed);
  counts.rounds += 1;
  if (isPolicy) counts.policies += 1;
  if (outcome === 'allow') counts.allowed += 1;
  else if (outcome !== undefined) counts.denied += 1;
  slowest = Math.max(slowest, milliseconds);
  if (problem === undefined) continue;
  counts.problems += 1;
  const { text, vector } = subjectOf(seed);
  console.log(`seed ${seed}: ${problem}`);
  console.log(JSON.stringify({ text: text.slice(0, 2_000), vector }).slice(0, 6_000));
}
const { rounds, policies, allowed, denied, problems } = counts;
console.log(
  `${rounds} documents from seed ${seedFirst}, ${policies} taken by the parser, ` +
    `${allowed} allowed, ${denied} denied, slowest ${slowest.toFixed(1)} ms, ${problems} problems`,
);
process.exitCode = problems === 0 ? 0 : 1;
