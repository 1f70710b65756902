/** `sekisho up`: starts the server, prints where it is and what it enforces, stops on a signal. */
import { readFileSync } from 'node:fs';
import {
  type Configuration,
  ConfigurationError,
  gitHubIssuer,
  type RunningServer,
  readConfiguration,
  StoreInUse,
  StoreUnreadable,
  startServer,
} from '@sekisho/server';
import { readArguments } from '../arguments.ts';
import { type Command, CommandError } from '../command.ts';

const usage = `Usage: sekisho up [options]

  --host HOST                   listen on this address (127.0.0.1)
  --port PORT                   listen on this port (4566); 0 = any free one
  --data-dir FOLDER             where everything is kept (.sekisho)
  --account ID                  12-digit account id, repeatable (123456789012)
  --store sqlite|memory         durable, or gone when the server stops (sqlite)
  --enforcement enforce|audit   audit: refusals are recorded but not carried out (enforce)
  --authentication verify|any-key
                                any-key: every access key is root of the first account (verify)
  --github-issuer network|local local: tokens of GitHub Actions are signed by this server, not by
                                GitHub (sekisho oidc token); off unless asked for (network)
  --tasks declared|process|docker
                                how tasks of ECS run: as states without programs, as processes of
                                this machine, or in a container engine (declared)
  --region REGION               the region of requests that name none (us-east-1)
  --config FILE                 a JSON file with these settings (sekisho.json if there is one)

Variables: SEKISHO_HOST, SEKISHO_PORT, … (one for each setting). Flags win over variables,
variables over the file.`;

const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  account: { type: 'string', multiple: true },
  store: { type: 'string' },
  enforcement: { type: 'string' },
  authentication: { type: 'string' },
  'github-issuer': { type: 'string' },
  tasks: { type: 'string' },
  region: { type: 'string' },
  config: { type: 'string' },
} as const;

const settingOfFlag: ReadonlyMap<string, string> = new Map([
  ['data-dir', 'dataDir'],
  ['account', 'accounts'],
]);

/** The verb. */
export const up: Command = {
  name: 'up',
  summary: 'start the server',
  usage,
  async run(args) {
    const configuration = configure(args);
    const server = await start(configuration);
    process.stdout.write(banner(configuration, server));
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
    process.stdout.write('Stopping …\n');
    await server.close();
    return 0;
  },
};

function configure(args: readonly string[]): Configuration {
  const { values, positionals } = readArguments(args, flags, usage);
  const [extra] = positionals;
  if (extra !== undefined) throw new CommandError(`unexpected argument ${extra}\n\n${usage}`);
  const settings = new Map<string, unknown>();
  for (const [name, value] of values) {
    if (name === 'github-issuer') settings.set('localIssuers', localIssuers(value));
    else if (name !== 'config') settings.set(settingOfFlag.get(name) ?? name, value);
  }
  const given = values.get('config') ?? process.env['SEKISHO_CONFIG'];
  const file = readFile(typeof given === 'string' ? given : undefined);
  try {
    return readConfiguration({ file, environment: process.env, flags: settings });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(error.message);
    throw error;
  }
}

/** The flag wins over what file and variable say, like every other. */
function localIssuers(value: unknown): readonly string[] {
  if (value === 'local') return [gitHubIssuer];
  if (value === 'network') return [];
  throw new CommandError(`--github-issuer must be network or local, not ${String(value)}`);
}

function readFile(path: string | undefined): unknown {
  try {
    return JSON.parse(readFileSync(path ?? 'sekisho.json', 'utf8'));
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent && path === undefined) return undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the configuration file ${path ?? 'sekisho.json'}: ${message}`);
  }
}

async function start(configuration: Configuration): Promise<RunningServer> {
  try {
    return await startServer(configuration);
  } catch (error) {
    if (error instanceof StoreInUse || error instanceof StoreUnreadable) {
      throw new CommandError(error.message);
    }
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      const address = `${configuration.host}:${configuration.port}`;
      throw new CommandError(`${address} is in use by another program; choose another --port`);
    }
    throw error;
  }
}

function banner(configuration: Configuration, server: RunningServer): string {
  const accounts = configuration.accounts.map(({ id }) => id).join(', ');
  const warnings = [
    ...(configuration.enforcement === 'audit'
      ? ['  ENFORCEMENT IS OFF (audit): refusals are recorded, not carried out.\n']
      : []),
    ...(configuration.authentication === 'any-key'
      ? ['  AUTHENTICATION IS OFF (any-key): every access key is root of the first account.\n']
      : []),
    ...(configuration.tasks === 'process'
      ? ['  TASKS RUN AS PROCESSES of this user: whoever may run a task may run programs here.\n']
      : []),
    ...configuration.localIssuers.map(
      (issuer) =>
        `  TOKENS OF ${issuer} ARE LOCAL: this server signs them\n` +
        '  (sekisho oidc token) and takes none that GitHub has signed.\n',
    ),
  ];
  return [
    `Sekisho is serving at ${server.endpoint}\n`,
    `  accounts      ${accounts} (region ${configuration.region} unless a request names another)\n`,
    `  root keys     ${server.credentialsFile}\n`,
    `  data          ${configuration.store === 'memory' ? 'in memory' : server.dataFolder}\n`,
    `  enforcement   ${configuration.enforcement}, authentication ${configuration.authentication}\n`,
    ...warnings,
    '\nIn another shell:\n',
    `  export AWS_ENDPOINT_URL=${server.endpoint} AWS_DEFAULT_REGION=${configuration.region}\n`,
    `  export AWS_SHARED_CREDENTIALS_FILE=${server.credentialsFile}\n`,
    '  aws sts get-caller-identity\n\n',
  ].join('');
}
