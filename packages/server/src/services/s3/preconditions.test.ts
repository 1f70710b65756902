/** Tests of conditional requests: S3's table of combinations. */
import { describe, expect, test } from 'vitest';
import { checkWrite, checkWriteConditions, evaluateRead } from './preconditions.ts';

const object = { etag: 'abc', modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 600) };
const same = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const before = new Date(Date.UTC(2026, 0, 2, 3, 4, 4));

describe('reads', () => {
  test.each([
    [{ IfMatch: '"abc"' }, 'proceed'],
    [{ IfMatch: 'abc' }, 'proceed'],
    [{ IfMatch: '*' }, 'proceed'],
    [{ IfMatch: '"x", "abc"' }, 'proceed'],
    [{ IfMatch: '"x"' }, 'failed'],
    [{ IfUnmodifiedSince: same }, 'proceed'],
    [{ IfUnmodifiedSince: before }, 'failed'],
    [{ IfMatch: '"abc"', IfUnmodifiedSince: before }, 'proceed'],
    [{ IfNoneMatch: '"abc"' }, 'not-modified'],
    [{ IfNoneMatch: '"x"' }, 'proceed'],
    [{ IfModifiedSince: same }, 'not-modified'],
    [{ IfModifiedSince: before }, 'proceed'],
    [{ IfNoneMatch: '"x"', IfModifiedSince: same }, 'proceed'],
    [{ IfNoneMatch: '"abc"', IfModifiedSince: before }, 'not-modified'],
  ])('%j → %s', (conditions, outcome) => {
    expect(evaluateRead(conditions, object).outcome).toBe(outcome);
  });
});

describe('writes', () => {
  const present = object as never;

  test('If-None-Match: * refuses where an object is, and takes a delete marker for none', () => {
    const conditions = { IfNoneMatch: '*' };
    expect(() => checkWrite(conditions, 'k', present)).toThrow('pre-conditions');
    expect(() => checkWrite(conditions, 'k', undefined)).not.toThrow();
    const marker = { deleteMarker: true } as never;
    expect(() => checkWrite(conditions, 'k', marker)).not.toThrow();
  });

  test('If-Match on nothing is 404, on another object 412', () => {
    expect(() => checkWrite({ IfMatch: 'abc' }, 'k', undefined)).toThrow(
      'The specified key does not exist.',
    );
    expect(() => checkWrite({ IfMatch: 'x' }, 'k', present)).toThrow('pre-conditions');
    expect(() => checkWrite({ IfMatch: 'abc' }, 'k', present)).not.toThrow();
  });

  test.each([{ IfNoneMatch: '"abc"' }, { IfMatch: '*' }, { IfMatch: 'abc', IfNoneMatch: '*' }])(
    '%j is not implemented',
    (conditions) => {
      expect(() => checkWriteConditions(conditions)).toThrow('not implemented');
    },
  );
});
