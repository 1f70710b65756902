/** Step 4: the body becomes the operation's typed input, checked against the model's constraints. */
import type { OperationModel } from '@sekisho/catalog';
import type { FormParameter } from '../protocol/form.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { Protocol, Structure } from '../protocol/protocol.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { validate } from '../protocol/validate.ts';
import type { Service } from '../services/service.ts';

/** A route to an operation, with the body if routing had to read it. */
export interface OperationRoute {
  readonly service: Service;
  readonly protocol: Protocol;
  readonly operation: OperationModel;
  readonly form?: readonly FormParameter[];
  readonly labels?: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
  readonly virtualHostBucket: string | undefined;
}

/** Reads and validates. Throws ServiceError with AWS's `N validation error(s) detected: …`. */
export function parseOperationInput(
  request: HttpRequest,
  route: OperationRoute,
  body: Uint8Array | undefined,
): Structure {
  const { operation, protocol, service } = route;
  const input = protocol.parseInput(operation, {
    query: request.query,
    headers: request.headers,
    header: request.header,
    body,
    form: route.form,
    labels: route.labels,
  });
  const { validation } = service;
  const problem = validation && validate(input, operation.input, validation);
  if (problem === undefined) return input;
  throw new ServiceError(problemCode(service, protocol), problem, 400);
}

function problemCode({ validation, validationCode }: Service, protocol: Protocol): string {
  if (validationCode !== undefined) return validationCode;
  if (validation === 'ecr') return 'InvalidParameterException';
  return protocol.name === 'aws-query' ? 'ValidationError' : 'ValidationException';
}
