/** Timestamps: the three formats, both ways, and moments that do not exist. */
import { describe, expect, test } from 'vitest';
import { formatTimestamp, MillisecondDate, parseTimestamp } from './timestamp.ts';

describe('reading', () => {
  test.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02T03:04:05.6789Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05-01:30', '2026-01-02T04:34:05.000Z'],
    ['2024-02-29T00:00:00+0900', '2024-02-28T15:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s as date-time', (text, moment) => {
    expect(parseTimestamp(text, 'date-time')?.toISOString()).toBe(moment);
  });

  test.each([
    '2026-01-02',
    '2026-01-02 03:04:05Z',
    '2026-13-02T03:04:05Z',
    '2026-02-29T00:00:00Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:60:05Z',
    '2026-01-02T03:04:05',
    '2026-01-02T03:04:05+25:00',
    '+012026-01-02T03:04:05Z',
    '1767323045',
    '',
  ])('"%s" is no date-time', (text) => {
    expect(parseTimestamp(text, 'date-time')).toBe(undefined);
  });

  test('http-date and epoch-seconds', () => {
    const moment = new Date('1994-11-06T08:49:37Z');
    expect(parseTimestamp('Sun, 06 Nov 1994 08:49:37 GMT', 'http-date')).toEqual(moment);
    expect(parseTimestamp('Sun, 31 Feb 1994 08:49:37 GMT', 'http-date')).toBe(undefined);
    expect(parseTimestamp('Sun, 06 Nox 1994 08:49:37 GMT', 'http-date')).toBe(undefined);
    expect(parseTimestamp('784111777.5', 'epoch-seconds')).toEqual(new Date(784111777500));
    expect(parseTimestamp('1e400', 'epoch-seconds')).toBe(undefined);
    expect(parseTimestamp('0x1', 'epoch-seconds')).toBe(undefined);
  });
});

describe('writing', () => {
  const moment = new Date('2026-01-02T03:04:05.678Z');

  test('date-time in three precisions', () => {
    expect(formatTimestamp(moment, 'date-time', 'seconds')).toBe('2026-01-02T03:04:05Z');
    expect(formatTimestamp(moment, 'date-time')).toBe('2026-01-02T03:04:05.678Z');
    expect(formatTimestamp(new Date(0), 'date-time')).toBe('1970-01-01T00:00:00Z');
    expect(formatTimestamp(new Date(0), 'date-time', 'milliseconds')).toBe(
      '1970-01-01T00:00:00.000Z',
    );
    expect(formatTimestamp(new MillisecondDate(0), 'date-time', 'seconds')).toBe(
      '1970-01-01T00:00:00.000Z',
    );
  });

  test('http-date and epoch-seconds', () => {
    expect(formatTimestamp(moment, 'http-date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
    expect(formatTimestamp(moment, 'epoch-seconds')).toBe('1767323045.678');
  });
});
