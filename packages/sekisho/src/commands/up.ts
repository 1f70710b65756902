/** `sekisho up`: starts the server, prints where it is and what it enforces, stops on a signal. */
import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type * as ServerLibrary from '@sekisho/server';
import type { Configuration, RunningServer } from '@sekisho/server';
import { type Arguments, readArguments } from '../arguments.ts';
import { type Command, CommandError } from '../command.ts';
import { languageOption, readLanguage } from '../language.ts';
import { notOneOf, systemCode, systemText, takeWords, unreadable } from '../mistakes.ts';
import { banner, bannerWords } from './up/banner.ts';

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
  --lang en|ja                  the language (SEKISHO_LANG, else the locale)

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
  ...languageOption,
} as const;

const settingOfFlag: ReadonlyMap<string, string> = new Map([
  ['data-dir', 'dataDir'],
  ['account', 'accounts'],
]);

/** The verb. */
export const up: Command = {
  name: 'up',
  summary: { en: 'start the server', ja: 'サーバーを起動' },
  usage,
  async run(args) {
    const { values, positionals } = readArguments(args, flags, usage);
    takeWords(positionals, [], usage);
    const language = readLanguage(values);
    const configuration = await configure(values);
    const server = await start(configuration);
    process.stdout.write(banner(configuration, server, language));
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
    process.stdout.write(`${bannerWords[language].stopping}\n`);
    await server.close();
    return 0;
  },
};

/** Loaded here only: it takes longer to load than other verbs to run. */
async function serverLibrary(): Promise<typeof ServerLibrary> {
  return await import('@sekisho/server');
}

async function configure(values: Arguments['values']): Promise<Configuration> {
  const { ConfigurationError, gitHubIssuer, readConfiguration } = await serverLibrary();
  const settings = new Map<string, unknown>();
  for (const [name, value] of values) {
    if (name === 'github-issuer') settings.set('localIssuers', localIssuers(value, gitHubIssuer));
    else if (name !== 'config' && name !== 'lang')
      settings.set(settingOfFlag.get(name) ?? name, value);
  }
  const given = values.get('config') ?? process.env['SEKISHO_CONFIG'];
  const file = readFile(typeof given === 'string' ? given : undefined);
  try {
    return readConfiguration({ file, environment: process.env, flags: settings });
  } catch (error) {
    if (error instanceof ConfigurationError) {
      throw new CommandError({ en: error.message, ja: error.japanese });
    }
    throw error;
  }
}

/** The flag wins over what file and variable say, like every other. */
function localIssuers(value: unknown, gitHubIssuer: string): readonly string[] {
  if (value === 'local') return [gitHubIssuer];
  if (value === 'network') return [];
  throw notOneOf('--github-issuer', ['network', 'local'], value);
}

function readFile(path: string | undefined): unknown {
  const name = path ?? 'sekisho.json';
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    if (path === undefined && systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(name, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError({
      en: `the configuration file ${name} is not JSON: ${why}`,
      ja: `設定ファイル ${name} は JSON ではありません: ${why}`,
    });
  }
}

async function start(configuration: Configuration): Promise<RunningServer> {
  const { StoreInUse, StoreUnreadable, startServer } = await serverLibrary();
  const { dataDir, host, port } = configuration;
  prepareFolder(dataDir);
  try {
    return await startServer(configuration);
  } catch (error) {
    if (error instanceof StoreInUse) {
      throw new CommandError({
        en: `${error.message}; choose another --data-dir`,
        ja: `${dataDir} は別のプロセスが使用中です。別の --data-dir を指定してください`,
      });
    }
    if (error instanceof StoreUnreadable) throw new CommandError(error.message);
    if (systemCode(error) === 'EADDRINUSE') {
      throw new CommandError({
        en: `${host}:${port} is in use by another program; choose another --port`,
        ja: `${host}:${port} は別のプログラムが使用中です。別の --port を指定してください`,
      });
    }
    const isAddress =
      error instanceof Error && /^(?:listen|bind|getaddrinfo)/.test(syscallOf(error));
    if (!isAddress) throw error;
    const { en, ja } = systemText(error);
    throw new CommandError({
      en: `${host}:${port} cannot be listened on: ${en}`,
      ja: `${host}:${port} で待ち受けられません: ${ja}`,
    });
  }
}

function syscallOf(error: Error): string {
  return 'syscall' in error ? String(error.syscall) : '';
}

/** Made, level by level (mkdir's own recursion never ends below /proc), and looked at. */
function prepareFolder(path: string): void {
  try {
    makeFolder(resolve(path));
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { en, ja } = systemText(error);
    throw new CommandError({
      en: `the data folder ${path} cannot be used: ${en}`,
      ja: `データフォルダー ${path} を使用できません: ${ja}`,
    });
  }
}

function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (found.isDirectory()) return;
    throw Object.assign(new Error('no folder'), { code: 'ENOTDIR', syscall: 'mkdir' });
  }
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
