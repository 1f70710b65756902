/** The job of a run as GitHub's tokens describe it, and the way to ask for its tokens. */
import { type GitHubJob, gitHubClaims, parseJob } from '@sekisho/server/client';
import { CommandError } from '../../command.ts';
import { type Connection, postOwn } from '../../connection.ts';
import { strangeAnswer } from '../../mistakes.ts';

/** Filled in as the server does: ids follow from the names, the rest is what it most often is. */
export function describeJob(given: object): GitHubJob {
  try {
    return parseJob(JSON.stringify(given));
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

/** The claims that its tokens will have, as texts. */
export function claimsOf(job: GitHubJob): ReadonlyMap<string, string> {
  const issue = { issuer: '', audience: '', issuedAt: 0, expiresAt: 0, id: '' };
  return new Map(gitHubClaims(job, issue).map(([name, value]) => [name, String(value)]));
}

/** What GitHub's toolkit asks tokens with. */
export interface TokenRequest {
  readonly url: string;
  readonly token: string;
}

/** Asks the server's local issuer. Throws CommandError, also when it has none. */
export async function openTokenRequest(
  connection: Connection,
  job: GitHubJob,
  issuer: string | undefined,
): Promise<TokenRequest> {
  const answer = await postOwn(connection, 'oidc/token-requests', {
    job,
    ...(issuer === undefined ? {} : { issuer }),
  });
  if (typeof answer === 'object' && answer !== null && 'url' in answer && 'token' in answer) {
    const { url, token } = answer;
    if (typeof url === 'string' && typeof token === 'string') return { url, token };
  }
  throw strangeAnswer();
}
