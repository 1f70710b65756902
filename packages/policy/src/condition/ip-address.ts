/** IP address condition operators: IPv4 and IPv6 ranges in CIDR form. */
import { type ConditionOperator, comparisonOf } from './operator.ts';

/** The bytes of an address: 4 or 16 of them. */
type Address = readonly number[];

function readIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes.push(Number(part));
  }
  return bytes;
}

/** The bytes of colon-separated groups; the last may be a dotted IPv4 address. */
function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      const dotted = index === groups.length - 1 ? readIpv4(group) : undefined;
      if (dotted === undefined) return undefined;
      bytes.push(...dotted);
    }
  }
  return bytes;
}

function readIpv6(text: string): Address | undefined {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text) || !text.includes(':')) return undefined;
  const halves = text.split('::');
  const [head, tail] = [readGroups(halves[0] ?? ''), readGroups(halves[1] ?? '')];
  if (halves.length > 2 || head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : undefined;
  return missing < 2 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function readAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  return readIpv4(text) ?? readIpv6(text);
}

/** A range of addresses in CIDR form. */
interface AddressRange {
  readonly network: Address;
  readonly bits: number;
}

/** Without a prefix the range is the address. */
function readRange(range: string): AddressRange | undefined {
  const slash = range.indexOf('/');
  const network = readAddress(slash < 0 ? range : range.slice(0, slash));
  if (network === undefined) return undefined;
  const length = slash < 0 ? String(network.length * 8) : range.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > network.length * 8) return undefined;
  return { network, bits: Number(length) };
}

/** An address of the other family is in no range of this one (rule C7). */
function contains({ network, bits }: AddressRange, address: Address): boolean {
  if (address.length !== network.length) return false;
  for (let index = 0; index * 8 < bits; index++) {
    const shift = Math.max(0, 8 - (bits - index * 8));
    if ((network[index] ?? 0) >> shift !== (address[index] ?? 0) >> shift) return false;
  }
  return true;
}

/** Whether an address is in a range; undefined when one of them cannot be read. */
export function isInRange(address: string, range: string): boolean | undefined {
  const [read, bytes] = [readRange(range), readAddress(address)];
  return read === undefined || bytes === undefined ? undefined : contains(read, bytes);
}

const ranges = {
  readValue: readAddress,
  readOperand: readRange,
  holds: (address: Address, range: AddressRange) => contains(range, address),
  steps: 8,
};

export const ipAddressOperators: readonly ConditionOperator[] = [
  {
    name: 'IpAddress',
    negatedName: 'NotIpAddress',
    variables: false,
    prepare: (operands) => comparisonOf(ranges, operands),
  },
];
