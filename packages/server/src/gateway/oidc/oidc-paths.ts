/** The paths below `/_sekisho/oidc/`: the issuer's own, and three signed ones. */
import { answerIssuer } from '../../endpoints/oidc-issuer/index.ts';
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { json } from '../admin.ts';
import type { GatewayParts } from '../parts.ts';
import { explainToken } from './explain-token.ts';
import { issueToken, openTokenRequest } from './issue-token.ts';

type SignedAnswer = (request: HttpRequest, parts: GatewayParts) => Promise<object>;

const signed: ReadonlyMap<string, SignedAnswer> = new Map<string, SignedAnswer>([
  ['tokens', issueToken],
  ['token-requests', openTokenRequest],
  ['explanations', explainToken],
]);

const prefix = 'oidc/';

/** Whether the path (below `/_sekisho/`) is one of these. */
export function isOidc(path: string): boolean {
  return path.startsWith(prefix);
}

/** Answers it. Throws ServiceError for what is refused, and for paths that do not exist. */
export async function answerOidc(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const rest = path.slice(prefix.length);
  const answer = request.method === 'POST' ? signed.get(rest) : undefined;
  if (answer !== undefined) return json(200, await answer(request, parts));
  const { oidcIssuer } = parts;
  const document = oidcIssuer && answerIssuer(request, rest, oidcIssuer);
  if (document !== undefined) return document;
  throw new ServiceError('NotFound', `There is no ${request.method} ${path}`, 404);
}
