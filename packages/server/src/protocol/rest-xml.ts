/** The protocol rest-xml (S3): HTTP bindings with XML documents. */
import { createHash } from 'node:crypto';
import type { Member, OperationModel, Traits } from '@sekisho/catalog';
import type { HttpResponse } from './http.ts';
import { outputMember } from './member.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { wireRequestId } from './request-id.ts';
import { type RestReader, readHttpInput } from './rest/http-input.ts';
import { type RestWriter, writeHeaders, writeHttpOutput } from './rest/http-output.ts';
import { UnreadableScalar } from './scalar.ts';
import { ServiceError } from './service-error.ts';
import { MalformedXml, parseXml, type XmlElement } from './xml/xml-parser.ts';
import { readXmlStructure, readXmlValue } from './xml/xml-reader.ts';
import { compactLayout, escapeXml, XmlText } from './xml/xml-text.ts';
import {
  attributesOf,
  writeXmlErrorMembers,
  writeXmlMember,
  writeXmlStructure,
  writeXmlValue,
  type XmlDialect,
  xmlnsOf,
} from './xml/xml-writer.ts';

const dialect: XmlDialect = {
  memberName: (member) => member.traits.xmlName ?? member.name,
  precision: 'milliseconds',
};

function malformed(): ServiceError {
  const message =
    'The XML you provided was not well-formed or did not validate against our published schema';
  return new ServiceError('MalformedXML', message, 400);
}

function reading<Value>(body: Uint8Array, read: (root: XmlElement) => Value): Value {
  try {
    return read(parseXml(body));
  } catch (error) {
    if (error instanceof MalformedXml || error instanceof UnreadableScalar) throw malformed();
    throw error;
  }
}

const reader: RestReader = {
  readBody: (shape, body, isBound) =>
    reading(body, (root) => readXmlStructure(shape, root, isBound)),
  readPayload: (member, body) =>
    reading(body, (root) => {
      if (root.name !== payloadName(member)) throw new MalformedXml(`${root.name} as root`);
      return readXmlValue(member, root);
    }),
  unreadable: (place, text, kind) => {
    // Unverified: AWS's texts differ by parameter; the code and the two details are common.
    const message =
      kind === 'integer' || kind === 'long'
        ? `Provided ${place} not an integer or within integer range`
        : `Invalid value for ${place}.`;
    return new ServiceError('InvalidArgument', message, 400, [
      ['ArgumentName', place],
      ['ArgumentValue', text],
    ]);
  },
};

function parseInput(operation: OperationModel, wire: WireInput): Structure {
  return readHttpInput(operation, wire, reader);
}

/** The element that holds a payload. */
function payloadName(member: Member): string {
  const target = member.shape.kind === 'structure' ? member.shape.traits.xmlName : undefined;
  return member.traits.xmlName ?? target ?? member.shape.name;
}

function rootNamespace(traits: readonly Traits[], context: ResponseContext): string {
  const own = traits.find((each) => each.xmlNamespace !== undefined);
  if (own !== undefined) return xmlnsOf(own);
  const uri = context.model.xmlNamespace;
  return uri === undefined ? '' : ` xmlns="${escapeXml(uri)}"`;
}

function writerFor(context: ResponseContext): RestWriter {
  return {
    contentType: 'application/xml',
    writeBody: (operation, output, isBound) => {
      const shape = operation.output;
      const text = new XmlText(compactLayout);
      const name = shape.traits.xmlName ?? shape.name;
      const namespace =
        rootNamespace([shape.traits], context) + attributesOf(shape, output, dialect);
      const bound = shape.members.filter(isBound);
      const sole = soleMember(bound, name);
      if (sole !== undefined) writeUnwrapped(text, sole, output, namespace);
      else writeDocument(text, name, namespace, bound, output);
      return text.toString();
    },
    writePayload: (member, value) => {
      const text = new XmlText(compactLayout);
      const target = member.shape.kind === 'structure' ? member.shape : undefined;
      const name = payloadName(member);
      const traits = target === undefined ? [member.traits] : [member.traits, target.traits];
      const namespace = rootNamespace(traits, context);
      if (target !== undefined) writeXmlStructure(text, target, name, value, dialect, namespace);
      else writeXmlValue(text, member, name, value, dialect);
      return text.toString();
    },
  };
}

function writeDocument(
  text: XmlText,
  name: string,
  namespace: string,
  members: readonly Member[],
  output: unknown,
): void {
  text.open(name, namespace);
  for (const member of members) writeXmlMember(text, member, output, dialect);
  text.close(name);
}

/**
 * A structure whose only member has the structure's own name is written without a wrapper
 * (Smithy's `s3UnwrappedXmlOutput`: GetBucketLocation).
 */
function soleMember(members: readonly Member[], name: string): Member | undefined {
  const only = members.length === 1 ? members[0] : undefined;
  return only !== undefined && dialect.memberName(only) === name ? only : undefined;
}

function writeUnwrapped(text: XmlText, member: Member, output: unknown, namespace: string): void {
  const value = outputMember(output, member.name);
  text.leaf(dialect.memberName(member), value === undefined ? '' : String(value), namespace);
}

function responseHeaders(requestId: string): (readonly [string, string])[] {
  return [
    ['x-amz-request-id', wireRequestId('rest-xml', requestId)],
    ['x-amz-id-2', hostId(requestId)],
  ];
}

/** 76 characters of base64, as S3 writes them; the request's id tells the same. */
function hostId(requestId: string): string {
  return createHash('sha512').update(requestId).digest('base64').slice(0, 76);
}

function writeOutput(
  operation: OperationModel,
  output: object,
  context: ResponseContext,
): HttpResponse {
  return writeHttpOutput(operation, output, responseHeaders(context.requestId), writerFor(context));
}

/** S3's form: no wrapper, no namespace; details before the ids. */
function writeError(error: ServiceError, context: ErrorContext): HttpResponse {
  const shape = context.model?.error(error.code)?.shape;
  const headers = [...responseHeaders(context.requestId), ...error.headers];
  if (shape !== undefined && error.members !== undefined) {
    headers.push(...writeHeaders(shape, error.members));
  }
  const bodiless = error.status === 304 || context.method === 'HEAD' || error.code === '';
  if (bodiless) return { status: error.status, headers, body: '' };
  const text = new XmlText(compactLayout);
  text.open('Error');
  text.leaf('Code', error.code);
  if (error.message !== '') text.leaf('Message', error.message);
  for (const [name, value] of error.details) text.leaf(name, value);
  writeXmlErrorMembers(text, shape, error.members, dialect);
  text.leaf('RequestId', wireRequestId('rest-xml', context.requestId));
  text.leaf('HostId', hostId(context.requestId));
  text.close('Error');
  headers.push(['content-type', 'application/xml']);
  return { status: error.status, headers, body: text.toString() };
}

function unknownOperation(method: string): ServiceError {
  const message = 'The specified method is not allowed against this resource.';
  return new ServiceError('MethodNotAllowed', message, 405, [['Method', method]]);
}

/** @see https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export const restXml: Protocol = {
  name: 'rest-xml',
  parseInput,
  writeOutput,
  writeError,
  unknownOperation,
};
