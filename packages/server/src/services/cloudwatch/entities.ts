/** CloudWatch's records: a metric, and its data by the hour. */

/** `cw/<account>/<region>/metric/<hash of the metric>`. Times are milliseconds since 1970. */
export interface MetricRecord {
  readonly namespace: string;
  readonly name: string;
  /** In the order of their names. */
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  readonly updatedAt: number;
}

/** `cw/<account>/<region>/data/<hash of the metric>/<hour>`. */
export interface DataRecord {
  readonly points: readonly Point[];
}

/** What was measured in one minute (or one second, at high resolution), in one unit. */
export interface Point {
  readonly at: number;
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Values with their counts; absent when they are not known or too many to keep. */
  readonly values?: readonly (readonly [value: number, count: number])[];
}
