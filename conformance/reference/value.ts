/** Numbers, dates and addresses as reference_policies_elements_condition_operators reads them. */

/** Integer or decimal, in units of 10⁻³⁰, so that no digit is lost. */
function readNumber(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^([+-]?)(\d{1,40})(?:\.(\d{1,30}))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const size = BigInt(whole + fraction.padEnd(30, '0'));
  return sign === '-' ? -size : size;
}

/** W3C note on ISO 8601 (year; year and month; day; with time and zone), or epoch seconds. */
function readDate(text: string): bigint | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return readNumber(text);
  const form = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(?:\.(?<part>\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
  const found = form.exec(text);
  const milliseconds = Date.parse(text.replace(/\.\d+/, ''));
  if (found === null || Number.isNaN(milliseconds)) return undefined;
  return readNumber(`${milliseconds / 1000}.${found.groups?.['part'] ?? '0'}`);
}

/** Negative, zero or positive; not a number when one is unreadable: then no comparison holds. */
const compareBy = (read: typeof readNumber) => (left: string, right: string) => {
  const [a, b] = [read(left), read(right)];
  return a === undefined || b === undefined ? Number.NaN : a < b ? -1 : Number(a > b);
};
export const compareNumbers = compareBy(readNumber);
export const compareDates = compareBy(readDate);

const readGroup = (group: string): number => Number.parseInt(group, 16);
/** The address as bits, 32 or 128 of them. */
function addressBits(text: string): string | undefined {
  const bits = (parts: readonly number[], width: number) =>
    parts.map((part) => part.toString(2).padStart(width, '0')).join('');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.every((part) => part < 256) ? bits(parts, 8) : undefined;
  }
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return bits(groups.map(readGroup), 16);
}

/** CIDR; an address without a prefix is itself only. Families never match one another. */
export function isInRange(range: string, address: string): boolean {
  const [network = '', prefix] = range.split('/');
  const [wanted, given] = [addressBits(network), addressBits(address)];
  if (wanted === undefined || given === undefined || wanted.length !== given.length) return false;
  const length = prefix === undefined ? wanted.length : Number(/^\d{1,3}$/.exec(prefix)?.[0]);
  return length <= wanted.length && wanted.slice(0, length) === given.slice(0, length);
}
