/** Writes typed output as CBOR (RFC 8949): the response codec of rpc-v2-cbor. */
import assert from 'node:assert';
import type { MapShape, ScalarShape, Shape, StructureShape } from '@sekisho/catalog';
import { outputMember } from '../member.ts';

/** Collects bytes. */
export class CborBytes {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** Makes room and returns where it begins; call it before touching `view` or `bytes`. */
  private grow(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return start;
  }

  private byte(value: number): void {
    const at = this.grow(1);
    this.view.setUint8(at, value);
  }

  /** An initial byte with its argument. */
  head(major: number, value: number): void {
    const top = major << 5;
    if (value < 24) {
      this.byte(top | value);
    } else if (value < 0x100) {
      this.byte(top | 24);
      this.byte(value);
    } else if (value < 0x10000) {
      this.byte(top | 25);
      const at = this.grow(2);
      this.view.setUint16(at, value);
    } else if (value < 0x1_0000_0000) {
      this.byte(top | 26);
      const at = this.grow(4);
      this.view.setUint32(at, value);
    } else {
      this.byte(top | 27);
      const at = this.grow(8);
      this.view.setBigUint64(at, BigInt(value));
    }
  }

  simple(value: 0xf4 | 0xf5 | 0xf6): void {
    this.byte(value);
  }

  double(value: number): void {
    this.byte(0xfb);
    const at = this.grow(8);
    this.view.setFloat64(at, value);
  }

  integer(value: number): void {
    assert(Number.isSafeInteger(value), 'an integer');
    if (value < 0) this.head(1, -1 - value);
    else this.head(0, value);
  }

  text(value: string): void {
    this.raw(3, Buffer.from(value, 'utf8'));
  }

  blob(value: Uint8Array): void {
    this.raw(2, value);
  }

  private raw(major: number, value: Uint8Array): void {
    this.head(major, value.length);
    const at = this.grow(value.length);
    this.bytes.set(value, at);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** Writes a structure as a map of the members that are there; `first` are text fields before. */
export function writeCborStructure(
  bytes: CborBytes,
  shape: StructureShape | undefined,
  output: unknown,
  first: readonly (readonly [string, string])[] = [],
): void {
  const present = (shape?.members ?? []).filter((member) => {
    return outputMember(output, member.name) !== undefined;
  });
  bytes.head(5, first.length + present.length);
  for (const [name, value] of first) {
    bytes.text(name);
    bytes.text(value);
  }
  for (const member of present) {
    bytes.text(member.name);
    writeCbor(bytes, member.shape, outputMember(output, member.name));
  }
}

/** Writes a value as the shape. */
export function writeCbor(bytes: CborBytes, shape: Shape, value: unknown): void {
  if (value === null || value === undefined) bytes.simple(0xf6);
  else if (shape.kind === 'structure') writeCborStructure(bytes, shape, value);
  else if (shape.kind === 'list') {
    assert(Array.isArray(value), `${shape.name} is a list`);
    bytes.head(4, value.length);
    for (const element of value) writeCbor(bytes, shape.member.shape, element);
  } else if (shape.kind === 'map') writeMap(bytes, shape, value);
  else writeScalarCbor(bytes, shape, value);
}

function writeMap(bytes: CborBytes, shape: MapShape, map: unknown): void {
  assert(typeof map === 'object' && map !== null, `${shape.name} is a map`);
  const all: [unknown, unknown][] = [...(map instanceof Map ? map : Object.entries(map))];
  const entries = all.filter(([, each]) => {
    return shape.sparse === true || (each !== null && each !== undefined);
  });
  bytes.head(5, entries.length);
  for (const [key, value] of entries) {
    bytes.text(String(key));
    writeCbor(bytes, shape.value.shape, value);
  }
}

function writeScalarCbor(bytes: CborBytes, shape: ScalarShape, value: unknown): void {
  if (typeof value === 'string') bytes.text(value);
  else if (typeof value === 'boolean') bytes.simple(value ? 0xf5 : 0xf4);
  else if (typeof value === 'number') {
    if (shape.kind === 'float' || shape.kind === 'double') bytes.double(value);
    else bytes.integer(value);
  } else if (value instanceof Date) {
    bytes.head(6, 1);
    const seconds = value.getTime() / 1000;
    if (Number.isInteger(seconds)) bytes.integer(seconds);
    else bytes.double(seconds);
  } else {
    assert(value instanceof Uint8Array, `no ${shape.kind}`);
    bytes.blob(value);
  }
}
