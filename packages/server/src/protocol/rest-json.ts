/** The protocol rest-json (Lambda, IAM Access Analyzer, …): HTTP bindings with JSON documents. */
import type { Member, OperationModel } from '@sekisho/catalog';
import type { HttpResponse } from './http.ts';
import { errorFields, errorModel, readingJson, serializationError } from './json/json-body.ts';
import { jsonName, restJsonReading } from './json/json-reader.ts';
import { writeJson, writeJsonStructure } from './json/json-writer.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { type RestReader, readHttpInput } from './rest/http-input.ts';
import { type RestWriter, writeHeaders, writeHttpOutput } from './rest/http-output.ts';
import { ServiceError } from './service-error.ts';
import { readTree, readTreeStructure } from './tree/tree-reader.ts';

const reader: RestReader = {
  readBody: (shape, body, isBound) =>
    readingJson(body, (tree) => readTreeStructure(shape, tree, restJsonReading, isBound)),
  readPayload: (member, body) =>
    readingJson(body, (tree) =>
      tree === null ? undefined : readTree(member.shape, member.traits, tree, restJsonReading),
    ),
  unreadable: (place) => serializationError(`The value of ${place} cannot be read.`),
};

const writer: RestWriter = {
  contentType: 'application/json',
  writeBody: (operation, output, isBound) =>
    writeJsonStructure(operation.output, output, jsonName, isBound),
  writePayload: (member: Member, value: unknown) =>
    writeJson(member.shape, member.traits, value, jsonName),
};

function parseInput(operation: OperationModel, wire: WireInput): Structure {
  return readHttpInput(operation, wire, reader);
}

function writeOutput(
  operation: OperationModel,
  output: object,
  context: ResponseContext,
): HttpResponse {
  return writeHttpOutput(operation, output, [['x-amzn-requestid', context.requestId]], writer);
}

function writeError(error: ServiceError, context: ErrorContext): HttpResponse {
  if (error.code === '') return { status: error.status, headers: error.headers, body: '' };
  const model = errorModel(error, context);
  const headers: (readonly [string, string])[] = [
    ['x-amzn-requestid', context.requestId],
    ['x-amzn-errortype', model?.name ?? error.code],
    ['content-type', 'application/json'],
    ...error.headers,
  ];
  if (error.members !== undefined && model?.shape !== undefined) {
    headers.push(...writeHeaders(model.shape, error.members));
  }
  const body =
    context.method === 'HEAD' ? '' : `{${errorFields(error, model, jsonName).join(',')}}`;
  return { status: error.status, headers, body };
}

function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', '', 404);
}

/** @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJson: Protocol = {
  name: 'rest-json',
  parseInput,
  writeOutput,
  writeError,
  unknownOperation,
};
