/** IPv4 addresses as 32-bit numbers, for the quick evaluator. */

/** A range in CIDR form; a lone address is a range of one. */
export interface Ipv4Range {
  readonly network: number;
  readonly mask: number;
}

/** The address as a signed 32-bit number; NaN for a text that is no dotted IPv4 address. */
export function readIpv4(text: string): number {
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) {
      if (digits > 0 && part === 0) return Number.NaN;
      part = part * 10 + code - 48;
      if (++digits > 3 || part > 255) return Number.NaN;
    } else {
      if (code !== 46 || digits === 0 || ++dots > 3) return Number.NaN;
      address = (address << 8) | part;
      part = 0;
      digits = 0;
    }
  }
  return dots === 3 && digits > 0 ? (address << 8) | part : Number.NaN;
}

/** Undefined for a text that is no IPv4 range. */
export function readIpv4Range(text: string): Ipv4Range | undefined {
  const slash = text.indexOf('/');
  const network = readIpv4(slash < 0 ? text : text.slice(0, slash));
  const length = slash < 0 ? '32' : text.slice(slash + 1);
  if (Number.isNaN(network) || !/^(?:\d|[12]\d|3[0-2])$/.test(length)) return undefined;
  const bits = Number(length);
  const mask = bits === 0 ? 0 : -1 << (32 - bits);
  return { network: network & mask, mask };
}
