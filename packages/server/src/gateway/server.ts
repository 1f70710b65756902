/** The running server: everything put together, started and stopped. */
import { loadActionIndex, loadManagedPolicies } from '@sekisho/catalog';
import { createAuthenticator } from '../authentication/authenticator.ts';
import { KeySource } from '../authentication/credentials.ts';
import { SessionTokens } from '../authentication/session-token.ts';
import { OidcWebIdentities } from '../authentication/web-identity/oidc-web-identities.ts';
import { Directory } from '../directory/directory.ts';
import { OidcIssuer } from '../endpoints/oidc-issuer/index.ts';
import { VpcEndpointFleet } from '../endpoints/vpc-endpoint/index.ts';
import { PolicyLibrary } from '../information/policies.ts';
import { createNodePlatform } from '../platform/node-platform.ts';
import type { Platform } from '../platform/platform.ts';
import { createSealer } from '../platform/sealer.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { Router } from '../protocol/router.ts';
import type { Runtime, Service } from '../services/service.ts';
import { MemoryStore } from '../store/memory.ts';
import { SqliteStore } from '../store/sqlite.ts';
import { State } from '../store/state.ts';
import { type Store, StoreConflict } from '../store/store.ts';
import { type Administration, administer, isAdministrative, json } from './admin.ts';
import { createServiceAssumeRole } from './assume-role-as-service.ts';
import type { Configuration } from './configuration.ts';
import { DecisionJournal } from './decision-journal.ts';
import { openEventLog } from './event-log.ts';
import { handle } from './handle.ts';
import { createHostCheck, isKnownOrigin } from './host-check.ts';
import { LastUse } from './last-use.ts';
import { listen } from './listen.ts';
import { Metrics } from './metrics.ts';
import type { GatewayParts } from './parts.ts';
import { createPrivateListeners } from './private-network.ts';
import { answerRegistry } from './registry.ts';
import { createRules } from './rules.ts';
import { loadMasterKey, loadRootKeys, writeCredentialsFile } from './secrets.ts';
import { createServices } from './services.ts';
import { answerSigned } from './signed-paths.ts';

/** The program's version, as published. */
export const version = '0.1.0';

/** Bulk data that the replica leaves on disk: the index of S3 objects, log events. */
const leftOutOfReplica = ['s3o/', 'cwl/', 'ecrm/'];

/** How long requests under way may take to finish when the server stops. */
const stopMilliseconds = 5000;

