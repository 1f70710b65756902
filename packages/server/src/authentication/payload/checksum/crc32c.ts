/** CRC-32C (Castagnoli, reflected 0x82F63B78), eight bytes a step. */

const polynomial = 0x82f63b78;

/** Eight tables of 256 entries behind one another ("slicing by eight"). */
const tables = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    built[byte] = crc;
  }
  for (let index = 256; index < built.length; index += 1) {
    const before = at(built, index - 256);
    built[index] = (before >>> 8) ^ at(built, before & 255);
  }
  return built;
}

function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] as number;
}

/** The CRC of more bytes after those that gave `crc` (0 at the start). */
export function updateCrc32c(bytes: Uint8Array, crc: number): number {
  let state = ~crc;
  let index = 0;
  const { length } = bytes;
  for (; index + 8 <= length; index += 8) {
    state ^=
      at(bytes, index) |
      (at(bytes, index + 1) << 8) |
      (at(bytes, index + 2) << 16) |
      (at(bytes, index + 3) << 24);
    state =
      at(tables, 1792 + (state & 255)) ^
      at(tables, 1536 + ((state >>> 8) & 255)) ^
      at(tables, 1280 + ((state >>> 16) & 255)) ^
      at(tables, 1024 + (state >>> 24)) ^
      at(tables, 768 + at(bytes, index + 4)) ^
      at(tables, 512 + at(bytes, index + 5)) ^
      at(tables, 256 + at(bytes, index + 6)) ^
      at(tables, at(bytes, index + 7));
  }
  for (; index < length; index += 1) {
    state = (state >>> 8) ^ at(tables, (state ^ at(bytes, index)) & 255);
  }
  return ~state >>> 0;
}
