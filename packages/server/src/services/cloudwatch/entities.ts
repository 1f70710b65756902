/** CloudWatch's records: a metric, its data by the hour, alarms with their history, dashboards. */
import type { TagList } from '../../directory/records.ts';
import type { Json } from '../../store/store.ts';

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

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One statistic of one metric, compared with a number. */
export interface AlarmMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: MetricRecord['dimensions'];
  /** `Average`, `p95`. */
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly unit?: string;
}

/** What an alarm was asked to be. */
export interface AlarmConfiguration {
  readonly name: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  /** Absent with metric math, which is stored and not evaluated. */
  readonly metric?: AlarmMetric;
  /** The queries of metric math, as they came. */
  readonly queries?: Json;
  readonly thresholdMetricId?: string;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold?: number;
  readonly comparisonOperator: string;
  readonly treatMissingData?: string;
  readonly evaluateLowSampleCountPercentile?: string;
}

/** `cw/<account>/<region>/alarm/<name>`. Times are milliseconds since 1970. */
export interface AlarmRecord extends AlarmConfiguration {
  readonly updatedAt: number;
  readonly state: AlarmState;
  readonly stateReason: string;
  /** JSON text. */
  readonly stateReasonData?: string;
  readonly stateUpdatedAt: number;
  /** When the state became another. */
  readonly stateChangedAt: number;
  readonly tags: TagList;
}

/** `cw/<account>/<region>/alarm-history/<name>`: outlives its alarm. Oldest first. */
export interface AlarmHistoryRecord {
  readonly items: readonly AlarmHistoryEntry[];
}

export interface AlarmHistoryEntry {
  readonly at: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate';
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
}

/** `cw/<account>/global/dashboard/<name>`: dashboards are of no region. */
export interface DashboardRecord {
  /** JSON text. */
  readonly body: string;
  readonly updatedAt: number;
  readonly tags: TagList;
}
