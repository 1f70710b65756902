/** Statistics of datapoints: added up, reduced, percentiles read. */
import type { Point } from './entities.ts';
import { distinctValuesMax } from './limits.ts';

/** The statistics of a set of points, without their time and unit. */
export type Summary = Omit<Point, 'at' | 'unit'>;

/** The summary of two. */
export function addUp(one: Summary, other: Summary): Summary {
  const values = mergeValues(one.values, other.values);
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    ...(values === undefined ? {} : { values }),
  };
}

/** undefined when there is nothing to sum up. */
export function addUpAll(summaries: readonly Summary[]): Summary | undefined {
  const [first, ...others] = summaries;
  return first === undefined ? undefined : others.reduce(addUp, first);
}

function mergeValues(one: Point['values'], other: Point['values']): Point['values'] {
  if (one === undefined || other === undefined) return undefined;
  const counts = new Map(one);
  for (const [value, count] of other) counts.set(value, (counts.get(value) ?? 0) + count);
  return counts.size > distinctValuesMax ? undefined : [...counts];
}

/** The five plain statistics. */
export type Statistic = 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum';

export function statisticOf(summary: Summary, statistic: Statistic): number {
  switch (statistic) {
    case 'SampleCount':
      return summary.count;
    case 'Average':
      return summary.count === 0 ? 0 : summary.sum / summary.count;
    case 'Sum':
      return summary.sum;
    case 'Minimum':
      return summary.min;
    case 'Maximum':
      return summary.max;
  }
}

const statistics: readonly Statistic[] = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];

export function statisticNamed(name: string): Statistic | undefined {
  return statistics.find((statistic) => statistic === name);
}

const percentilePattern = /^p(\d{1,2}(?:\.\d{0,10})?|100)$/;

/** `p95` → 95; undefined when it is no percentile. */
export function percentileNamed(name: string): number | undefined {
  const text = percentilePattern.exec(name)?.[1];
  return text === undefined ? undefined : Number(text);
}

/**
 * The value below which that many percent of the values lie, between neighbours in proportion.
 * undefined when the values were not kept (statistic sets have none).
 */
export function percentileOf(summary: Summary, percent: number): number | undefined {
  if (summary.values === undefined || summary.count === 0) return undefined;
  const sorted = [...summary.values].sort(([one], [other]) => one - other);
  const rank = (percent / 100) * (summary.count - 1);
  const low = valueAt(sorted, Math.floor(rank));
  const high = valueAt(sorted, Math.ceil(rank));
  return low + (high - low) * (rank - Math.floor(rank));
}

function valueAt(sorted: readonly (readonly [number, number])[], index: number): number {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (index < seen) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
