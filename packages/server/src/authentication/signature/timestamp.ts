/** The time of signing: ISO 8601 basic format, or the Date header's format (IMF-fixdate). */

const basicShape = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const dateShape = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} ';
const monthShape = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ';
const clockShape = '\\d{4} \\d{2}:\\d{2}:\\d{2} (?:GMT|\\+0000)';
const fixdateShape = new RegExp(`^${dateShape}${monthShape}${clockShape}$`);

let lastText = '';
let lastTime: number | undefined;

/** Milliseconds since 1970 of `YYYYMMDDTHHMMSSZ`; undefined when it is no such date. */
export function parseBasicTime(text: string): number | undefined {
  // Requests of the same second bring the same text.
  if (text !== lastText) {
    lastTime = readBasicTime(text);
    lastText = text;
  }
  return lastTime;
}

function readBasicTime(text: string): number | undefined {
  const parts = basicShape.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // February 30th rolls over into March.
  return new Date(time).getUTCDate() === day && year > 99 ? time : undefined;
}

/** Milliseconds since 1970 of a Date header in either format. */
export function parseHeaderTime(text: string): number | undefined {
  if (!fixdateShape.test(text)) return parseBasicTime(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** `YYYYMMDDTHHMMSSZ`. */
export function formatBasicTime(milliseconds: number): string {
  return `${formatIsoTime(milliseconds).replace(/[-:]/g, '')}`;
}

/** `YYYY-MM-DDTHH:MM:SSZ`. */
export function formatIsoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
