/** What a client of the server needs without the server itself: it loads in a fraction of the time. */

export type { RequestToSign } from './authentication/signature/sign-request.ts';
export { signRequest } from './authentication/signature/sign-request.ts';
export { gitHubClaims } from './endpoints/oidc-issuer/git-hub-claims.ts';
export { type GitHubJob, parseJob } from './endpoints/oidc-issuer/git-hub-job.ts';