/** A server that serves. */
export interface RunningServer {
  /** `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly credentialsFile: string;
  readonly dataFolder: string;
  readonly runtime: Runtime;
  /** Answers a parsed request as the listener would: for embedding, without a socket. */
  readonly answer: (request: HttpRequest) => Promise<HttpResponse>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the store, starts the services, listens. Rejects with StoreInUse, StoreUnreadable, or the
 * listener's error, having closed what it had opened.
 */
export async function startServer(
  configuration: Configuration,
  platform: Platform = createNodePlatform({ root: configuration.dataDir }),
  loadServices: () => Promise<readonly Service[]> = createServices,
): Promise<RunningServer> {
  await platform.disk.makeFolder('.');
  const state = await State.open(openStore(configuration, platform), leftOutOfReplica);
  try {
    return await serve(configuration, platform, state, await loadServices());
  } catch (error) {
    await state.close();
    throw error;
  }
}

function openStore(configuration: Configuration, platform: Platform): Store {
  if (configuration.store === 'memory') return new MemoryStore();
  return new SqliteStore(`${platform.disk.root}/store.sqlite`);
}

/** Only for issuers that the operator named: otherwise there is no key that could sign a token. */
async function openIssuer(
  { localIssuers }: Configuration,
  platform: Platform,
  sealer: Runtime['sealer'],
  endpoint: () => string,
): Promise<OidcIssuer | undefined> {
  if (localIssuers.length === 0) return undefined;
  return await OidcIssuer.open({ issuers: localIssuers, platform, sealer, endpoint });
}

async function serve(
  configuration: Configuration,
  platform: Platform,
  state: State,
  services: readonly Service[],
): Promise<RunningServer> {
  const masterKey = await loadMasterKey(platform);
  const sealer = createSealer(masterKey, platform.random);
  const tokens = new SessionTokens(masterKey, platform.random);
  const rootKeys = await loadRootKeys(configuration.accounts, state, sealer, platform.random);
  const credentialsFile = await writeCredentialsFile(platform, rootKeys);
  const directory = new Directory(state);
  const managed = await loadManagedPolicies();
  const library = new PolicyLibrary(
    directory,
    { document: (arn) => managed.get(arn)?.document },
    await servedActions(services),
  );
  const accounts = configuration.accounts.map(({ id }) => id);
  let endpoint = '';
  const oidcIssuer = await openIssuer(configuration, platform, sealer, () => endpoint);
  const privateListeners = createPrivateListeners(platform.clock);
  const vpcEndpoints = new VpcEndpointFleet(privateListeners.open);
  const runtime: Runtime = {
    platform,
    state,
    directory,
    accounts,
    partition: 'aws',
    loopbackIssuers: configuration.loopbackIssuers,
    tasks: configuration.tasks,
    ...(oidcIssuer && { localIssuerKeys: oidcIssuer }),
    endpoint: () => endpoint,
    vpcEndpoints,
    service: (id) => services.find((service) => service.id === id),
    sealer,
    issueSession: (session) => tokens.mint(session),
    assumeRoleAsService: createServiceAssumeRole({
      directory,
      partition: 'aws',
      tokens,
      clock: platform.clock,
    }),
    encodeAuthorizationMessage: (message, account) =>
      toUrlSafe(sealer.seal(message, `authorization-message/${account}`)),
    decodeAuthorizationMessage: (encoded, account) =>
      sealer.open(fromUrlSafe(encoded), `authorization-message/${account}`),
  };
  const keys = new KeySource({
    partition: 'aws',
    accounts,
    rootAccessKeys: rootKeys,
    directory,
    sessionTokens: tokens,
    sealer,
  });
  const parts: GatewayParts = {
    configuration,
    platform,
    runtime,
    router: new Router<Service>(services),
    authenticator: createAuthenticator({
      keys,
      mode: configuration.authentication,
      firstAccount: accounts[0] ?? '',
      defaultRegion: configuration.region,
    }),
    library,
    ruleOf: await createRules(services),
    eventLog: await openEventLog(platform.disk, platform.clock, 'events.jsonl'),
    journal: new DecisionJournal(platform, directory.policyDocuments),
    lastUse: new LastUse(directory, (error) => {
      if (!(error instanceof StoreConflict)) platform.process.warn(String(error));
    }),
    metrics: new Metrics(),
    ...(oidcIssuer && { oidcIssuer }),
    webIdentities: new OidcWebIdentities(runtime),
    bucketSuffixes: ['s3.localhost', ...configuration.hostNames],
    modeHeaders: modeHeaders(configuration),
  };
  await vpcEndpoints.start(runtime);
  for (const service of services) await service.start?.(runtime);
  let ready = false;
  const administration = administrationOf(parts, services, () => ready);
  const answer = createAnswer(parts, administration);
  privateListeners.answer(answer);
  const listener = await listen(
    { host: configuration.host, port: configuration.port, clock: platform.clock },
    answer,
  );
  const host = configuration.host.includes(':') ? `[${configuration.host}]` : configuration.host;
  endpoint = `http://${host}:${listener.port}`;
  ready = true;
  return {
    endpoint,
    port: listener.port,
    credentialsFile,
    dataFolder: platform.disk.root,
    runtime,
    answer,
    close: async () => {
      ready = false;
      await listener.close(stopMilliseconds);
      await vpcEndpoints.close();
      for (const service of services) await service.stop?.(runtime);
      directory.close();
      library.close();
      await parts.eventLog.close();
      await parts.journal.close();
      await state.close();
    },
  };
}

/** The actions of the services that are served: action patterns are expanded against them once. */
async function servedActions(services: readonly Service[]): Promise<readonly string[]> {
  const index = await loadActionIndex();
  const prefixes = new Set(services.map(({ actionPrefix }) => actionPrefix));
  return [...prefixes].flatMap((prefix) =>
    index.actionNames(prefix).map((name) => `${prefix}:${name}`),
  );
}

function createAnswer(
  parts: GatewayParts,
  administration: Administration,
): Parameters<typeof listen>[1] {
  const { configuration, modeHeaders } = parts;
  const isKnownHost = createHostCheck(configuration.host, configuration.hostNames);
  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    if (!isKnownHost(request.header('host'))) {
      return json(421, {
        error: 'MisdirectedRequest',
        message: 'This server does not answer to that Host; see hostNames in the configuration.',
      });
    }
    if (!isKnownOrigin(request.header('origin'), isKnownHost)) {
      return json(403, {
        error: 'ForbiddenOrigin',
        message: 'This server does not answer pages of that Origin.',
      });
    }
    const registryAnswer = answerRegistry(request, parts);
    if (registryAnswer !== undefined) return await registryAnswer;
    if (request.privateNetwork === undefined && isAdministrative(request))
      return await administer(request, administration);
    return await handle(request, parts);
  };
  if (modeHeaders.length === 0) return answer;
  return async (request) => {
    const response = await answer(request);
    return { ...response, headers: [...response.headers, ...modeHeaders] };
  };
}

function modeHeaders(configuration: Configuration): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  if (configuration.enforcement !== 'enforce') {
    headers.push(['x-sekisho-enforcement', configuration.enforcement]);
  }
  if (configuration.authentication !== 'verify') {
    headers.push(['x-sekisho-authentication', configuration.authentication]);
  }
  return headers;
}

function administrationOf(
  parts: GatewayParts,
  services: readonly Service[],
  ready: () => boolean,
): Administration {
  const { configuration, runtime } = parts;
  return {
    version,
    enforcement: configuration.enforcement,
    authentication: configuration.authentication,
    ready,
    services: services.map(({ id }) => id),
    revision: () => runtime.state.revision,
    metrics: () => parts.metrics.text(runtime.state.revision, process.memoryUsage.rss()),
    reset: () => resetStore(parts, services),
    resetIsOpen: configuration.authentication === 'any-key',
    signed: (request, path) =>
      answerSigned(request, path, parts, services, () => resetStore(parts, services)),
  };
}

/** Removes every record but the root keys, and lets the services start anew. */
async function resetStore(parts: GatewayParts, services: readonly Service[]): Promise<void> {
  const { runtime } = parts;
  for (const service of services) await service.stop?.(runtime);
  for (;;) {
    const page = await runtime.state.store.list('', { limit: 1000 });
    const removed = page.filter(({ key }) => !key.startsWith('server/'));
    if (removed.length === 0) break;
    await runtime.state.commit(removed.map(({ key }) => ({ key, value: undefined })));
  }
  await parts.journal.clear();
  for (const service of services) await service.start?.(runtime);
}

/** Encoded authorization messages are URL-safe base64 without padding on the wire. */
function toUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromUrlSafe(text: string): string {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
}
