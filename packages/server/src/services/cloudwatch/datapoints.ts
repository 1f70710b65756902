/** Datapoints of a period: points of a metric put into equal spans of time. */
import type { Point } from './entities.ts';
import { invalidParameterCombination, invalidParameterValue } from './errors.ts';
import { datapointsPerRequestMax } from './limits.ts';
import type { MetricIdentity, MetricStore } from './metric-store.ts';
import { addUpAll, type Summary } from './points.ts';

/** A span of time asked about. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly periodSeconds: number;
}

export interface PeriodSummary {
  readonly at: number;
  readonly unit: string;
  readonly summary: Summary;
}

/** Checks the period and the times; the start is rounded down as CloudWatch does. */
export function readSpan(start: Date, end: Date, periodSeconds: number): Span {
  if (start.getTime() >= end.getTime()) {
    throw invalidParameterValue('The parameter StartTime must be less than the parameter EndTime.');
  }
  const short = [1, 5, 10, 20, 30].includes(periodSeconds);
  if (!short && (periodSeconds < 60 || periodSeconds % 60 !== 0)) {
    throw invalidParameterValue(
      'The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.',
    );
  }
  const unit = short ? periodSeconds * 1000 : 60_000;
  return {
    start: Math.floor(start.getTime() / unit) * unit,
    end: end.getTime(),
    periodSeconds,
  };
}

/** Refuses a span with more datapoints than one answer holds. */
export function checkDatapoints({ start, end, periodSeconds }: Span): void {
  const count = Math.ceil((end - start) / (periodSeconds * 1000));
  if (count <= datapointsPerRequestMax) return;
  const asked = count.toLocaleString('en-US');
  throw invalidParameterCombination(
    `You have requested up to ${asked} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
  );
}

/**
 * The summaries of each period that has data, units apart, oldest first.
 * Unverified: periods are counted from the (rounded) start.
 */
export function summarize(
  store: MetricStore,
  metric: MetricIdentity,
  span: Span,
  unit: string | undefined,
): readonly PeriodSummary[] {
  const length = span.periodSeconds * 1000;
  const points = store
    .points(metric, span.start, span.end)
    .filter((point) => unit === undefined || point.unit === unit);
  const startOf = ({ at }: Point) => span.start + Math.floor((at - span.start) / length) * length;
  const groups = Map.groupBy(points, (point) => `${startOf(point)} ${point.unit}`);
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    const summary = addUpAll(members);
    if (first === undefined || summary === undefined) return [];
    return [{ at: startOf(first), unit: first.unit, summary }];
  });
}
