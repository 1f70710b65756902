/** The local issuer of GitHub's OIDC tokens. */
export { answerIssuer } from './answer.ts';
export { gitHubClaims } from './git-hub-claims.ts';
export { type GitHubJob, invalidJob, parseJob, readJob } from './git-hub-job.ts';
export { OidcIssuer, tokenSecondsDefault, withoutScheme } from './oidc-issuer.ts';
