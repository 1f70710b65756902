/** What an AWS protocol does: wire request → typed input; typed output or error → wire response. */
import type { OperationModel, ServiceModel } from '@sekisho/catalog';
import type { FormParameter } from './form.ts';
import type { HttpResponse, QueryParameter } from './http.ts';
import type { ServiceError } from './service-error.ts';

/** Protocols by Smithy's names. */
export type ProtocolName =
  | 'aws-query'
  | 'ec2-query'
  | 'rest-xml'
  | 'rest-json'
  | 'aws-json-1.0'
  | 'aws-json-1.1'
  | 'rpc-v2-cbor';

/** A modelled input or output: members by the model's names. Never has a prototype's keys. */
export type Structure = Record<string, unknown>;

/** What a protocol reads of a request. All of it was parsed once, from the raw bytes. */
export interface WireInput {
  readonly query: readonly QueryParameter[];
  /** Lower-case names. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly header: (name: string) => string | undefined;
  /** The whole body; undefined for operations whose body is a stream. */
  readonly body?: Uint8Array | undefined;
  /** The parameters of the query protocols, as the router found them. */
  readonly form?: readonly FormParameter[] | undefined;
  /** The labels of the URI template, decoded, as the router found them. */
  readonly labels?: ReadonlyMap<string, string> | undefined;
}

/** What a response needs besides its content. */
export interface ResponseContext {
  readonly model: ServiceModel;
  readonly requestId: string;
  /** The header Accept. */
  readonly accept?: string | undefined;
}

/** What an error response needs; no model when the service could not be told. */
export interface ErrorContext {
  readonly model?: ServiceModel | undefined;
  readonly requestId: string;
  /** Answers to HEAD have no body. */
  readonly method?: string | undefined;
  /** The header Accept. */
  readonly accept?: string | undefined;
}

/**
 * One protocol: binding × codec × error form.
 * @see https://smithy.io/2.0/aws/protocols/index.html
 */
export interface Protocol {
  readonly name: ProtocolName;
  /**
   * Reads the members of the operation's input. A streaming blob is left out (it is the operation's
   * payload). Constraints are not checked here (validate.ts). Throws nothing but ServiceError.
   */
  readonly parseInput: (operation: OperationModel, wire: WireInput) => Structure;
  /** Writes an output: a plain object with the model's member names; absent = undefined or null. */
  readonly writeOutput: (
    operation: OperationModel,
    output: object,
    context: ResponseContext,
  ) => HttpResponse;
  /** Writes an error. A code of '' is an answer of the status alone, without a body. */
  readonly writeError: (error: ServiceError, context: ErrorContext) => HttpResponse;
  /** What this protocol answers when the operation does not exist. */
  readonly unknownOperation: (name: string, version: string | undefined) => ServiceError;
}

/** Whether the operation's input has a body that is streamed instead of read. */
export function hasStreamingInput(operation: OperationModel): boolean {
  return operation.input.members.some(isStreaming);
}

function isStreaming(member: OperationModel['input']['members'][number]): boolean {
  if (member.traits.httpPayload !== true) return false;
  const shape = member.shape;
  return shape.kind === 'blob' && shape.streaming === true;
}
