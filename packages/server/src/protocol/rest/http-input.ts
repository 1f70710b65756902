/** Reads REST input from labels, query, headers and body: the request half of the REST binding. */
import type {
  ListShape,
  Member,
  OperationModel,
  ScalarKind,
  ScalarShape,
  StructureShape,
} from '@sekisho/catalog';
import { decodeBase64 } from '../base64.ts';
import { isScalar } from '../member.ts';
import type { Structure, WireInput } from '../protocol.ts';
import { readScalar, UnreadableScalar } from '../scalar.ts';
import type { ServiceError } from '../service-error.ts';
import { parseHttpDate } from '../timestamp.ts';
import { splitHeader } from './header-list.ts';
import { inputBindings } from './http-bindings.ts';

/** What a codec does for the REST binding. */
export interface RestReader {
  /** Reads the document of the members without a place of their own. */
  readonly readBody: (
    shape: StructureShape,
    body: Uint8Array,
    isBound: (member: Member) => boolean,
  ) => Structure;
  /** Reads the body as one member. */
  readonly readPayload: (member: Member, body: Uint8Array) => unknown;
  /** The error for a label, query parameter or header that cannot be read. */
  readonly unreadable: (place: string, text: string, kind?: ScalarKind) => ServiceError;
}

/** Reads all members that are there. */
export function readHttpInput(
  operation: OperationModel,
  wire: WireInput,
  reader: RestReader,
): Structure {
  const bindings = inputBindings(operation.input);
  const { payload, body } = bindings;
  const bytes = wire.body;
  const hasBody = bytes !== undefined && bytes.length > 0;
  const input: Structure =
    hasBody && payload === undefined && body.size > 0
      ? reader.readBody(operation.input, bytes, (member) => body.has(member))
      : Object.create(null);
  if (payload !== undefined && bytes !== undefined && !isStream(payload)) {
    put(input, payload, readPayload(payload, bytes, reader));
  }
  readLabels(input, bindings.labels, wire, reader);
  readQuery(input, operation.input, wire, reader);
  for (const [name, member] of bindings.headers) {
    const value = headerValue(wire, name);
    if (value !== undefined) put(input, member, readHeader(member, name, value, reader));
  }
  for (const [prefix, member] of bindings.prefixHeaders) {
    put(input, member, readPrefixHeaders(prefix, wire));
  }
  return input;
}

function put(input: Structure, member: Member, value: unknown): void {
  if (value !== undefined) input[member.name] = value;
}

function isStream(member: Member): boolean {
  return member.shape.kind === 'blob' && member.shape.streaming === true;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readPayload(member: Member, body: Uint8Array, reader: RestReader): unknown {
  if (body.length === 0) return undefined;
  if (member.shape.kind === 'blob') return body;
  if (member.shape.kind !== 'string') return reader.readPayload(member, body);
  return decodeText(body) ?? refuse(reader, member.name);
}

/** undefined when the bytes are not UTF-8. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function refuse(reader: RestReader, place: string, text = ''): never {
  throw reader.unreadable(place, text);
}

function readLabels(
  input: Structure,
  labels: readonly Member[],
  wire: WireInput,
  reader: RestReader,
): void {
  for (const member of labels) {
    const text = wire.labels?.get(member.name);
    if (text !== undefined) put(input, member, scalarOf(member, text, 'date-time', reader));
  }
}

function scalarOf(
  member: Member,
  text: string,
  format: 'date-time' | 'http-date',
  reader: RestReader,
  place = member.name,
): unknown {
  if (!isScalar(member)) throw reader.unreadable(place, text);
  return guarded(member.shape, member, text, format, reader, place);
}

function guarded(
  shape: ScalarShape,
  member: Member,
  text: string,
  format: 'date-time' | 'http-date',
  reader: RestReader,
  place: string,
): unknown {
  try {
    return readScalar(shape, member.traits, text, format);
  } catch (error) {
    if (error instanceof UnreadableScalar) throw reader.unreadable(place, text, shape.kind);
    throw error;
  }
}

/** A scalar twice is refused: whoever looks at the query by itself might take the other one. */
function readQuery(
  input: Structure,
  shape: StructureShape,
  wire: WireInput,
  reader: RestReader,
): void {
  if (wire.query.length === 0) return;
  const { query, queryParams } = inputBindings(shape);
  for (const [name, member] of query) {
    const values = wire.query.filter((parameter) => parameter.name === name);
    const first = values[0];
    if (first === undefined) continue;
    const bound = member.shape;
    if (bound.kind === 'list') {
      const elements = values.map(({ value }) =>
        scalarOf(bound.member, value, 'date-time', reader, name),
      );
      put(input, member, elements);
      continue;
    }
    if (values.length > 1) throw reader.unreadable(name, first.value);
    put(input, member, scalarOf(member, first.value, 'date-time', reader, name));
  }
  if (queryParams !== undefined) put(input, queryParams, allQueryParams(queryParams, wire));
}

/** Smithy's rule for servers: the map gets every parameter, the bound ones too. */
function allQueryParams(member: Member, wire: WireInput): Record<string, unknown> {
  const map: Record<string, unknown> = Object.create(null);
  const isLists = member.shape.kind === 'map' && member.shape.value.shape.kind === 'list';
  for (const { name, value } of wire.query) {
    const sofar = map[name];
    if (!isLists) map[name] ??= value;
    else if (Array.isArray(sofar)) sofar.push(value);
    else map[name] = [value];
  }
  return map;
}

/** Repeated header fields are one list (RFC 9110 §5.3). */
function headerValue(wire: WireInput, name: string): string | undefined {
  const first = wire.header(name);
  if (first === undefined) return undefined;
  const values = wire.headers.filter(([field]) => field === name);
  return values.length > 1 ? values.map(([, value]) => value).join(',') : first;
}

function readHeader(member: Member, name: string, text: string, reader: RestReader): unknown {
  const shape = member.shape;
  if (shape.kind === 'list') return readHeaderList(shape, name, text, reader);
  const mediaType = member.traits.mediaType ?? (isScalar(member) ? member.shape.mediaType : '');
  if (shape.kind === 'string' && mediaType === 'application/json') {
    const bytes = decodeBase64(text);
    const json = bytes === undefined ? undefined : decodeText(bytes);
    return json ?? refuse(reader, name, text);
  }
  // RFC 9110 §13.1.3: a conditional date that cannot be read is ignored, not refused.
  const isStandardDate = isHttpDate(member) && !name.startsWith('x-amz-');
  if (isStandardDate && parseHttpDate(text) === undefined) return undefined;
  return scalarOf(member, text, 'http-date', reader, name);
}

function readHeaderList(
  shape: ListShape,
  name: string,
  text: string,
  reader: RestReader,
): unknown[] {
  const parts = splitHeader(text, isHttpDate(shape.member));
  if (parts === undefined) throw reader.unreadable(name, text);
  return parts.map((part) => scalarOf(shape.member, part, 'http-date', reader, name));
}

function isHttpDate(member: Member): boolean {
  if (member.shape.kind !== 'timestamp') return false;
  return (
    (member.traits.timestampFormat ?? member.shape.timestampFormat ?? 'http-date') === 'http-date'
  );
}

function readPrefixHeaders(prefix: string, wire: WireInput): Record<string, string> | undefined {
  let map: Record<string, string> | undefined;
  for (const [name, value] of wire.headers) {
    if (!name.startsWith(prefix)) continue;
    map ??= Object.create(null) as Record<string, string>;
    const rest = name.slice(prefix.length);
    map[rest] = rest in map ? `${map[rest]},${value}` : value;
  }
  return map;
}
