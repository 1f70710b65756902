/** The protocol aws-query (IAM, STS, CloudFormation, …): form requests, XML responses. */
import type { Member, OperationModel } from '@sekisho/catalog';
import type { HttpResponse } from './http.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { growTree } from './query/parameter-tree.ts';
import { acceptsJson, queryErrorAsJson, queryOutputAsJson } from './query/query-json.ts';
import { type QueryDialect, readQueryStructure } from './query/query-reader.ts';
import { ServiceError } from './service-error.ts';
import { escapeXml, queryLayout, XmlText } from './xml/xml-text.ts';
import { writeXmlErrorMembers, writeXmlStructure, type XmlDialect } from './xml/xml-writer.ts';

const reading: QueryDialect = {
  memberName: (member) => member.traits.xmlName ?? member.name,
  isFlat: (member) => member.traits.xmlFlattened === true,
};

const writing: XmlDialect = {
  memberName: (member: Member) => member.traits.xmlName ?? member.name,
  precision: 'seconds',
};

/** The namespace of faults that name no service: unknown actions and versions. */
const faultNamespace = 'http://webservices.amazon.com/AWSFault/2005-15-09';

function namespaceOf(context: ErrorContext): string {
  return context.model?.xmlNamespace ?? faultNamespace;
}

function parseInput(operation: OperationModel, wire: WireInput): Structure {
  return readQueryStructure(operation.input, growTree(wire.form ?? []), reading);
}

function respond(
  status: number,
  requestId: string,
  body: string,
  more: HttpResponse['headers'] = [],
): HttpResponse {
  return {
    status,
    headers: [['x-amzn-requestid', requestId], ['content-type', 'text/xml'], ...more],
    body,
  };
}

function respondJson(
  status: number,
  requestId: string,
  body: string,
  more: HttpResponse['headers'] = [],
): HttpResponse {
  const headers = [
    ['x-amzn-requestid', requestId],
    ['content-type', 'application/json'],
  ] as const;
  return { status, headers: [...headers, ...more], body };
}

/** Operations without an output shape have no `Result` element; an empty shape has an empty one. */
function hasResult(operation: OperationModel): boolean {
  return operation.output.members.length > 0 || !isUnit(operation.output.name);
}

/** Smithy's name for "nothing", in the spellings of its generators. */
export function isUnit(name: string): boolean {
  return name === '' || name === 'Unit' || name === '__Unit' || name === 'smithy.api#Unit';
}

function writeOutput(
  operation: OperationModel,
  output: object,
  context: ResponseContext,
): HttpResponse {
  if (acceptsJson(context.accept)) {
    const result = hasResult(operation) ? operation.output : undefined;
    const body = queryOutputAsJson(operation.name, result, output, context.requestId);
    return respondJson(200, context.requestId, body);
  }
  const text = new XmlText(queryLayout);
  const response = `${operation.name}Response`;
  text.open(response, ` xmlns="${escapeXml(context.model.xmlNamespace ?? '')}"`);
  if (hasResult(operation)) {
    writeXmlStructure(text, operation.output, `${operation.name}Result`, output, writing);
  }
  text.open('ResponseMetadata');
  text.leaf('RequestId', context.requestId);
  text.close('ResponseMetadata');
  text.close(response);
  return respond(200, context.requestId, text.toString());
}

function writeError(error: ServiceError, context: ErrorContext): HttpResponse {
  if (error.code === '') return { status: error.status, headers: error.headers, body: '' };
  if (acceptsJson(context.accept)) {
    const body = queryErrorAsJson(error, context.requestId);
    return respondJson(error.status, context.requestId, body, error.headers);
  }
  const text = new XmlText(queryLayout);
  text.open('ErrorResponse', ` xmlns="${escapeXml(namespaceOf(context))}"`);
  text.open('Error');
  text.leaf('Type', error.fault);
  text.leaf('Code', error.code);
  if (error.message !== '') text.leaf('Message', error.message);
  for (const [name, value] of error.details) text.leaf(name, value);
  const shape = context.model?.error(error.code)?.shape;
  writeXmlErrorMembers(text, shape, error.members, writing);
  text.close('Error');
  text.leaf('RequestId', context.requestId);
  text.close('ErrorResponse');
  return respond(error.status, context.requestId, text.toString(), error.headers);
}

function unknownOperation(name: string, version: string | undefined): ServiceError {
  const told = version ?? 'NO_VERSION_SPECIFIED';
  const message = `Could not find operation ${name} for version ${told}`;
  return new ServiceError('InvalidAction', message, 400);
}

/** @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const awsQuery: Protocol = {
  name: 'aws-query',
  parseInput,
  writeOutput,
  writeError,
  unknownOperation,
};
