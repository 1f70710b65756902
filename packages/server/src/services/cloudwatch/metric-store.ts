/** Metrics and their data in the store: `cw/<account>/<region>/metric/…` and `…/data/…`. */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../protocol/service-error.ts';
import type { State } from '../../store/state.ts';
import type { Change, Json } from '../../store/store.ts';
import type { DemandContext } from '../service.ts';
import type { DataRecord, MetricRecord, Point } from './entities.ts';
import { metricsPerRegionMax, retentionMilliseconds } from './limits.ts';
import type { ReadDatum } from './metric-data.ts';
import { addUp } from './points.ts';

const hourMilliseconds = 3_600_000;
/** How often the time of a metric's last datum is written again. */
const updateMilliseconds = 60_000;

/** What identifies a metric. */
export type MetricIdentity = Omit<MetricRecord, 'updatedAt'>;

/** The metrics of an account in a region. */
export class MetricStore {
  readonly #state: State;
  readonly #base: string;

  constructor(state: State, account: string, region: string) {
    this.#state = state;
    this.#base = `cw/${account}/${region}/`;
  }

  static of({ runtime, account, region }: DemandContext): MetricStore {
    return new MetricStore(runtime.state, account, region);
  }

  /** Every metric, in the order of their hashes, with the hash. */
  metrics(): readonly (readonly [hash: string, record: MetricRecord])[] {
    const folder = `${this.#base}metric/`;
    return this.#state.keys(folder).flatMap((key) => {
      const record = this.#read<MetricRecord>(key);
      return record === undefined ? [] : [[key.slice(folder.length), record] as const];
    });
  }

  /** The points of a metric from `start` up to, not including, `end`, in order. */
  points(metric: MetricIdentity, start: number, end: number): readonly Point[] {
    const hash = hashOf(metric);
    const found: Point[] = [];
    for (const key of this.#state.keys(this.#dataFolder(hash))) {
      const hour = hourOf(key);
      if (hour + hourMilliseconds <= start || hour >= end) continue;
      for (const point of this.#read<DataRecord>(key)?.points ?? []) {
        if (point.at >= start && point.at < end) found.push(point);
      }
    }
    return found.sort((one, other) => one.at - other.at);
  }

  /** The changes that add the data, and drop what is too old of the same metrics. */
  additions(data: readonly ReadDatum[], now: number): readonly Change[] {
    const changes: Change[] = [];
    for (const [hash, members] of Map.groupBy(data, ({ metric }) => hashOf(metric))) {
      const [first] = members;
      if (first === undefined) continue;
      changes.push(...this.#metricChange(hash, first.metric, now));
      const byHour = Map.groupBy(members, ({ point }) => hourKey(point.at));
      for (const [hour, points] of byHour) {
        changes.push(
          this.#dataChange(
            `${this.#dataFolder(hash)}${hour}`,
            points.map(({ point }) => point),
          ),
        );
      }
      for (const key of this.#state.keys(this.#dataFolder(hash))) {
        if (hourOf(key) >= now - retentionMilliseconds) continue;
        changes.push({ key, value: undefined });
      }
    }
    return [...this.#clearing(changes, now), ...changes];
  }

  #metricChange(hash: string, metric: MetricIdentity, now: number): readonly Change[] {
    const key = `${this.#base}metric/${hash}`;
    const old = this.#read<MetricRecord>(key);
    if (old !== undefined && now < old.updatedAt + updateMilliseconds) return [];
    const { namespace, name, dimensions } = metric;
    const value: Json = { namespace, name, dimensions, updatedAt: now };
    return [{ key, value, ifRevision: this.#state.revisionOf(key) }];
  }

  #dataChange(key: string, added: readonly Point[]): Change {
    const points = new Map<string, Point>();
    for (const point of [...(this.#read<DataRecord>(key)?.points ?? []), ...added]) {
      const place = `${point.at} ${point.unit}`;
      const old = points.get(place);
      points.set(
        place,
        old === undefined ? point : { at: point.at, unit: point.unit, ...addUp(old, point) },
      );
    }
    // A point is plain data by its type; an interface only lacks the index signature of Json.
    const value = { points: [...points.values()] } as unknown as Json;
    return { key, value, ifRevision: this.#state.revisionOf(key) };
  }

  /** Makes room when the region is full: metrics without data within the retention go. */
  #clearing(changes: readonly Change[], now: number): readonly Change[] {
    const folder = `${this.#base}metric/`;
    const added = changes.filter(
      ({ key, ifRevision }) => key.startsWith(folder) && ifRevision === 0,
    );
    const over = this.#state.count(folder) + added.length - metricsPerRegionMax;
    if (over <= 0) return [];
    const old = this.metrics().filter(
      ([, { updatedAt }]) => updatedAt < now - retentionMilliseconds,
    );
    if (old.length < over) {
      throw new ServiceError(
        'LimitExceeded',
        'The maximum limit for an account has already been reached.',
        400,
      );
    }
    const touched = new Set(changes.map(({ key }) => key));
    return old
      .flatMap(([hash]) => [`${folder}${hash}`, ...this.#state.keys(this.#dataFolder(hash))])
      .filter((key) => !touched.has(key))
      .map((key) => ({ key, value: undefined }));
  }

  #dataFolder(hash: string): string {
    return `${this.#base}data/${hash}/`;
  }

  #read<T>(key: string): T | undefined {
    // Records are written by our own operations only; their shapes are entities.ts.
    return this.#state.get(key) as unknown as T | undefined;
  }
}

/** Fixed width, so that keys sort by time. */
function hourKey(at: number): string {
  return String(Math.floor(at / hourMilliseconds)).padStart(8, '0');
}

function hourOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1)) * hourMilliseconds;
}

function hashOf({ namespace, name, dimensions }: MetricIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, name, dimensions]))
    .digest('hex');
}
