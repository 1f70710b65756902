/** The public interface of the server. */

export type { AccountConfiguration, Configuration } from './gateway/configuration.ts';
export { ConfigurationError, gitHubIssuer, readConfiguration } from './gateway/configuration.ts';
export type { RunningServer } from './gateway/server.ts';
export { startServer, version } from './gateway/server.ts';
export { StoreInUse, StoreUnreadable } from './store/sqlite.ts';
