/** IPv4 addresses and CIDR blocks as numbers. */

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const addressPattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);
const prefixPattern = /^(3[0-2]|[12]?\d)$/;

/** A block; `address` is its first address. */
export interface Cidr {
  readonly address: number;
  readonly prefix: number;
}

/** The address as an unsigned 32-bit number; undefined when it is not dotted decimal. */
export function parseIpv4(text: string): number | undefined {
  const match = addressPattern.exec(text);
  if (match === null) return undefined;
  return match.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function printIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** undefined when it is no block, or when bits are set beyond the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIpv4(text.slice(0, slash));
  const prefixText = text.slice(slash + 1);
  if (address === undefined || !prefixPattern.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (address % sizeOf({ address, prefix }) !== 0) return undefined;
  return { address, prefix };
}

/** How many addresses the block has. */
export function sizeOf(block: Cidr): number {
  return 2 ** (32 - block.prefix);
}

export function contains(block: Cidr, address: number): boolean {
  return address >= block.address && address < block.address + sizeOf(block);
}

/** Whether every address of `inner` is in `outer`. */
export function containsBlock(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && contains(outer, inner.address);
}

export function overlap(one: Cidr, other: Cidr): boolean {
  return containsBlock(one, other) || containsBlock(other, one);
}
