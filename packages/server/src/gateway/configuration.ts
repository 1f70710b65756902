/** Configuration: defaults, then the file, then SEKISHO_* variables, then flags; unknown names are errors. */

/** An account that the server holds, with its root key if the operator sets it. */
export interface AccountConfiguration {
  readonly id: string;
  readonly rootAccessKey?: { readonly id: string; readonly secret: string };
}

/** Everything that can be configured. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly accounts: readonly AccountConfiguration[];
  readonly store: 'sqlite' | 'memory';
  readonly enforcement: 'enforce' | 'audit';
  readonly authentication: 'verify' | 'any-key';
  /** The region of requests that name none. */
  readonly region: string;
  /** Further host names that clients may use (and, for S3, put a bucket's name in front of). */
  readonly hostNames: readonly string[];
  /** OIDC issuers on loopback addresses that may be asked over plain http. */
  readonly loopbackIssuers: readonly string[];
  /** GitHub's OIDC issuers that this server stands in for: it signs their tokens itself. */
  readonly localIssuers: readonly string[];
  /**
   * How tasks of ECS run: as states without programs, as processes of this machine (their programs
   * do what the user may who runs the server), or in a container engine.
   */
  readonly tasks: 'declared' | 'process' | 'docker';
}

/** The operator's mistake: printed as it is, exit code 2. */
export class ConfigurationError extends Error {
  /** The message in Japanese. */
  readonly japanese: string;

  constructor(message: string, japanese: string) {
    super(message);
    this.name = 'ConfigurationError';
    this.japanese = japanese;
  }
}

/** The issuer of github.com's tokens. */
export const gitHubIssuer = 'https://token.actions.githubusercontent.com';

const defaults: Configuration = {
  host: '127.0.0.1',
  port: 4566,
  dataDir: '.sekisho',
  accounts: [{ id: '123456789012' }],
  store: 'sqlite',
  enforcement: 'enforce',
  authentication: 'verify',
  region: 'us-east-1',
  hostNames: [],
  loopbackIssuers: [],
  localIssuers: [],
  tasks: 'declared',
};

type Reader<T> = (value: unknown, name: string) => T;

const text: Reader<string> = (value, name) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigurationError(`${name} must be a non-empty text`, `${name} は空にできません`);
};

const list: Reader<readonly string[]> = (value, name) => {
  const items: readonly unknown[] =
    typeof value === 'string' ? value.split(',') : asArray(value, name);
  return items.map((item) => text(item, name));
};

const port: Reader<number> = (value, name) => {
  const digits = String(value);
  if (/^\d{1,5}$/.test(digits) && Number(digits) <= 65_535) return Number(digits);
  throw new ConfigurationError(
    `${name} must be a port number from 0 to 65535, not ${digits}`,
    `${name} は 0 から 65535 のポート番号です (${digits} は指定できません)`,
  );
};

function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, name) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw new ConfigurationError(
      `${name} must be ${choices.join(' or ')}, not ${String(value)}`,
      `${name} は ${choices.join('、')} のいずれかです (${String(value)} は指定できません)`,
    );
  };
}

const accounts: Reader<readonly AccountConfiguration[]> = (value, name) => {
  const items = typeof value === 'string' ? value.split(',') : asArray(value, name);
  const read = items.map((item) => account(item, name));
  const ids = new Set(read.map(({ id }) => id));
  if (read.length === 0 || ids.size !== read.length) {
    throw new ConfigurationError(
      `${name} must name at least one account, each once`,
      `${name} には 1 つ以上のアカウントを、重複なしで指定します`,
    );
  }
  const keyIds = read.flatMap(({ rootAccessKey }) => rootAccessKey?.id ?? []);
  if (new Set(keyIds).size !== keyIds.length) {
    throw new ConfigurationError(
      `${name} must give each account a root key of its own`,
      `${name} ではアカウントごとに別のルートのキーを指定します`,
    );
  }
  return read;
};

function account(value: unknown, name: string): AccountConfiguration {
  if (typeof value !== 'object' || value === null) return { id: accountId(value, name) };
  refuseUnknown(value, ['id', 'rootAccessKey'], name);
  const id = accountId(Reflect.get(value, 'id'), `${name}.id`);
  const key: unknown = Reflect.get(value, 'rootAccessKey');
  if (key === undefined) return { id };
  if (typeof key !== 'object' || key === null) {
    throw new ConfigurationError(
      `${name}.rootAccessKey must be { id, secret }`,
      `${name}.rootAccessKey は { id, secret } の形で指定します`,
    );
  }
  refuseUnknown(key, ['id', 'secret'], `${name}.rootAccessKey`);
  const keyId = text(Reflect.get(key, 'id'), `${name}.rootAccessKey.id`);
  const secret = text(Reflect.get(key, 'secret'), `${name}.rootAccessKey.secret`);
  if (!/^\w{16,128}$/.test(keyId) || keyId.startsWith('ASIA')) {
    throw new ConfigurationError(
      `${name}.rootAccessKey.id must be 16 to 128 letters or digits`,
      `${name}.rootAccessKey.id は 16 から 128 文字の英数字です`,
    );
  }
  return { id, rootAccessKey: { id: keyId, secret } };
}

function accountId(value: unknown, name: string): string {
  const digits = String(value);
  if (/^\d{12}$/.test(digits)) return digits;
  throw new ConfigurationError(
    `${name} must be a 12-digit account id, not ${digits}`,
    `${name} は 12 桁のアカウント ID です (${digits} は指定できません)`,
  );
}

function asArray(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ConfigurationError(`${name} must be a list`, `${name} はリストで指定します`);
}

