/** CRC-64/NVME (reflected 0x9A6C9329AC4BC9B5) in two 32-bit halves, eight bytes a step. */

const polynomialHigh = 0x9a6c9329;
const polynomialLow = 0xac4bc9b5;

/** Eight tables of 256 entries behind one another, high and low halves apart. */
const high = new Int32Array(8 * 256);
const low = new Int32Array(8 * 256);
buildTables();

function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] as number;
}

function buildTables(): void {
  for (let byte = 0; byte < 256; byte += 1) {
    let upper = 0;
    let lower = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = lower & 1;
      lower = (lower >>> 1) | (upper << 31);
      upper >>>= 1;
      if (isOdd) {
        lower ^= polynomialLow;
        upper ^= polynomialHigh;
      }
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  for (let index = 256; index < high.length; index += 1) {
    const upper = at(high, index - 256);
    const lower = at(low, index - 256);
    const next = lower & 255;
    low[index] = ((lower >>> 8) | (upper << 24)) ^ at(low, next);
    high[index] = (upper >>> 8) ^ at(high, next);
  }
}

/** A running CRC-64/NVME. */
export class Crc64Nvme {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    let upper = this.#high;
    let lower = this.#low;
    let index = 0;
    const { length } = bytes;
    for (; index + 8 <= length; index += 8) {
      lower ^= word(bytes, index);
      upper ^= word(bytes, index + 4);
      const a = 1792 + (lower & 255);
      const b = 1536 + ((lower >>> 8) & 255);
      const c = 1280 + ((lower >>> 16) & 255);
      const d = 1024 + (lower >>> 24);
      const e = 768 + (upper & 255);
      const f = 512 + ((upper >>> 8) & 255);
      const g = 256 + ((upper >>> 16) & 255);
      const h = upper >>> 24;
      lower = sum(low, a, b, c, d) ^ sum(low, e, f, g, h);
      upper = sum(high, a, b, c, d) ^ sum(high, e, f, g, h);
    }
    for (; index < length; index += 1) {
      const entry = (lower ^ at(bytes, index)) & 255;
      lower = ((lower >>> 8) | (upper << 24)) ^ at(low, entry);
      upper = (upper >>> 8) ^ at(high, entry);
    }
    this.#high = upper;
    this.#low = lower;
  }

  digest(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.#high);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes.toString('base64');
  }
}

function word(bytes: Uint8Array, index: number): number {
  return (
    at(bytes, index) |
    (at(bytes, index + 1) << 8) |
    (at(bytes, index + 2) << 16) |
    (at(bytes, index + 3) << 24)
  );
}

function sum(table: Int32Array, a: number, b: number, c: number, d: number): number {
  return at(table, a) ^ at(table, b) ^ at(table, c) ^ at(table, d);
}
