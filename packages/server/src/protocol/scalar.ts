/** Scalars as text: how forms, XML, headers, labels and query strings read and write them. */
import assert from 'node:assert';
import type { ScalarShape, TimestampFormat, Traits } from '@sekisho/catalog';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { formatTimestamp, type Precision, parseTimestamp } from './timestamp.ts';

/** Why a scalar cannot be read. */
export type ScalarFault =
  | 'boolean'
  | 'integer'
  | 'integer-empty'
  | 'long'
  | 'float'
  | 'double'
  | 'timestamp'
  | 'blob'
  | 'document';

/** Thrown by `readScalar`; each protocol turns it into its own error. Never leaves this room. */
export class UnreadableScalar extends Error {
  readonly fault: ScalarFault;
  readonly text: string;
  constructor(fault: ScalarFault, text: string) {
    super(fault);
    this.fault = fault;
    this.text = text;
  }
}

/** No number, boolean or moment is longer. */
const scalarCharactersMax = 400;

const integer = /^[+-]?\d+$/;
const float = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/;

/** Reads one scalar; `format` is the timestamp format where neither member nor shape names one. */
export function readScalar(
  shape: ScalarShape,
  traits: Traits,
  text: string,
  format: TimestampFormat,
): unknown {
  if (shape.kind === 'string') return text;
  if (shape.kind !== 'blob' && text.length > scalarCharactersMax) {
    throw new UnreadableScalar(shape.kind, '');
  }
  switch (shape.kind) {
    case 'boolean':
      return readBoolean(text);
    case 'integer':
      return readInteger(text);
    case 'long':
      return readLong(text);
    case 'float':
    case 'double':
      if (!float.test(text)) throw new UnreadableScalar('float', text);
      return Number(text);
    case 'timestamp':
      return readTimestamp(shape, traits, text, format);
    case 'blob':
      return readBlob(text);
    default:
      throw new UnreadableScalar('document', text);
  }
}

function readBoolean(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new UnreadableScalar('boolean', text);
}

function readInteger(text: string): number {
  if (text === '') throw new UnreadableScalar('integer-empty', text);
  if (!integer.test(text)) throw new UnreadableScalar('integer', text);
  const value = Number(text);
  if (value > 2_147_483_647 || value < -2_147_483_648) throw new UnreadableScalar('integer', text);
  return value;
}

/** Beyond 2^53 a number would no longer be the one that was sent: refused, not rounded. */
function readLong(text: string): number {
  if (text === '') throw new UnreadableScalar('integer-empty', text);
  const value = integer.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new UnreadableScalar('long', text);
  return value;
}

function readTimestamp(
  shape: ScalarShape,
  traits: Traits,
  text: string,
  format: TimestampFormat,
): Date {
  const date = parseTimestamp(text, traits.timestampFormat ?? shape.timestampFormat ?? format);
  if (date === undefined) throw new UnreadableScalar('timestamp', text);
  return date;
}

function readBlob(text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new UnreadableScalar('blob', text);
  return bytes;
}

/** Writes one scalar as text; the inverse of `readScalar`. */
export function writeScalar(
  shape: ScalarShape,
  traits: Traits,
  value: unknown,
  format: TimestampFormat,
  precision: Precision,
): string {
  if (typeof value === 'string') {
    return shape.kind === 'blob' ? encodeBase64(new TextEncoder().encode(value)) : value;
  }
  if (value instanceof Date) {
    const chosen = traits.timestampFormat ?? shape.timestampFormat ?? format;
    return formatTimestamp(value, chosen, precision);
  }
  if (value instanceof Uint8Array) return encodeBase64(value);
  const kind = typeof value;
  assert(kind === 'number' || kind === 'boolean' || kind === 'bigint', `no ${shape.kind}`);
  return String(value);
}
