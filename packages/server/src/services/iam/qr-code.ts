/** A QR code as a PNG image: black on white, one bit a pixel. */
import { crc32, deflateSync } from 'node:zlib';
import qrcode from 'qrcode-generator';

const modulePixels = 4;
/** ISO/IEC 18004 asks for a quiet zone of four modules. */
const quietModules = 4;

/** The image of the text, which is ASCII. https://www.w3.org/TR/png-3/ */
export function qrCodePng(text: string): Uint8Array {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const modules = code.getModuleCount();
  const size = (modules + 2 * quietModules) * modulePixels;
  const isDark = (x: number, y: number): boolean => {
    const [column, row] = [moduleAt(x), moduleAt(y)];
    const inside = column >= 0 && row >= 0 && column < modules && row < modules;
    return inside && code.isDark(row, column);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.writeUInt8(1, 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(scanLines(size, isDark));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND')]);
}

function moduleAt(pixel: number): number {
  return Math.floor(pixel / modulePixels) - quietModules;
}

/** Each line begins with its filter, which is none; a light pixel is a one. */
function scanLines(size: number, isDark: (x: number, y: number) => boolean): Uint8Array {
  const lineBytes = 1 + Math.ceil(size / 8);
  const lines = Buffer.alloc(lineBytes * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (isDark(x, y)) continue;
      const at = y * lineBytes + 1 + (x >> 3);
      lines.writeUInt8(lines.readUInt8(at) | (128 >> (x & 7)), at);
    }
  }
  return lines;
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
