/** `POST /_sekisho/oidc/tokens` and `…/token-requests`: tokens of a GitHub job, for the operator. */
import { type JsonObject, parseJson } from '@sekisho/policy';
import {
  type GitHubJob,
  invalidJob,
  type OidcIssuer,
  readJob,
  withoutScheme,
} from '../../endpoints/oidc-issuer/index.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { authenticateOwn, checkOwn } from '../own-request.ts';
import type { GatewayParts } from '../parts.ts';

const bodyBytesMax = 16_384;
/** A token that lives longer than GitHub's would prove nothing of what a real one does. */
const expiresInSecondsMax = 3600;
const expiresInSecondsMin = -86_400;
const audienceDefault = 'sts.amazonaws.com';

interface Asked {
  readonly issuer: OidcIssuer;
  readonly issuerName: string;
  readonly job: GitHubJob;
  readonly members: JsonObject['members'];
}

/** `{ job, issuer?, audience?, expiresInSeconds? }` → `{ value, issuer, audience }`. */
export async function issueToken(request: HttpRequest, parts: GatewayParts): Promise<object> {
  const { issuer, issuerName, job, members } = await readAsked(request, parts, [
    'audience',
    'expiresInSeconds',
  ]);
  const audience = textOf(members, 'audience', /^[\x21-\x7e]{1,512}$/) ?? audienceDefault;
  const expiresInSeconds = secondsOf(members);
  const value = issuer.issue(job, {
    issuer: issuerName,
    audience,
    now: request.receivedAt,
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
  });
  return { value, issuer: issuerName, audience };
}

/** `{ job, issuer? }` → `{ url, token, expiresAt }`: what GitHub's toolkit asks tokens with. */
export async function openTokenRequest(request: HttpRequest, parts: GatewayParts): Promise<object> {
  const { issuer, issuerName, job } = await readAsked(request, parts, []);
  const opened = issuer.openTokenRequest(job, issuerName, request.receivedAt);
  return { ...opened, expiresAt: new Date(opened.expiresAt).toISOString() };
}

/**
 * Who signs tokens can be every job of every repository, in whichever account trusts it: that is
 * the operator's, so only principals of the first account get through, with their permission.
 */
async function readAsked(
  request: HttpRequest,
  parts: GatewayParts,
  further: readonly string[],
): Promise<Asked> {
  const { body, context } = await authenticateOwn(request, parts, { bytesMax: bodyBytesMax });
  if (context.account !== parts.runtime.accounts[0]) {
    const message = "Only principals of this server's first account may issue tokens.";
    throw new ServiceError('AccessDenied', message, 403);
  }
  const members = readMembers(body, ['job', 'issuer', ...further]);
  const node = members.get('job')?.value;
  if (node === undefined) throw invalidJob('The member "job" is missing.');
  const job = readJob(node);
  const { partition, region, account } = context;
  const { issuer, issuerName } = issuerOf(members, parts);
  const resource = `${withoutScheme(issuerName)}/${job.repository}`;
  const arn = `arn:${partition}:sekisho:${region}:${account}:oidc-issuer/${resource}`;
  checkOwn('sekisho:IssueWebIdentityToken', arn, context, parts);
  return { issuer, issuerName, job, members };
}

function issuerOf(
  members: JsonObject['members'],
  { oidcIssuer }: GatewayParts,
): Pick<Asked, 'issuer' | 'issuerName'> {
  if (oidcIssuer === undefined) {
    throw new ServiceError(
      'NoLocalIssuer',
      'This server stands in for no issuer: start it with --github-issuer local, ' +
        'or name issuers as localIssuers in its configuration.',
      400,
    );
  }
  const issuerName = textOf(members, 'issuer', /^https:\/\/\S{1,300}$/) ?? oidcIssuer.issuers[0];
  if (issuerName !== undefined && oidcIssuer.issuers.includes(issuerName)) {
    return { issuer: oidcIssuer, issuerName };
  }
  const known = oidcIssuer.issuers.join(', ');
  const message = `This server stands in for ${known}, not for ${issuerName}.`;
  throw new ServiceError('NoLocalIssuer', message, 400);
}

/** The members of a JSON object; throws ServiceError for any other that the known ones. */
export function readMembers(body: Uint8Array, known: readonly string[]): JsonObject['members'] {
  const parsed = parseJson(Buffer.from(body).toString('utf8'), { depthMax: 4 });
  if ('error' in parsed) throw invalidJob(`The body is not JSON: ${parsed.error.message}.`);
  if (parsed.value.kind !== 'object') throw invalidJob('The body must be a JSON object.');
  for (const name of parsed.value.members.keys()) {
    if (known.includes(name)) continue;
    throw invalidJob(`There is no member ${JSON.stringify(name)}; known: ${known.join(', ')}.`);
  }
  return parsed.value.members;
}

/** A member that is a text of that shape; undefined when it is not given. Throws ServiceError. */
export function textOf(
  members: JsonObject['members'],
  name: string,
  shape: RegExp,
): string | undefined {
  const node = members.get(name)?.value;
  if (node === undefined) return undefined;
  if (node.kind === 'string' && shape.test(node.value)) return node.value;
  throw invalidJob(`The member "${name}" has not the right form.`);
}

function secondsOf(members: JsonObject['members']): number | undefined {
  const node = members.get('expiresInSeconds')?.value;
  if (node === undefined) return undefined;
  const seconds = node.kind === 'number' && /^-?\d{1,5}$/.test(node.text) ? Number(node.text) : NaN;
  if (seconds >= expiresInSecondsMin && seconds <= expiresInSecondsMax) return seconds;
  const range = `${expiresInSecondsMin} to ${expiresInSecondsMax}`;
  throw invalidJob(`"expiresInSeconds" must be a whole number from ${range}.`);
}
