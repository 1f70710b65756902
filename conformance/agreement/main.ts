/** `npm run agreement -- --pairs N [--seed N]`: holds the two evaluators equal on random cases. */
import { parseArgs } from 'node:util';
import { Comparison } from './compare.ts';
import { Coverage } from './coverage.ts';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const pairs = Number(values.pairs);
const firstSeed = Number(values.seed);
if (!Number.isSafeInteger(pairs) || !Number.isSafeInteger(firstSeed) || pairs < 1) {
  console.error('--pairs and --seed are whole numbers');
  process.exit(2);
}
const comparison = new Comparison();
const coverage = new Coverage();
let seed = firstSeed;
let disagreements = 0;
let next = 1_000_000;
for (; comparison.pairs < pairs && disagreements < 5; seed++) {
  const found = comparison.run(seed, comparison.pairs < 200_000 ? coverage : undefined);
  if (found !== undefined) {
    disagreements++;
    console.log(JSON.stringify(found, null, 1));
  }
  if (comparison.pairs >= next) {
    console.error(`${comparison.pairs} pairs`);
    next += 1_000_000;
  }
}
const missing = pairs >= 100_000 ? coverage.missing() : [];
for (const feature of missing) console.log(`never reached: ${feature}`);
const cpuSeconds = process.cpuUsage().user / 1_000_000;
console.log(
  `${comparison.pairs} pairs, seeds ${firstSeed} to ${seed - 1}, ${cpuSeconds.toFixed(0)} CPU-seconds: ` +
    `${disagreements === 0 ? 'the evaluators agree' : `${disagreements} disagreements`}`,
);
process.exit(disagreements === 0 && missing.length === 0 ? 0 : 1);
