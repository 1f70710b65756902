/** One thread's share of the pairs of `npm run agreement`. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Comparison, type Disagreement } from './compare.ts';
import { Coverage } from './coverage.ts';

export type { Disagreement } from './compare.ts';

/** What a thread is told. */
export interface Share {
  readonly pairs: number;
  readonly seed: number;
  /** From one seed to the next. */
  readonly step: number;
  /** Of so many pairs the traces are read for coverage. */
  readonly coveredPairs: number;
}

/** What a thread tells: how far it is; the last time, with what was never reached. */
export interface Report {
  readonly pairs: number;
  readonly disagreements: readonly Disagreement[];
  readonly missing?: readonly string[];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export function isReport(value: unknown): value is Report {
  return isObject(value) && 'pairs' in value && 'disagreements' in value;
}

function isShare(value: unknown): value is Share {
  return isObject(value) && 'pairs' in value && 'seed' in value && 'step' in value;
}

function run({ pairs, seed, step, coveredPairs }: Share, tell: (report: Report) => void): void {
  const comparison = new Comparison();
  const coverage = new Coverage();
  let disagreements: Disagreement[] = [];
  let next = 100_000;
  let failed = 0;
  for (let at = seed; comparison.pairs < pairs && failed < 5; at += step) {
    const found = comparison.run(at, comparison.pairs < coveredPairs ? coverage : undefined);
    if (found !== undefined) {
      failed++;
      disagreements.push(found);
    }
    if (comparison.pairs < next) continue;
    tell({ pairs: comparison.pairs, disagreements });
    disagreements = [];
    next += 100_000;
  }
  const missing = coveredPairs === 0 ? [] : coverage.missing();
  tell({ pairs: comparison.pairs, disagreements, missing });
}

if (!isMainThread && isShare(workerData)) {
  run(workerData, (report) => parentPort?.postMessage(report));
}
