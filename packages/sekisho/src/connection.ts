/** How a verb reaches a server: its endpoint and credentials, found as AWS clients find theirs. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { signRequest } from '@sekisho/server/client';
import { CommandError, type Text } from './command.ts';
import { languageOption } from './language.ts';
import { systemCode, unreadable } from './mistakes.ts';

/** An access key; `token` for temporary credentials. */
export interface ConnectionCredentials {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

/** Where a server is, and who we are to it. */
export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: ConnectionCredentials;
}

/** Options that every verb that talks to a server has. */
export const connectionOptions = {
  ...languageOption,
  endpoint: { type: 'string' },
  profile: { type: 'string' },
  'data-dir': { type: 'string' },
} as const;

/** Their help. */
export const connectionUsage = `  --endpoint URL       the server (AWS_ENDPOINT_URL, else http://127.0.0.1:4566)
  --profile NAME       a profile of the shared credentials file (AWS_PROFILE, else default)
  --data-dir FOLDER    the server's data folder, for its root keys (.sekisho)
  --lang en|ja         the language (SEKISHO_LANG, else the locale)`;

/** Finds endpoint and credentials. Throws CommandError when there are none. */
export function connect(values: ReadonlyMap<string, unknown>): Connection {
  const option = (name: string): string | undefined => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const { env } = process;
  return {
    endpoint: findEndpoint(values),
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    credentials: findCredentials(option('profile'), option('data-dir')),
  };
}

/** The server's URL without a slash at its end. Throws CommandError for what is none. */
export function findEndpoint(values: ReadonlyMap<string, unknown>): string {
  const given = values.get('endpoint') ?? process.env['AWS_ENDPOINT_URL'];
  const endpoint = typeof given === 'string' ? given : 'http://127.0.0.1:4566';
  if (!isWebAddress(endpoint)) {
    throw new CommandError({
      en: `the endpoint ${endpoint} is no URL such as http://127.0.0.1:4566`,
      ja: `エンドポイント ${endpoint} は http://127.0.0.1:4566 のような URL ではありません`,
    });
  }
  return endpoint.replace(/\/+$/, '');
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function findCredentials(
  profileOption: string | undefined,
  dataFolder: string | undefined,
): ConnectionCredentials {
  const { env } = process;
  const profile = profileOption ?? env['AWS_PROFILE'] ?? 'default';
  const own = join(dataFolder ?? env['SEKISHO_DATA_DIR'] ?? '.sekisho', 'credentials');
  const id = env['AWS_ACCESS_KEY_ID'];
  const secret = env['AWS_SECRET_ACCESS_KEY'];
  const token = env['AWS_SESSION_TOKEN'];
  if (dataFolder === undefined && profileOption === undefined && id && secret) {
    return { id, secret, ...(token ? { token } : {}) };
  }
  const shared = env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws', 'credentials');
  const files = dataFolder === undefined ? [shared, own] : [own];
  for (const file of files) {
    const found = readProfile(file, profile);
    if (found !== undefined) return found;
  }
  throw new CommandError({
    en: `no credentials for profile ${profile} in ${files.join(' or ')}; is the server started?`,
    ja: `${files.join(' にも ')} にプロファイル ${profile} の認証情報がありません。サーバーは起動していますか`,
  });
}

/**
 * One profile of an AWS shared credentials file; undefined when file or profile do not exist.
 * Throws CommandError for a file that is there and cannot be read.
 */
export function readProfile(file: string, profile: string): ConnectionCredentials | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test(systemCode(error) ?? '')) return undefined;
    throw unreadable(file, error);
  }
  const settings = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) current = section;
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current === profile && name !== undefined) settings.set(name, value ?? '');
  }
  const id = settings.get('aws_access_key_id');
  const secret = settings.get('aws_secret_access_key');
  const token = settings.get('aws_session_token');
  if (!id || !secret) return undefined;
  return { id, secret, ...(token ? { token } : {}) };
}

/** A signed GET of one of the server's own paths. Throws CommandError with the server's words. */
export async function getOwn(connection: Connection, path: string): Promise<unknown> {
  const { response, body } = await sendOwn(connection, 'GET', path);
  if (response.ok) return body;
  throw new CommandError(refusalText(response, body), exitOf(response));
}

/**
 * A signed POST of JSON to one of the server's own paths. Throws CommandError with the server's
 * words; its exit code is 2 whatever was wrong, so that 3 stays the answer "denied".
 */
export async function postOwn(
  connection: Connection,
  path: string,
  value: object,
): Promise<unknown> {
  const { response, body } = await sendOwn(connection, 'POST', path, JSON.stringify(value));
  if (response.ok) return body;
  throw new CommandError(refusalText(response, body));
}

async function sendOwn(
  connection: Connection,
  method: string,
  path: string,
  text?: string,
): Promise<{ readonly response: Response; readonly body: unknown }> {
  const url = new URL(`${connection.endpoint}/_sekisho/${path}`);
  const headers = signRequest({
    method,
    host: url.host,
    rawPath: url.pathname,
    region: connection.region,
    service: 'sekisho',
    now: Date.now(),
    credentials: connection.credentials,
    ...(text === undefined ? {} : { body: text }),
  }).map(([name, value]): [string, string] => [name, value]);
  if (text !== undefined) headers.push(['content-type', 'application/json']);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
  } catch {
    throw new CommandError({
      en: `no server answers at ${connection.endpoint}`,
      ja: `${connection.endpoint} でサーバーが応答しません`,
    });
  }
  return { response, body: await response.json().catch(() => undefined) };
}

function refusalText(response: Response, body: unknown): Text | string {
  const { status } = response;
  const en = `the server answered ${status}`;
  return errorText(body) ?? { en, ja: `サーバーの応答は ${status} でした` };
}

function exitOf(response: Response): number {
  return response.status === 403 ? 3 : 2;
}

function errorText(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const code: unknown = Reflect.get(body, 'error');
  const message: unknown = Reflect.get(body, 'message');
  return typeof code === 'string' ? `${code}: ${String(message)}` : undefined;
}
