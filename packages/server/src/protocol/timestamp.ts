/** Timestamps as text: Smithy's timestamp formats date-time, http-date and epoch-seconds. */
import assert from 'node:assert';
import type { TimestampFormat } from '@sekisho/catalog';

/**
 * A date that is written with its milliseconds even where the protocol writes whole seconds:
 * IAM answers so for the CreateDate of OIDC and SAML providers.
 */
export class MillisecondDate extends Date {}

const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)$/;

/** Reads `2026-01-02T03:04:05[.678](Z|±hh:mm)`; undefined when it is not such a moment. */
export function parseDateTime(text: string): Date | undefined {
  const match = dateTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const date = moment(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (date === undefined) return undefined;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  return new Date(date + milliseconds - offset * 60_000);
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Milliseconds of a calendar moment that really exists (no 30 February, no 25 o'clock). */
function moment(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

const months = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
  ...['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const httpDate =
  /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? GMT$/;

/** Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, IMF-fixdate). */
export function parseHttpDate(text: string): Date | undefined {
  const match = httpDate.exec(text);
  if (match === null) return undefined;
  const [, day, monthName = '', year, hour, minute, second, fraction = ''] = match;
  const month = months.indexOf(monthName);
  if (month < 0) return undefined;
  const date = moment(
    Number(year),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (date === undefined) return undefined;
  return new Date(date + Number(fraction.padEnd(3, '0').slice(0, 3)));
}

/** Reads seconds since 1970, with a fraction down to milliseconds. */
export function dateOfEpochSeconds(seconds: number): Date | undefined {
  const date = new Date(Math.round(seconds * 1000));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const epoch = /^-?\d{1,15}(\.\d{1,9})?([eE]\+?\d)?$/;

/** Reads a timestamp of the format. */
export function parseTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (format === 'date-time') return parseDateTime(text);
  if (format === 'http-date') return parseHttpDate(text);
  return epoch.test(text) ? dateOfEpochSeconds(Number(text)) : undefined;
}

/** How exactly `date-time` is written: always with milliseconds, never, or when there are any. */
export type Precision = 'seconds' | 'milliseconds' | 'shortest';

/** Writes a timestamp of the format. */
export function formatTimestamp(
  date: Date,
  format: TimestampFormat,
  precision: Precision = 'shortest',
): string {
  if (format === 'http-date') return formatHttpDate(date);
  if (format === 'epoch-seconds') return String(date.getTime() / 1000);
  const text = date.toISOString();
  assert(text.length === 24, 'a year beyond 9999');
  if (precision === 'milliseconds' || date instanceof MillisecondDate) return text;
  if (precision === 'shortest' && !text.endsWith('.000Z')) return text;
  return `${text.slice(0, 19)}Z`;
}

function formatHttpDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day} ${String(date.getUTCFullYear()).padStart(4, '0')} ${time} GMT`;
}
