/** A request of the registry on its way: who asks, of which registry, what for. */
import type { HttpResponse } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { repositoryNotFound } from '../../services/ecr/errors.ts';
import { type FoundRepository, findRepository } from '../../services/ecr/registry-store.ts';
import type { OperationContext } from '../../services/service.ts';
import { apiVersion } from './registry-error.ts';
import type { RoutedRepository } from './registry-route.ts';

/** What the handlers get. `registry` is the account whose registry it is, not the caller's. */
export interface RegistryCall {
  readonly context: OperationContext;
  readonly registry: string;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** Throws RepositoryNotFoundException, which the wire calls NAME_UNKNOWN. */
export function requireRoutedRepository(
  { name }: RoutedRepository,
  { context, registry }: RegistryCall,
): FoundRepository {
  const found = findRepository(name, registry, context);
  if (found === undefined) throw repositoryNotFound(name, registry);
  return found;
}

/** An answer of the registry. */
export function respond(
  status: number,
  headers: Headers,
  body: HttpResponse['body'] = '',
): HttpResponse {
  const length: Headers = typeof body === 'string' && body === '' ? [['Content-Length', '0']] : [];
  const told = headers.some(([name]) => name === 'Content-Length');
  return {
    status,
    headers: [apiVersion, ...(told || status === 204 ? [] : length), ...headers],
    body,
  };
}

/** The value of a query parameter that may be given once. Throws ServiceError when it is twice. */
export function queryValue({ context }: RegistryCall, name: string): string | undefined {
  const values = context.http.query.filter((parameter) => parameter.name === name);
  if (values.length > 1) {
    throw new ServiceError('UNSUPPORTED', `The parameter ${name} is given twice`, 400);
  }
  return values[0]?.value;
}

/** Whether the request has a body. */
export function hasBody({ header }: Pick<OperationContext['http'], 'header'>): boolean {
  return header('transfer-encoding') !== undefined || Number(header('content-length') ?? 0) > 0;
}
