/** CBOR: the examples of RFC 8949 appendix A that AWS's protocol uses, and malformed items. */
import { describe, expect, test } from 'vitest';
import { list, member, scalar, structure } from '../testing.contract.ts';
import { Tagged, Unreadable } from '../tree/tree.ts';
import { parseCbor } from './cbor-parser.ts';
import { CborBytes, writeCborStructure } from './cbor-writer.ts';

function parse(hex: string) {
  return parseCbor(new Uint8Array(Buffer.from(hex, 'hex')));
}

describe('the parser reads', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f93c00', 1],
    ['f93e00', 1.5],
    ['f97bff', 65504],
    ['f90001', 2 ** -24],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['fa47c35000', 100000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['6161', 'a'],
    ['62c3bc', 'ü'],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['80', []],
    ['83010203', [1, 2, 3]],
    ['9f0102ff', [1, 2]],
    ['a0', new Map()],
    ['a16161 01'.replace(' ', ''), new Map([['a', 1]])],
    ['bf616101ff', new Map([['a', 1]])],
    ['4401020304', new Uint8Array([1, 2, 3, 4])],
    ['5f42010243030405ff', new Uint8Array([1, 2, 3, 4, 5])],
    ['c11a514b67b0', new Tagged(1, 1363896240)],
  ])('%s', (hex, value) => {
    expect(parse(hex)).toEqual(value);
  });
});

describe('the parser refuses', () => {
  test.each([
    ['', 'nothing'],
    ['0000', 'data after the item'],
    ['18', 'a number that is cut off'],
    ['1bffffffffffffffff', 'a number beyond 2^53'],
    ['62c3', 'a text that is cut off'],
    ['61ff', 'a text that is not UTF-8'],
    ['5bffffffffffffff', 'a length that is cut off'],
    ['5b0000000000ffffff', 'a length beyond the body'],
    ['9b0000000000ffffff', 'a list longer than the body'],
    ['9f01', 'a list without end'],
    ['a1', 'a map that is cut off'],
    ['a10101', 'a key that is no text'],
    ['a2616101616102', 'a key twice'],
    ['ff', 'an end without beginning'],
    ['1c', 'a reserved length'],
    ['f0', 'an unknown simple value'],
    ['7f01ff', 'a chunk of another kind'],
    ['81'.repeat(200), 'too many levels'],
  ])('%s (%s)', (hex) => {
    expect(() => parse(hex)).toThrow(Unreadable);
  });
});

describe('the writer', () => {
  const shape = structure('S', [
    member('Number', scalar('long')),
    member('Rate', scalar('double')),
    member('Flag', scalar('boolean')),
    member('At', scalar('timestamp')),
    member('Bytes', scalar('blob')),
    member('Numbers', list(scalar('integer'))),
  ]);

  test('writes what the parser reads', () => {
    const bytes = new CborBytes();
    const numbers = [0, 23, 24, 255, 256, 65535, 65536, 2 ** 31 - 1, -1, -24, -25, -65537];
    writeCborStructure(bytes, shape, {
      Number: 2 ** 53 - 1,
      Rate: -0.5,
      Flag: false,
      At: new Date(1500),
      Bytes: new Uint8Array(70_000),
      Numbers: numbers,
    });
    expect(parseCbor(bytes.finish())).toEqual(
      new Map<string, unknown>([
        ['Number', 2 ** 53 - 1],
        ['Rate', -0.5],
        ['Flag', false],
        ['At', new Tagged(1, 1.5)],
        ['Bytes', new Uint8Array(70_000)],
        ['Numbers', numbers],
      ]),
    );
  });
});
