/** The issuer's unsigned paths: discovery, keys, and tokens for the bearer of a request token. */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { ownerOf } from './git-hub-claims.ts';
import { type OidcIssuer, withoutScheme } from './oidc-issuer.ts';

const bearer = /^bearer ([A-Za-z0-9+/]{1,8192}={0,2})$/i;
const audienceShape = /^[\x21-\x7e]{1,512}$/;

/** Answers `ISSUER/…` (the path below `/_sekisho/oidc/`); undefined when there is no such path. */
export function answerIssuer(
  request: HttpRequest,
  path: string,
  issuer: OidcIssuer,
): HttpResponse | undefined {
  for (const name of issuer.issuers) {
    const base = withoutScheme(name);
    const answer = path.startsWith(base) ? documents.get(path.slice(base.length)) : undefined;
    if (answer === undefined) continue;
    return request.method === 'GET'
      ? answer(request, name, issuer)
      : refused(405, 'The issuer answers GET.');
  }
  return undefined;
}

type Answer = (request: HttpRequest, name: string, issuer: OidcIssuer) => HttpResponse;

const documents: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  [
    '/.well-known/openid-configuration',
    (_request, name, issuer) => json(200, discovery(name, issuer.addressOf(name))),
  ],
  ['/.well-known/jwks', (_request, _name, issuer) => json(200, issuer.keySet())],
  ['/token', answerToken],
]);

/** Names what STS insists on, besides GitHub's own list of claims. */
function discovery(issuer: string, address: string): object {
  return {
    issuer,
    jwks_uri: `${address}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: [
      ...['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'sha', 'repository'],
      ...['repository_id', 'repository_owner', 'repository_owner_id', 'repository_visibility'],
      ...['run_id', 'run_number', 'run_attempt', 'actor', 'actor_id', 'workflow', 'workflow_ref'],
      ...['workflow_sha', 'head_ref', 'base_ref', 'event_name', 'ref_protected', 'ref_type'],
      ...['environment', 'job_workflow_ref', 'job_workflow_sha', 'runner_environment'],
    ],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

/** The protocol of GitHub's toolkit: `GET URL&audience=A` with the request token → `{ value }`. */
function answerToken(request: HttpRequest, name: string, issuer: OidcIssuer): HttpResponse {
  const now = request.receivedAt;
  const headers = request.headers.filter(([header]) => header === 'authorization');
  const token = headers.length === 1 ? bearer.exec(headers[0]?.[1] ?? '')?.[1] : undefined;
  const job = token === undefined ? undefined : issuer.jobOf(token, name, now);
  if (job === undefined) return refused(401, 'The request token is missing, forged or expired.');
  const audiences = request.query.filter((parameter) => parameter.name === 'audience');
  const audience = audiences[0]?.value ?? `https://github.com/${ownerOf(job)}`;
  if (audiences.length > 1 || !audienceShape.test(audience)) {
    return refused(400, 'The audience must be given once, in up to 512 printable characters.');
  }
  const value = issuer.issue(job, { issuer: name, audience, now });
  return json(200, { count: value.length, value });
}

function refused(status: number, message: string): HttpResponse {
  return json(status, { message });
}

function json(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: [
      ['content-type', 'application/json; charset=utf-8'],
      ['cache-control', 'no-store'],
    ],
    body: JSON.stringify(value),
  };
}
