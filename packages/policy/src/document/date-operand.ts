/** Dates as values of Date conditions: what IAM's legacy parser takes for one. */

const dateSyntax = /^(-?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const timeSyntax =
  /^(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?)?)?(?:Z|[+-](\d{2})(?::?(\d{2}))?)?$/i;

/** Years that fit a signed 64-bit count of milliseconds. */
const yearMin = -292275054;
const yearMax = 292278993;
const epochMax = 9223372036854775807n;

/**
 * Whether the legacy parser accepts the value: text with `t`, `T` or `-` is read as ISO 8601
 * (also partly given), any other as an integer that fits 63 bits.
 */
export function isDateOperand(value: string): boolean {
  if (!/[Tt-]/.test(value)) return /^\d{1,19}$/.test(value) && BigInt(value) <= epochMax;
  const separator = value.search(/[Tt]/);
  const date = dateSyntax.exec(separator < 0 ? value : value.slice(0, separator));
  const time = timeSyntax.exec(separator < 0 ? '' : value.slice(separator + 1));
  if (date === null || time === null) return false;
  const [, year, month, day] = date;
  const [, hour, minute, second, offsetHour, offsetMinute] = time;
  return (
    within(year, yearMin, yearMax) &&
    within(month, 1, 12) &&
    within(day, 1, 31) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59) &&
    within(offsetHour, 0, 23) &&
    within(offsetMinute, 0, 59)
  );
}

function within(digits: string | undefined, least: number, most: number): boolean {
  if (digits === undefined) return true;
  const value = Number.parseInt(digits, 10);
  return value >= least && value <= most;
}
