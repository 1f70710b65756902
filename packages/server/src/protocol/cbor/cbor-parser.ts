/** A strict CBOR parser (RFC 8949): text keys only, no duplicates, bounded depth and lengths. */
import { depthMax, Tagged, type Tree, Unreadable } from '../tree/tree.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses one item and nothing after it. Throws Unreadable only. */
export function parseCbor(bytes: Uint8Array): Tree {
  const parser = new Parser(bytes);
  return parser.document();
}

/** The `break` that ends items of indefinite length. */
const breakCode = 0xff;

class Parser {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  document(): Tree {
    const tree = this.item();
    if (this.at !== this.bytes.length) throw new Unreadable('Data after the CBOR item.');
    return tree;
  }

  private next(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw new Unreadable('The CBOR item is cut off.');
    this.at += count;
    return start;
  }

  private item(): Tree {
    if (++this.depth > depthMax) throw new Unreadable('The document is nested too deeply.');
    const initial = this.view.getUint8(this.next(1));
    const tree = this.itemOf(initial >> 5, initial & 31);
    this.depth--;
    return tree;
  }

  private itemOf(major: number, info: number): Tree {
    switch (major) {
      case 0:
        return this.argument(info);
      case 1:
        return -1 - this.argument(info);
      case 2:
        return this.byteString(info, major);
      case 3:
        return this.text(info);
      case 4:
        return this.list(info);
      case 5:
        return this.map(info);
      case 6:
        return new Tagged(this.argument(info), this.item());
      default:
        return this.simple(info);
    }
  }

  /** A number beyond 2^53 would not be the one that was sent: refused. */
  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.view.getUint8(this.next(1));
    if (info === 25) return this.view.getUint16(this.next(2));
    if (info === 26) return this.view.getUint32(this.next(4));
    if (info !== 27) throw new Unreadable('A reserved CBOR length.');
    const value = this.view.getBigUint64(this.next(8));
    if (value >= 1n << 53n) throw new Unreadable('A number is too large.');
    return Number(value);
  }

  private byteString(info: number, major: number): Uint8Array {
    if (info !== 31) {
      const length = this.argument(info);
      const start = this.next(length);
      return this.bytes.subarray(start, start + length);
    }
    const chunks: Uint8Array[] = [];
    while (!this.atBreak()) {
      const initial = this.view.getUint8(this.next(1));
      if (initial >> 5 !== major || (initial & 31) === 31) throw new Unreadable('A bad chunk.');
      chunks.push(this.byteString(initial & 31, major));
    }
    return new Uint8Array(Buffer.concat(chunks));
  }

  private text(info: number): string {
    try {
      return decoder.decode(this.byteString(info, 3));
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      throw new Unreadable('A text is not UTF-8.');
    }
  }

  private atBreak(): boolean {
    if (this.bytes[this.at] !== breakCode) return false;
    this.at++;
    return true;
  }

  private list(info: number): Tree {
    const list: Tree[] = [];
    if (info === 31) {
      while (!this.atBreak()) list.push(this.item());
      return list;
    }
    const length = this.argument(info);
    for (let index = 0; index < length; index++) list.push(this.item());
    return list;
  }

  private map(info: number): Tree {
    const map = new Map<string, Tree>();
    const length = info === 31 ? undefined : this.argument(info);
    for (let index = 0; length === undefined ? !this.atBreak() : index < length; index++) {
      const key = this.item();
      if (typeof key !== 'string') throw new Unreadable('A key is not a text.');
      if (map.has(key)) throw new Unreadable('A key stands twice.');
      map.set(key, this.item());
    }
    return map;
  }

  private simple(info: number): Tree {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return half(this.view.getUint16(this.next(2)));
      case 26:
        return this.view.getFloat32(this.next(4));
      case 27:
        return this.view.getFloat64(this.next(8));
      default:
        throw new Unreadable('An unknown simple value.');
    }
  }
}

/** A half-precision float (RFC 8949 appendix D). */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 === 0 ? 1 : -1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
