/** The server of a tour: the one that runs, or one of the tour's own in a temporary folder. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from '../../command.ts';
import { type Connection, connect, findEndpoint, readProfile } from '../../connection.ts';
import { type Phrases, phrases as phrasesOf } from './phrases.ts';
import type { Tour } from './step.ts';

/** Where the tour plays. */
export interface TourServer {
  readonly connection: Connection;
  /** The data folder of the tour's own server. */
  readonly ownFolder?: string;
  readonly notice?: string;
  /** Stops the tour's own server; with `keep` its data folder stays. */
  readonly close: (keep: boolean) => Promise<void>;
}

/** Finds or starts it. Throws CommandError when an `--endpoint` that was given does not answer. */
export async function findServer(
  values: ReadonlyMap<string, unknown>,
  phrases: Phrases,
  tour: Tour,
): Promise<TourServer> {
  if (values.get('own') === true) return await startOwn(phrases.ownServer(phrases.asked), tour);
  const given = values.get('endpoint');
  const endpoint = findEndpoint(values);
  if (await isSekisho(endpoint)) {
    return { connection: connect(withDefaultFolder(values)), close: async () => {} };
  }
  if (given !== undefined) {
    throw new CommandError({
      en: phrasesOf.en.unreachable(endpoint),
      ja: phrasesOf.ja.unreachable(endpoint),
    });
  }
  return await startOwn(phrases.ownServer(phrases.unreachable(endpoint)), tour);
}

async function isSekisho(endpoint: string): Promise<boolean> {
  try {
    const url = `${endpoint}/_sekisho/ready`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && Reflect.get(body, 'ready') === true;
  } catch {
    return false;
  }
}

/** As `sekisho env`: the data folder here comes before a profile meant for AWS itself. */
function withDefaultFolder(values: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  const { env } = process;
  const chosen =
    values.has('data-dir') ||
    values.has('profile') ||
    ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_SHARED_CREDENTIALS_FILE'].some((name) => env[name]);
  const folder = resolve(env['SEKISHO_DATA_DIR'] ?? '.sekisho');
  if (chosen || !existsSync(join(folder, 'credentials'))) return values;
  return new Map([...values, ['data-dir', folder]]);
}

async function startOwn(notice: string, { settings }: Tour): Promise<TourServer> {
  const { readConfiguration, startServer } = await import('@sekisho/server');
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-tour-'));
  const configuration = readConfiguration({
    environment: {},
    flags: new Map([['port', '0'], ['dataDir', folder], ...(settings ?? [])]),
  });
  const server = await startServer(configuration);
  const credentials = readProfile(server.credentialsFile, 'default');
  if (credentials === undefined) throw new Error('the server wrote no credentials');
  return {
    connection: { endpoint: server.endpoint, region: configuration.region, credentials },
    ownFolder: folder,
    notice,
    close: async (keep) => {
      await server.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}
