/** Writes REST output to status, headers and body: the response half of the REST binding. */
import assert from 'node:assert';
import type { Member, OperationModel, StructureShape } from '@sekisho/catalog';
import { encodeBase64 } from '../base64.ts';
import type { HttpResponse } from '../http.ts';
import { isScalar, outputMember } from '../member.ts';
import { writeScalar } from '../scalar.ts';
import { joinHeader } from './header-list.ts';
import { type HttpBindings, outputBindings } from './http-bindings.ts';

/** What a codec does for the REST binding. */
export interface RestWriter {
  readonly contentType: string;
  /** Writes the document of the members without a place of their own; undefined = no body. */
  readonly writeBody: (
    operation: OperationModel,
    output: unknown,
    isBound: (member: Member) => boolean,
  ) => string | undefined;
  /** Writes one member as the whole body. */
  readonly writePayload: (member: Member, value: unknown) => string;
}

/** Writes the response; `headers` stand first. */
export function writeHttpOutput(
  operation: OperationModel,
  output: object,
  headers: readonly (readonly [string, string])[],
  writer: RestWriter,
): HttpResponse {
  const bindings = outputBindings(operation.output);
  const fields = [...headers, ...writeHeaders(operation.output, output)];
  const code =
    bindings.responseCode === undefined
      ? undefined
      : outputMember(output, bindings.responseCode.name);
  const status = typeof code === 'number' ? code : (operation.http?.code ?? 200);
  const { body, contentType } = writeContent(operation, output, bindings, writer);
  const hasType = fields.some(([name]) => name === 'content-type');
  if (contentType !== undefined && !hasType) fields.push(['content-type', contentType]);
  return { status, headers: fields, body };
}

interface Content {
  readonly body: HttpResponse['body'];
  readonly contentType?: string;
}

function writeContent(
  operation: OperationModel,
  output: object,
  bindings: HttpBindings,
  writer: RestWriter,
): Content {
  const { payload, body } = bindings;
  if (payload !== undefined) return writePayload(payload, output, writer);
  if (body.size === 0) return { body: '' };
  const text = writer.writeBody(operation, output, (member) => body.has(member));
  return text === undefined ? { body: '' } : { body: text, contentType: writer.contentType };
}

function writePayload(payload: Member, output: object, writer: RestWriter): Content {
  const value = outputMember(output, payload.name);
  if (value === undefined) return { body: '' };
  const shape = payload.shape;
  if (shape.kind === 'blob') {
    assert(isBody(value), 'a blob payload is bytes, text or a stream');
    return { body: value, contentType: shape.mediaType ?? 'application/octet-stream' };
  }
  if (shape.kind === 'string') {
    return { body: String(value), contentType: shape.mediaType ?? 'text/plain' };
  }
  return { body: writer.writePayload(payload, value), contentType: writer.contentType };
}

function isBody(value: unknown): value is HttpResponse['body'] {
  if (typeof value === 'string' || value instanceof Uint8Array) return true;
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The header fields of an output or of a modelled error. */
export function writeHeaders(shape: StructureShape, output: unknown): [string, string][] {
  const fields: [string, string][] = [];
  const { headers, prefixHeaders } = outputBindings(shape);
  for (const [name, member] of headers) {
    const value = outputMember(output, member.name);
    const text = value === undefined ? undefined : headerText(member, value);
    if (text !== undefined) fields.push([name, fieldValue(text)]);
  }
  for (const [prefix, member] of prefixHeaders) {
    const map = outputMember(output, member.name);
    if (typeof map !== 'object' || map === null) continue;
    const entries: Iterable<[unknown, unknown]> = map instanceof Map ? map : Object.entries(map);
    for (const [key, value] of entries)
      fields.push([prefix + String(key), fieldValue(String(value))]);
  }
  return fields;
}

const plainField = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a field cannot carry is an RFC 2047 encoded word, as S3 writes it: no line end gets out. */
function fieldValue(text: string): string {
  if (plainField.test(text)) return text;
  return `=?UTF-8?B?${encodeBase64(new TextEncoder().encode(text))}?=`;
}

function headerText(member: Member, value: unknown): string | undefined {
  const shape = member.shape;
  if (shape.kind === 'list') {
    assert(Array.isArray(value), `${member.name} is a list`);
    const present = value.filter((element) => element !== null && element !== undefined);
    if (present.length === 0) return undefined;
    const parts = present.map((element) => scalarText(shape.member, element));
    return joinHeader(parts, shape.member.shape.kind === 'timestamp');
  }
  const mediaType = member.traits.mediaType ?? (isScalar(member) ? member.shape.mediaType : '');
  if (shape.kind === 'string' && mediaType === 'application/json') {
    return encodeBase64(new TextEncoder().encode(String(value)));
  }
  return scalarText(member, value);
}

function scalarText(member: Member, value: unknown): string {
  assert(isScalar(member), 'a header is a scalar or a list of scalars');
  return writeScalar(member.shape, member.traits, value, 'http-date', 'shortest');
}
