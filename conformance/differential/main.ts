/** `npm run differential -- [--pairs N] [--seed S]`: the three evaluators, long runs. */
import { parseArgs } from 'node:util';
import { compare, differs } from './compare.ts';
import { shrink } from './shrink.ts';
import { randomVector } from './vector.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
});
const [pairs = 0, seed = 0, shown = 0] = [values.pairs, values.seed, values.show].map(Number);
if (![pairs, seed, shown].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('--pairs, --seed and --show must be whole numbers');
  process.exit(2);
}

const started = performance.now();
let disagreements = 0;
for (let index = 0; index < pairs; index += 1) {
  const vector = randomVector(seed + index);
  if (!differs(vector)) continue;
  disagreements += 1;
  if (disagreements > shown) continue;
  const smallest = shrink(vector, differs);
  const { plain, quick, reference } = compare(smallest);
  console.log(`plain ${plain}, quick ${quick}, reference ${reference}`);
  console.log(JSON.stringify(smallest));
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${pairs} pairs from seed ${seed}, ${disagreements} disagreements, ${seconds.toFixed(1)} s`,
);
process.exitCode = disagreements === 0 ? 0 : 1;
