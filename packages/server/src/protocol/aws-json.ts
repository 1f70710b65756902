/** The protocols aws-json-1.0 and aws-json-1.1: `x-amz-target`, JSON documents. */
import type { OperationModel } from '@sekisho/catalog';
import { decompressBody } from './content-encoding.ts';
import type { HttpResponse } from './http.ts';
import { errorFields, errorModel, readingJson } from './json/json-body.ts';
import { awsJsonReading } from './json/json-reader.ts';
import { writeJsonStructure } from './json/json-writer.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { ServiceError } from './service-error.ts';
import { readTreeStructure } from './tree/tree-reader.ts';

const nameOf = awsJsonReading.memberName;

function parseInput(operation: OperationModel, wire: WireInput): Structure {
  if (wire.body === undefined || wire.body.length === 0) return Object.create(null);
  const body = decompressBody(wire.body, wire.header('content-encoding'));
  return readingJson(body, (tree) => readTreeStructure(operation.input, tree, awsJsonReading));
}

function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', '', 400);
}

function jsonProtocol(name: Protocol['name'], contentType: string): Protocol {
  const respond = (
    status: number,
    requestId: string,
    body: string,
    more: HttpResponse['headers'] = [],
  ): HttpResponse => ({
    status,
    headers: [['x-amzn-requestid', requestId], ['content-type', contentType], ...more],
    body,
  });

  const writeOutput = (operation: OperationModel, output: object, context: ResponseContext) =>
    respond(200, context.requestId, writeJsonStructure(operation.output, output, nameOf));

  const writeError = (error: ServiceError, context: ErrorContext): HttpResponse => {
    if (error.code === '') return { status: error.status, headers: error.headers, body: '' };
    const model = errorModel(error, context);
    const type = `"__type":${JSON.stringify(model?.name ?? error.code)}`;
    const body = `{${[type, ...errorFields(error, model, nameOf)].join(',')}}`;
    return respond(error.status, context.requestId, body, [
      ...queryError(error, model?.name),
      ...error.headers,
    ]);
  };

  return { name, parseInput, writeOutput, writeError, unknownOperation };
}

/**
 * Services that once spoke aws-query tell the old code beside the shape's name (`awsQueryCompatible`).
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryError(
  error: ServiceError,
  name: string | undefined,
): readonly (readonly [string, string])[] {
  if (name === undefined || name === error.code) return [];
  return [['x-amzn-query-error', `${error.code};${error.fault}`]];
}

/** @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const awsJson10 = jsonProtocol('aws-json-1.0', 'application/x-amz-json-1.0');

/** @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const awsJson11 = jsonProtocol('aws-json-1.1', 'application/x-amz-json-1.1');
