/** IP address condition operators: IPv4 and IPv6 ranges in CIDR form. */
import { textOf } from '../wildcard.ts';
import type { ConditionOperator } from './operator.ts';

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
  return readIpv4(text) ?? readIpv6(text);
}

/**
 * Whether an address is in a range; undefined when one of them cannot be read. An address of the
 * other family is in no range of this one (rule C7). Without a prefix the range is the address.
 */
export function isInRange(address: string, range: string): boolean | undefined {
  const slash = range.indexOf('/');
  const network = readAddress(slash < 0 ? range : range.slice(0, slash));
  const bytes = readAddress(address);
  if (network === undefined || bytes === undefined) return undefined;
  const length = slash < 0 ? String(network.length * 8) : range.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > network.length * 8) return undefined;
  if (bytes.length !== network.length) return false;
  return network.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, Number(length) - index * 8));
    return byte >> (8 - bits) === (bytes[index] ?? 0) >> (8 - bits);
  });
}

export const ipAddressOperators: readonly ConditionOperator[] = [
  {
    name: 'IpAddress',
    negatedName: 'NotIpAddress',
    variables: false,
    compare: (operand, requestValue) => isInRange(requestValue, textOf(operand)),
  },
];
