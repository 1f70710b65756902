/** How decisions are timed: by CPU time, several rounds; single calls by the clock. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Figure, median } from './figures.ts';

const rounds = 9;

export const decisionFigure = (
  name: string,
  metric: string,
  value: number,
  unit: string,
): Figure => ({ bench: 'decisions', case: name, metric, value, unit });

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

/** Bytes that this process holds, garbage collected. */
export function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** CPU time of this process in seconds, its garbage collection included. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Median and best rate of decisions per CPU second, after one round to warm up. */
export function rates(
  name: string,
  metric: string,
  count: number,
  decideAll: () => void,
): readonly Figure[] {
  decideAll();
  const measured: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = ownCpuSeconds();
    decideAll();
    measured.push(count / (ownCpuSeconds() - start));
  }
  return [
    decisionFigure(name, `${metric}, median`, median(measured), '/CPU-s'),
    decisionFigure(name, `${metric}, best`, Math.max(...measured), '/CPU-s'),
  ];
}

/** Calls one by one; the clock's own time, some 50 ns, is in each. */
export function latencies(
  name: string,
  count: number,
  decideOne: (number: number) => unknown,
): readonly Figure[] {
  const times = new Float64Array(count);
  const p50: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (let number = 0; number < count; number++) {
      const start = performance.now();
      decideOne(number);
      times[number] = performance.now() - start;
    }
    times.sort();
    const at = (share: number) => (times[Math.floor(count * share)] ?? 0) * 1000;
    p50.push(at(0.5));
    p99.push(at(0.99));
  }
  return [
    decisionFigure(name, 'p50, median of 5', median(p50), 'us'),
    decisionFigure(name, 'p99, median of 5', median(p99), 'us'),
    decisionFigure(name, 'p99, best of 5', Math.min(...p99), 'us'),
  ];
}
