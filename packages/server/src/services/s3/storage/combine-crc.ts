/** The CRC of a whole from the CRCs of its parts: what FULL_OBJECT checksums of uploads are. */

/** The CRCs that can be combined; digests cannot. */
export type CombinableCrc = 'CRC32' | 'CRC32C' | 'CRC64NVME';

const polynomials: Readonly<Record<CombinableCrc, readonly [bits: number, polynomial: bigint]>> = {
  CRC32: [32, 0xedb88320n],
  CRC32C: [32, 0x82f63b78n],
  CRC64NVME: [64, 0x9a6c9329ac4bc9b5n],
};

/** A part's CRC in base64 and its length in bytes. */
export interface PartCrc {
  readonly value: string;
  readonly size: number;
}

/** The CRC of the parts one after the other, in base64. */
export function combineCrcs(algorithm: CombinableCrc, parts: readonly PartCrc[]): string {
  const [bits] = polynomials[algorithm];
  let whole = 0n;
  for (const { value, size } of parts) {
    const part = BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);
    whole = appendZeros(algorithm, whole, size) ^ part;
  }
  return Buffer.from(whole.toString(16).padStart(bits / 4, '0'), 'hex').toString('base64');
}

/** Moves a CRC past `bytes` zero bytes: a matrix over GF(2), squared for each doubling. */
function appendZeros(algorithm: CombinableCrc, crc: bigint, bytes: number): bigint {
  const [bits, polynomial] = polynomials[algorithm];
  let operator: bigint[] = [polynomial];
  for (let bit = 1; bit < bits; bit += 1) operator.push(1n << BigInt(bit - 1));
  // One zero bit, squared three times, is one zero byte.
  for (let power = 0; power < 3; power += 1) operator = square(operator);
  let value = crc;
  for (let length = bytes; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) value = times(operator, value);
    operator = square(operator);
  }
  return value;
}

function times(matrix: readonly bigint[], vector: bigint): bigint {
  let sum = 0n;
  let rest = vector;
  for (let row = 0; rest !== 0n; row += 1, rest >>= 1n) if (rest & 1n) sum ^= matrix[row] ?? 0n;
  return sum;
}

function square(matrix: readonly bigint[]): bigint[] {
  return matrix.map((row) => times(matrix, row));
}
