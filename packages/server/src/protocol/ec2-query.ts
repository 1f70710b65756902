/** The protocol ec2-query (EC2): flattened forms, XML responses with the request's id inside. */
import type { Member, OperationModel } from '@sekisho/catalog';
import type { HttpResponse } from './http.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { growTree } from './query/parameter-tree.ts';
import { type QueryDialect, readQueryStructure } from './query/query-reader.ts';
import { ServiceError } from './service-error.ts';
import { ec2Layout, escapeXml, XmlText } from './xml/xml-text.ts';
import { writeXmlErrorMembers, writeXmlMembers, type XmlDialect } from './xml/xml-writer.ts';

const names = new WeakMap<Member, string>();

/** The request name: its own trait, else the response's name with a capital letter. */
function requestName(member: Member): string {
  let name = names.get(member);
  if (name === undefined) {
    name = member.traits.ec2QueryName ?? capitalized(member.traits.xmlName ?? member.name);
    names.set(member, name);
  }
  return name;
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

const reading: QueryDialect = { memberName: requestName, isFlat: () => true };

const writing: XmlDialect = {
  memberName: (member: Member) => member.traits.xmlName ?? member.name,
  precision: 'milliseconds',
};

// Unverified: EC2's code for a parameter of a wrong form; MalformedInput is IAM's.
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
    headers: [['x-amzn-requestid', requestId], ['content-type', 'text/xml;charset=UTF-8'], ...more],
    body,
  };
}

/** EC2 writes its namespace with a slash at the end, the model without. */
function namespaceOf(context: ResponseContext): string {
  const namespace = context.model.xmlNamespace ?? '';
  return namespace === '' || namespace.endsWith('/') ? namespace : `${namespace}/`;
}

function writeOutput(
  operation: OperationModel,
  output: object,
  context: ResponseContext,
): HttpResponse {
  const text = new XmlText(ec2Layout);
  const response = `${operation.name}Response`;
  text.open(response, ` xmlns="${escapeXml(namespaceOf(context))}"`);
  text.leaf('requestId', context.requestId);
  if (operation.output.members.length === 0) text.leaf('return', 'true');
  else writeXmlMembers(text, operation.output, output, writing);
  text.close(response);
  return respond(200, context.requestId, text.toString());
}

/** All on one line, without a namespace, with `RequestID` in capitals: EC2's own form. */
function writeError(error: ServiceError, context: ErrorContext): HttpResponse {
  if (error.code === '') return { status: error.status, headers: error.headers, body: '' };
  const text = new XmlText({ indent: '', declaration: true });
  text.open('Response');
  text.open('Errors');
  text.open('Error');
  text.leaf('Code', error.code);
  if (error.message !== '') text.leaf('Message', error.message);
  for (const [name, value] of error.details) text.leaf(name, value);
  const shape = context.model?.error(error.code)?.shape;
  writeXmlErrorMembers(text, shape, error.members, writing);
  text.close('Error');
  text.close('Errors');
  text.leaf('RequestID', context.requestId);
  text.close('Response');
  return respond(error.status, context.requestId, text.toString(), error.headers);
}

function unknownOperation(name: string, version: string | undefined): ServiceError {
  // Unverified: EC2 names the action only; a missing version is told apart by botocore's texts alone.
  if (name === '') {
    return new ServiceError('MissingAction', 'The request must contain the parameter Action', 400);
  }
  const message =
    version === undefined
      ? 'The request must contain the parameter Version'
      : `The action ${name} is not valid for this web service.`;
  return new ServiceError(
    version === undefined ? 'MissingParameter' : 'InvalidAction',
    message,
    400,
  );
}

/** @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Query: Protocol = {
  name: 'ec2-query',
  parseInput,
  writeOutput,
  writeError,
  unknownOperation,
};
