/** The public interface of the server. */

export type { RequestToSign } from './authentication/signature/sign-request.ts';
export { signRequest } from './authentication/signature/sign-request.ts';
export { type GitHubJob, gitHubClaims, parseJob } from './endpoints/oidc-issuer/index.ts';
export type { AccountConfiguration, Configuration } from './gateway/configuration.ts';
export { ConfigurationError, gitHubIssuer, readConfiguration } from './gateway/configuration.ts';
export type { RunningServer } from './gateway/server.ts';
export { startServer, version } from './gateway/server.ts';
export { StoreInUse, StoreUnreadable } from './store/sqlite.ts';