/** github.com (with an enterprise's slug), ghe.com, GitHub Enterprise Server. */
const gitHubIssuers = [
  /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9-]{1,60})?$/,
  /^https:\/\/token\.actions\.[a-z0-9-]{1,60}\.ghe\.com(?:\/[A-Za-z0-9-]{1,60})?$/,
  /^https:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?\/_services\/token$/,
];

const localIssuers: Reader<readonly string[]> = (value, name) => {
  const issuers = list(value, name);
  for (const issuer of issuers) {
    if (gitHubIssuers.some((shape) => shape.test(issuer))) continue;
    throw new ConfigurationError(
      `${name} must hold issuers of GitHub, such as ${gitHubIssuer}, not ${issuer}`,
      `${name} には ${gitHubIssuer} のような GitHub の発行者を指定します (${issuer} は指定できません)`,
    );
  }
  return issuers;
};

const readers: { readonly [K in keyof Configuration]: Reader<Configuration[K]> } = {
  host: text,
  port,
  dataDir: text,
  accounts,
  store: oneOf('sqlite', 'memory'),
  enforcement: oneOf('enforce', 'audit'),
  authentication: oneOf('verify', 'any-key'),
  region: (value, name) => {
    const region = text(value, name);
    if (/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return region;
    throw new ConfigurationError(
      `${name} must be a region such as us-east-1, not ${region}`,
      `${name} は us-east-1 のようなリージョンです (${region} は指定できません)`,
    );
  },
  hostNames: list,
  loopbackIssuers: list,
  localIssuers,
  tasks: oneOf('declared', 'process', 'docker'),
};

/** Environment variable → setting. */
const variables: ReadonlyMap<string, keyof Configuration> = new Map<string, keyof Configuration>([
  ['SEKISHO_HOST', 'host'],
  ['SEKISHO_PORT', 'port'],
  ['SEKISHO_DATA_DIR', 'dataDir'],
  ['SEKISHO_ACCOUNTS', 'accounts'],
  ['SEKISHO_STORE', 'store'],
  ['SEKISHO_ENFORCEMENT', 'enforcement'],
  ['SEKISHO_AUTHENTICATION', 'authentication'],
  ['SEKISHO_REGION', 'region'],
  ['SEKISHO_HOST_NAMES', 'hostNames'],
  ['SEKISHO_LOOPBACK_ISSUERS', 'loopbackIssuers'],
  ['SEKISHO_LOCAL_ISSUERS', 'localIssuers'],
  ['SEKISHO_TASKS', 'tasks'],
]);

/** Variables that the command reads itself. */
const commandVariables = new Set(['SEKISHO_CONFIG', 'SEKISHO_LANG']);

/** Where settings come from, weakest first; names in `flags` and `file` are Configuration's. */
export interface ConfigurationSources {
  readonly file?: unknown;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: ReadonlyMap<string, unknown>;
}

/** Reads and checks everything. Throws ConfigurationError naming the setting. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const settings = new Map<string, { readonly value: unknown; readonly name: string }>();
  for (const [key, value] of fileEntries(sources.file)) {
    settings.set(key, { value, name: `${key} in the configuration file` });
  }
  for (const [variable, value] of Object.entries(sources.environment)) {
    if (!variable.startsWith('SEKISHO_') || commandVariables.has(variable)) continue;
    const key = variables.get(variable);
    if (key === undefined) {
      const known = [...variables.keys(), ...commandVariables].join(', ');
      throw new ConfigurationError(
        `unknown variable ${variable}; known are ${known}`,
        `不明な環境変数 ${variable}。使えるのは ${known} です`,
      );
    }
    settings.set(key, { value, name: variable });
  }
  for (const [key, value] of sources.flags) settings.set(key, { value, name: `--${flagOf(key)}` });
  const read = <K extends keyof Configuration>(key: K): Configuration[K] => {
    const setting = settings.get(key);
    return setting === undefined ? defaults[key] : readers[key](setting.value, setting.name);
  };
  return checkTogether({
    host: read('host'),
    port: read('port'),
    dataDir: read('dataDir'),
    accounts: read('accounts'),
    store: read('store'),
    enforcement: read('enforcement'),
    authentication: read('authentication'),
    region: read('region'),
    hostNames: read('hostNames'),
    loopbackIssuers: read('loopbackIssuers'),
    localIssuers: read('localIssuers'),
    tasks: read('tasks'),
  });
}

/** The flag of a setting: `dataDir` → `data-dir`; accounts are given one by one. */
export function flagOf(key: string): string {
  if (key === 'accounts') return 'account';
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function fileEntries(file: unknown): readonly (readonly [string, unknown])[] {
  if (file === undefined) return [];
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ConfigurationError(
      'the configuration file must hold one JSON object',
      '設定ファイルには JSON オブジェクトを 1 つ書きます',
    );
  }
  refuseUnknown(file, Object.keys(defaults), 'the configuration file');
  return Object.entries(file);
}

function refuseUnknown(value: object, known: readonly string[], name: string): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new ConfigurationError(
        `${name} has the unknown key ${key}; known are ${known.join(', ')}`,
        `${name} に不明なキー ${key} があります。使えるのは ${known.join(', ')} です`,
      );
    }
  }
}

function checkTogether(configuration: Configuration): Configuration {
  const { host, authentication, tasks } = configuration;
  if (authentication === 'any-key' && !isLoopback(host)) {
    throw new ConfigurationError(
      'authentication any-key is for loopback addresses only',
      '認証 any-key はループバックアドレスでのみ使えます',
    );
  }
  if (authentication === 'any-key' && tasks !== 'declared') {
    throw new ConfigurationError(
      'authentication any-key goes with tasks declared only',
      '認証 any-key は tasks declared とだけ組み合わせられます',
    );
  }
  return configuration;
}

/** Whether only this machine can reach a listener on that host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
