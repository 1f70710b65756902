/** The data of a PutMetricData request, checked: which metric got which points. */
import type { Dimension, MetricDatum, PutMetricDataInput } from '@sekisho/catalog/types/cloudwatch';
import type { MetricRecord, Point } from './entities.ts';
import { invalidParameterCombination, invalidParameterValue, missingParameter } from './errors.ts';
import {
  dimensionsPerMetricMax,
  futureMilliseconds,
  metricDataPerRequestMax,
  pastMilliseconds,
  valuesPerDatumMax,
} from './limits.ts';
import type { Summary } from './points.ts';

/** One datum as it is stored. */
export interface ReadDatum {
  readonly metric: Omit<MetricRecord, 'updatedAt'>;
  readonly point: Point;
}

/** Reads all data of the request, in order. Texts not named in the API's errors are unverified. */
export function readMetricData(input: PutMetricDataInput, now: number): readonly ReadDatum[] {
  const { Namespace: namespace } = input;
  if (namespace === undefined || namespace === '') throw missingParameter('Namespace');
  if (namespace.startsWith('AWS/')) {
    throw invalidParameterValue('The value AWS/ for parameter Namespace is invalid.');
  }
  const data = [
    ...(input.MetricData ?? []),
    ...(input.EntityMetricData ?? []).flatMap(({ MetricData: own }) => own ?? []),
  ];
  if (data.length === 0) throw missingParameter('MetricData');
  if (data.length > metricDataPerRequestMax) {
    throw invalidParameterValue(
      `The collection MetricData must not have a size greater than ${metricDataPerRequestMax}.`,
    );
  }
  return data.map((datum, index) => {
    const path = `MetricData.member.${index + 1}`;
    return readDatum(namespace, datum, path, now);
  });
}

function readDatum(namespace: string, datum: MetricDatum, path: string, now: number): ReadDatum {
  const { MetricName: name } = datum;
  if (name === undefined || name === '') throw missingParameter(`${path}.MetricName`);
  const dimensions = readDimensions(datum.Dimensions ?? [], path);
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) {
    throw invalidParameterValue(
      `The parameter ${path}.StorageResolution must be a value in the set [1, 60].`,
    );
  }
  const time = readTime(datum.Timestamp, path, now);
  const at = Math.floor(time / (resolution * 1000)) * resolution * 1000;
  const unit = datum.Unit ?? 'None';
  return {
    metric: { namespace, name, dimensions },
    point: { at, unit, ...readSummary(datum, path) },
  };
}

function readDimensions(
  dimensions: readonly Dimension[],
  path: string,
): MetricRecord['dimensions'] {
  if (dimensions.length > dimensionsPerMetricMax) {
    throw invalidParameterValue(
      `The collection ${path}.Dimensions must not have a size greater than ${dimensionsPerMetricMax}.`,
    );
  }
  for (const [index, { Name: name, Value: value }] of dimensions.entries()) {
    const place = `${path}.Dimensions.member.${index + 1}`;
    if (name === undefined || name === '') throw missingParameter(`${place}.Name`);
    if (value === undefined || value === '') throw missingParameter(`${place}.Value`);
    if (dimensions.findIndex((other) => other.Name === name) !== index) {
      throw invalidParameterValue(`The value ${name} for parameter ${place}.Name is invalid.`);
    }
  }
  return sortDimensions(dimensions);
}

/** The order of dimensions does not tell metrics apart. */
export function sortDimensions(dimensions: readonly Dimension[]): MetricRecord['dimensions'] {
  return dimensions
    .map(({ Name: name, Value: value }) => [name, value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function readTime(timestamp: Date | undefined, path: string, now: number): number {
  if (timestamp === undefined) return now;
  const time = timestamp.getTime();
  if (time < now - pastMilliseconds) {
    throw invalidParameterValue(
      `The parameter ${path}.Timestamp must specify a time no more than two weeks in the past.`,
    );
  }
  if (time > now + futureMilliseconds) {
    throw invalidParameterValue(
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  return time;
}

function readSummary(datum: MetricDatum, path: string): Summary {
  const { Value: value, Values: values, StatisticValues: set } = datum;
  const given = { Value: value, Values: values?.length ? values : undefined, StatisticValues: set };
  const names = Object.entries(given).flatMap(([name, member]) =>
    member === undefined ? [] : [name],
  );
  const [first, second] = names;
  if (second !== undefined) {
    throw invalidParameterCombination(
      `The parameters ${path}.${first} and ${path}.${second} are mutually exclusive and you have specified both.`,
    );
  }
  if (set !== undefined) return readStatisticSet(datum, path);
  if (values !== undefined && values.length > 0) return readValues(values, datum.Counts, path);
  if (value === undefined) throw missingParameter(`${path}.Value`);
  checkNumber(value, `${path}.Value`);
  return { count: 1, sum: value, min: value, max: value, values: [[value, 1]] };
}

function readStatisticSet({ StatisticValues: set }: MetricDatum, path: string): Summary {
  const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = set ?? {};
  const place = `${path}.StatisticValues`;
  if (count === undefined) throw missingParameter(`${place}.SampleCount`);
  if (sum === undefined) throw missingParameter(`${place}.Sum`);
  if (min === undefined) throw missingParameter(`${place}.Minimum`);
  if (max === undefined) throw missingParameter(`${place}.Maximum`);
  for (const number of [count, sum, min, max]) checkNumber(number, place);
  // The values themselves are known only when they are all equal.
  return { count, sum, min, max, ...(min === max ? { values: [[min, count] as const] } : {}) };
}

function readValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  path: string,
): Summary {
  if (values.length > valuesPerDatumMax) {
    throw invalidParameterValue(
      `The collection ${path}.Values must not have a size greater than ${valuesPerDatumMax}.`,
    );
  }
  if (counts !== undefined && counts.length > 0 && counts.length !== values.length) {
    throw invalidParameterValue(
      `The parameters ${path}.Values and ${path}.Counts must be of the same size.`,
    );
  }
  const weighted = new Map<number, number>();
  let count = 0;
  let sum = 0;
  for (const [index, value] of values.entries()) {
    const weight = counts?.[index] ?? 1;
    checkNumber(value, `${path}.Values.member.${index + 1}`);
    if (!(weight > 0)) {
      throw invalidParameterValue(
        `The value ${weight} for parameter ${path}.Counts.member.${index + 1} is invalid.`,
      );
    }
    weighted.set(value, (weighted.get(value) ?? 0) + weight);
    count += weight;
    sum += value * weight;
  }
  const all = [...weighted.keys()];
  return { count, sum, min: Math.min(...all), max: Math.max(...all), values: [...weighted] };
}

/** Values lie between -2^360 and 2^360. */
function checkNumber(value: number, place: string): void {
  if (Number.isFinite(value) && Math.abs(value) <= 2 ** 360) return;
  throw invalidParameterValue(`The value ${value} for parameter ${place} is invalid.`);
}
