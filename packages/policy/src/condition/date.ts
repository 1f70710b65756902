/** Date condition operators: W3C forms of ISO 8601, or epoch seconds; the two may be compared. */
import { orderedOperators } from './numeric.ts';

const isoForm =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Seconds since the epoch; undefined for a text that is not a date. */
export function readDate(text: string): number | undefined {
  // Unverified: four digits are a year of the W3C form here, not seconds.
  if (/^-?\d{1,3}$|^-?\d{5,15}$/.test(text) || /^-?\d{1,15}\.\d{1,9}$/.test(text)) {
    return Number(text);
  }
  const found = isoForm.exec(text);
  if (found === null) return undefined;
  const field = (index: number, absent: string) => Number(found[index] ?? absent);
  const [year, month, day] = [field(1, ''), field(2, '1'), field(3, '1')];
  const [hour, minute, second] = [field(4, '0'), field(5, '0'), field(6, '0')];
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(milliseconds);
  // Date.UTC carries 31 February over into March; a date that does not exist is not a date.
  if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetSeconds(found[8] ?? 'Z');
  if (offset === undefined) return undefined;
  return milliseconds / 1000 + Number(`0${found[7] ?? '.0'}`) - offset;
}

/** Unverified: a time without a zone is taken as UTC; the W3C form demands one. */
function offsetSeconds(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** Negative, zero or positive as left is before, at or after right. */
export function compareDates(left: string, right: string): number | undefined {
  const [a, b] = [readDate(left), readDate(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

export const dateOperators = orderedOperators('Date', readDate, (left, right) => left - right);
