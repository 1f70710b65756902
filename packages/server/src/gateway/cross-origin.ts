/** Browsers' requests from other origins: preflights answered, answers marked as the service says. */
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import type { OriginRequest, Service } from '../services/service.ts';
import type { GatewayParts } from './parts.ts';

/** What the service's rules look at. */
export function originRequest(
  http: HttpRequest,
  virtualHostBucket: string | undefined,
  { runtime }: GatewayParts,
): OriginRequest {
  return { http, virtualHostBucket, state: runtime.state };
}

/** Whether the service itself answers OPTIONS: no operation of a model has that method. */
export function isPreflight(
  request: HttpRequest,
  service: Service | undefined,
): service is Service & { readonly crossOrigin: NonNullable<Service['crossOrigin']> } {
  return request.method === 'OPTIONS' && service?.crossOrigin !== undefined;
}

/** Preflights are never signed nor authorized. Throws ServiceError where no rule allows it. */
export function answerPreflight(
  service: Service,
  request: OriginRequest,
  requestId: string,
): HttpResponse {
  const headers = service.crossOrigin?.preflight(request) ?? [];
  return { status: 200, headers: [...headers, ['x-amz-request-id', requestId]], body: '' };
}

/** Successes and refusals alike tell the browser whether the page may see them. */
export function withOriginHeaders(
  response: HttpResponse,
  service: Service | undefined,
  request: OriginRequest,
): HttpResponse {
  if (request.http.method === 'OPTIONS') return response;
  const headers = service?.crossOrigin?.headers(request) ?? [];
  return headers.length === 0
    ? response
    : { ...response, headers: [...response.headers, ...headers] };
}
