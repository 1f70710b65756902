/** The server's own paths below `/_sekisho/`: readiness, health, metrics, reset, explanations. */
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';

/** What the paths report and do. */
export interface Administration {
  readonly version: string;
  readonly enforcement: string;
  readonly authentication: string;
  readonly ready: () => boolean;
  readonly services: readonly string[];
  readonly revision: () => number;
  readonly metrics: () => string;
  /** Drops everything stored and starts anew. Only with authentication any-key is it unsigned. */
  readonly reset: () => Promise<void>;
  readonly resetIsOpen: boolean;
  /** Answers the signed paths (`decisions/…`, `instances/…`); undefined when there is none. */
  readonly signed: (request: HttpRequest, path: string) => Promise<HttpResponse | undefined>;
}

const prefix = '/_sekisho/';

/** Paths that are ours and never a bucket: no bucket name may begin with `_`. */
export function isAdministrative(request: HttpRequest): boolean {
  const { rawPath } = request;
  if (rawPath.startsWith('/authorization-details/')) return isSignedForIam(request);
  return (
    rawPath.startsWith(prefix) || rawPath === '/_localstack/health' || rawPath === '/moto-api/reset'
  );
}

/** The path of iam-toolbox's only operation, whose signing name is `iam`; else it is a bucket's. */
function isSignedForIam(request: HttpRequest): boolean {
  return /\/iam\/aws4_request[,\s]/.test(request.header('authorization') ?? '');
}

/** Answers an administrative path. */
export async function administer(
  request: HttpRequest,
  administration: Administration,
): Promise<HttpResponse> {
  const path = pathOf(request);
  if (request.rawPath === '/_localstack/health') return json(200, localstackHealth(administration));
  if (request.method === 'GET' || request.method === 'HEAD') {
    switch (path) {
      case 'ready':
        return json(administration.ready() ? 200 : 503, { ready: administration.ready() });
      case 'health':
        return json(200, health(administration));
      case 'metrics':
        return text(200, administration.metrics());
      default:
        break;
    }
  }
  if (request.method === 'POST' && path === 'reset' && administration.resetIsOpen) {
    await administration.reset();
    return json(200, { status: 'ok' });
  }
  const answer = await administration.signed(request, path);
  return (
    answer ?? json(404, { error: 'NotFound', message: `There is no ${request.method} ${path}` })
  );
}

function pathOf({ rawPath }: HttpRequest): string {
  if (rawPath === '/moto-api/reset') return 'reset';
  return rawPath.slice(rawPath.startsWith(prefix) ? prefix.length : 1);
}

function health(administration: Administration): object {
  return {
    status: administration.ready() ? 'running' : 'starting',
    version: administration.version,
    enforcement: administration.enforcement,
    authentication: administration.authentication,
    revision: administration.revision(),
    services: administration.services,
  };
}

function localstackHealth(administration: Administration): object {
  return {
    services: Object.fromEntries(administration.services.map((id) => [id, 'running'])),
    edition: 'sekisho',
    version: administration.version,
  };
}

/** A JSON answer of the server itself. */
export function json(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
    ],
    body: `${JSON.stringify(value, undefined, 2)}\n`,
  };
}

function text(status: number, body: string): HttpResponse {
  return { status, headers: [['content-type', 'text/plain; version=0.0.4']], body };
}
