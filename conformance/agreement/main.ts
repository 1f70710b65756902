/** `npm run agreement -- --pairs N [--seed N] [--workers N]`: both evaluators on random cases. */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Disagreement, isReport, type Share } from './share.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
  },
});
const [pairs = 0, seed = 0, workers = 0] = [values.pairs, values.seed, values.workers].map(Number);
if (![pairs, seed, workers].every(Number.isSafeInteger) || pairs < 1 || workers < 1) {
  console.error('--pairs, --seed and --workers are whole numbers');
  process.exit(2);
}

/** Thread `number` takes every so many-th seed. */
function run(number: number, onPairs: (pairs: number) => void): Promise<readonly string[]> {
  const workerData: Share = {
    pairs: Math.ceil(pairs / workers),
    seed: seed + number,
    step: workers,
    // Rare features need a hundred thousand pairs.
    coveredPairs: number === 0 && pairs >= 100_000 * workers ? 200_000 : 0,
  };
  // Most of what a case needs is garbage soon: a larger nursery saves a fifth of the time.
  const resourceLimits = { maxYoungGenerationSizeMb: 256 };
  const worker = new Worker(new URL('./share.ts', import.meta.url), { workerData, resourceLimits });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
    worker.on('message', (message: unknown) => {
      if (!isReport(message)) return;
      for (const found of message.disagreements) report(found);
      if (message.missing === undefined) onPairs(message.pairs);
      else resolve(message.missing);
    });
  });
}

let disagreements = 0;
function report(found: Disagreement): void {
  disagreements += 1;
  console.log(JSON.stringify(found, null, 1));
}

const progress = new Array<number>(workers).fill(0);
let next = 1_000_000;
const shares = progress.map((_, number) =>
  run(number, (done) => {
    progress[number] = done;
    const sum = progress.reduce((a, b) => a + b);
    if (sum < next) return;
    console.error(`${sum} pairs`);
    next += 1_000_000;
  }),
);
const missing = (await Promise.all(shares)).flat();
for (const feature of missing) console.log(`never reached: ${feature}`);
const { user, system } = process.cpuUsage();
console.log(
  `${pairs} pairs from seed ${seed}, ${Math.round((user + system) / 1e6)} CPU-seconds: ` +
    `${disagreements === 0 ? 'the evaluators agree' : `${disagreements} disagreements`}`,
);
process.exit(disagreements === 0 && missing.length === 0 ? 0 : 1);
