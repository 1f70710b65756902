/** The local issuer of GitHub's OIDC tokens. */
export { answerIssuer } from './answer.ts';
export { type GitHubJob, invalidJob, readJob } from './git-hub-job.ts';
export { OidcIssuer, tokenSecondsDefault, withoutScheme } from './oidc-issuer.ts';
