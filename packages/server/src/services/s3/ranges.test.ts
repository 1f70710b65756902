/** Tests of byte ranges against S3's recorded answers and against a model. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCopyRange, parseRange } from './ranges.ts';

describe('parseRange', () => {
  test.each([
    ['bytes=0-8', [0, 9]],
    ['bytes=1-1', [1, 2]],
    ['bytes=0-100', [0, 10]],
    ['bytes=-4', [6, 10]],
    ['bytes=-15', [0, 10]],
    ['bytes=3-', [3, 10]],
    ['bytes=-1-', undefined],
    ['bytes=0--1', undefined],
    ['bytes=-', undefined],
    ['bytes=1-0', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-1', undefined],
    ['', undefined],
  ])('%s of ten bytes', (header, expected) => {
    const range = parseRange(header, 10);
    expect(range && [range.start, range.end]).toEqual(expected);
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=99999999999999999-'])(
    '%s of ten bytes cannot be satisfied',
    (header) => {
      expect(() => parseRange(header, 10)).toThrow('The requested range is not satisfiable');
    },
  );

  test('gives what slicing the bytes gives', () => {
    const number = fc.nat({ max: 30 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), number, number, (bytes, a, b) => {
        fc.pre(a <= b && a < bytes.length);
        const range = parseRange(`bytes=${a}-${b}`, bytes.length);
        expect(bytes.slice(range?.start, range?.end)).toEqual(bytes.slice(a, b + 1));
      }),
    );
  });
});

test('a range to copy must lie within the source', () => {
  expect(parseCopyRange('bytes=0-9', 10)).toEqual({ start: 0, end: 10 });
  expect(() => parseCopyRange('bytes=0-10', 10)).toThrow('invalid for the source object size');
  expect(() => parseCopyRange('bytes=0-', 10)).toThrow('of the form bytes=first-last');
});
