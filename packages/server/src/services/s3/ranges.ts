/** Byte ranges of GET and of parts to copy. */
import { ServiceError } from '../../protocol/service-error.ts';
import { invalidArgument, invalidRequest } from './errors.ts';

/** [start, end) of the object's bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One range of RFC 9110 as S3 reads it: undefined (the whole object) for what is absent,
 * malformed, reversed or more than one range. Throws InvalidRange when nothing of it exists.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d{0,19})-(\d{0,19})$/.exec(header.trim());
  const [, first, last] = match ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw invalidRange(header, size);
    return { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw invalidRange(header, size);
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}

/** `x-amz-copy-source-range`: both ends are needed and must exist. */
export function parseCopyRange(header: string, size: number): ByteRange {
  const match = /^bytes=(\d{1,19})-(\d{1,19})$/.exec(header);
  const [, first, last] = match ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and ' +
        'last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (Number(last) >= size) {
    throw invalidRequest('The specified copy range is invalid for the source object size.');
  }
  return { start: Number(first), end: Number(last) + 1 };
}

function invalidRange(header: string, size: number): ServiceError {
  return new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416, [
    ['ActualObjectSize', String(size)],
    ['RangeRequested', header],
  ]);
}
