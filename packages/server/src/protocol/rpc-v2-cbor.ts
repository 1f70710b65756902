/** The protocol rpc-v2-cbor: `/service/S/operation/O`, CBOR documents. */
import type { OperationModel, ScalarShape, Traits } from '@sekisho/catalog';
import { queryError } from './aws-json.ts';
import { isUnit } from './aws-query.ts';
import { parseCbor } from './cbor/cbor-parser.ts';
import { CborBytes, writeCborStructure } from './cbor/cbor-writer.ts';
import { decompressBody } from './content-encoding.ts';
import type { HttpResponse } from './http.ts';
import { errorModel, serializationError } from './json/json-body.ts';
import type { ErrorContext, Protocol, ResponseContext, Structure, WireInput } from './protocol.ts';
import { ServiceError } from './service-error.ts';
import { dateOfEpochSeconds } from './timestamp.ts';
import { Tagged, type Tree, Unreadable } from './tree/tree.ts';
import { readTreeStructure, type TreeDialect } from './tree/tree-reader.ts';

const reading: TreeDialect = {
  memberName: (member) => member.name,
  timestamp: (_shape: ScalarShape, _traits: Traits, tree: Tree) => {
    if (!(tree instanceof Tagged) || tree.tag !== 1) return undefined;
    return typeof tree.value === 'number' ? dateOfEpochSeconds(tree.value) : undefined;
  },
  blob: (tree) => (tree instanceof Uint8Array ? tree : undefined),
  float: (tree) => (typeof tree === 'number' ? tree : undefined),
};

function parseInput(operation: OperationModel, wire: WireInput): Structure {
  if (wire.body === undefined || wire.body.length === 0) return Object.create(null);
  const body = decompressBody(wire.body, wire.header('content-encoding'));
  try {
    return readTreeStructure(operation.input, parseCbor(body), reading);
  } catch (error) {
    if (error instanceof Unreadable) throw serializationError(error.message);
    throw error;
  }
}

function respond(status: number, requestId: string, body: Uint8Array | undefined): HttpResponse {
  const headers: [string, string][] = [
    ['smithy-protocol', 'rpc-v2-cbor'],
    ['x-amzn-requestid', requestId],
  ];
  if (body !== undefined) headers.push(['content-type', 'application/cbor']);
  return { status, headers, body: body ?? '' };
}

function writeOutput(
  operation: OperationModel,
  output: object,
  context: ResponseContext,
): HttpResponse {
  if (isUnit(operation.output.name)) return respond(200, context.requestId, undefined);
  const bytes = new CborBytes();
  writeCborStructure(bytes, operation.output, output);
  return respond(200, context.requestId, bytes.finish());
}

function writeError(error: ServiceError, context: ErrorContext): HttpResponse {
  if (error.code === '') return { status: error.status, headers: error.headers, body: '' };
  const model = errorModel(error, context);
  const first: [string, string][] = [['__type', model?.name ?? error.code]];
  if (error.message !== '') first.push(['message', error.message]);
  for (const [name, value] of error.details) first.push([name, value]);
  const bytes = new CborBytes();
  writeCborStructure(bytes, model?.shape, error.members ?? {}, first);
  const response = respond(error.status, context.requestId, bytes.finish());
  const more = [...queryError(error, model?.name), ...error.headers];
  return { ...response, headers: [...response.headers, ...more] };
}

function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', '', 404);
}

/** @see https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const rpcV2Cbor: Protocol = {
  name: 'rpc-v2-cbor',
  parseInput,
  writeOutput,
  writeError,
  unknownOperation,
};
