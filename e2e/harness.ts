/** Starts the real command on a free port, and runs real clients against it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `npm test` has built the packages before; in between, the command runs from source. */
const built = process.env['E2E_BUILT'] === '1';
const main = join(
  root,
  'packages',
  'sekisho',
  ...(built ? ['dist', 'sekisho.js'] : ['src', 'main.ts']),
);

/** A running server in a folder of its own. */
export interface Sekisho {
  readonly endpoint: string;
  readonly folder: string;
  readonly dataFolder: string;
  readonly credentialsFile: string;
  readonly process: ChildProcess;
  /** Stops it (by its process id) and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** The arguments with which this Node runs the command. */
export const commandArguments: readonly string[] = built ? [main] : ['--conditions=source', main];

/** Starts `sekisho up` on a free port; resolves when it serves. */
export async function startSekisho(...args: readonly string[]): Promise<Sekisho> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-e2e-'));
  const dataFolder = join(folder, 'data');
  // No option may be given twice.
  const ownFolder = args.includes('--data-dir') ? [] : ['--data-dir', dataFolder];
  const child = spawn(
    process.execPath,
    [...commandArguments, 'up', '--port', '0', ...ownFolder, ...args],
    { cwd: folder, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const endpoint = await servingAt(child);
  return {
    endpoint,
    folder,
    dataFolder,
    credentialsFile: join(dataFolder, 'credentials'),
    process: child,
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function servingAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const endpoint = /serving at (http:\/\/\S+)/.exec(output)?.[1];
      if (endpoint !== undefined) resolve(endpoint);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`sekisho up ended with ${code}:\n${output}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    }
  });
}

/** The environment without anything that AWS clients or Sekisho read. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(?:AWS_|SEKISHO_|RCLONE_|TF_|NODE_OPTIONS|VITEST)/.test(name)) environment[name] = value;
  }
  return environment;
}

/** How a client run ended. */
export interface ClientResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Credentials for a client: the root keys by default. */
export interface ClientOptions {
  readonly profile?: string;
  readonly credentials?: {
    readonly id: string;
    readonly secret: string;
    readonly token?: string;
  };
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** The environment of a client that talks to the server. */
export function clientEnvironment(
  sekisho: Pick<Sekisho, 'endpoint' | 'credentialsFile'>,
  options: ClientOptions = {},
): NodeJS.ProcessEnv {
  const { credentials, profile, environment } = options;
  return {
    ...cleanEnvironment(),
    AWS_ENDPOINT_URL: sekisho.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...(credentials === undefined
      ? { AWS_SHARED_CREDENTIALS_FILE: sekisho.credentialsFile, AWS_PROFILE: profile ?? 'default' }
      : {
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          AWS_ACCESS_KEY_ID: credentials.id,
          AWS_SECRET_ACCESS_KEY: credentials.secret,
          ...(credentials.token === undefined ? {} : { AWS_SESSION_TOKEN: credentials.token }),
        }),
    ...environment,
  };
}

/** Runs a program to its end. */
export function runClient(
  program: string,
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly folder?: string;
    readonly milliseconds?: number;
  },
): ClientResult {
  const result = spawnSync(program, args, {
    env: options.env,
    cwd: options.folder ?? root,
    encoding: 'utf8',
    timeout: options.milliseconds ?? 120_000,
  });
  if (result.error !== undefined) throw result.error;
  return { code: result.status ?? 128, stdout: result.stdout, stderr: result.stderr };
}

/** An AWS CLI that this machine has. */
export interface AwsCli {
  readonly path: string;
  readonly name: string;
  /** Debian's 2.9 reads no AWS_ENDPOINT_URL. */
  readonly needsEndpointFlag: boolean;
}

/** Every AWS CLI in reach: the one in PATH, and Debian's. Prints what is missing. */
export function findAwsClis(): readonly AwsCli[] {
  const found: AwsCli[] = [];
  for (const path of ['aws', '/usr/bin/aws']) {
    const result = spawnSync(path, ['--version'], { encoding: 'utf8', env: cleanEnvironment() });
    const name = /^aws-cli\/\S+/.exec(`${result.stdout ?? ''}${result.stderr ?? ''}`)?.[0];
    if (result.status !== 0 || name === undefined) {
      console.warn(`skipped: no AWS CLI at ${path}`);
      continue;
    }
    if (found.some((cli) => cli.name === name)) continue;
    found.push({ path, name, needsEndpointFlag: /aws-cli\/2\.(?:[0-9]|1[0-2])\./.test(name) });
  }
  return found;
}

/** Runs an AWS CLI command with the given credentials. */
export function aws(
  cli: AwsCli,
  sekisho: Pick<Sekisho, 'endpoint' | 'credentialsFile' | 'folder'>,
  args: readonly string[],
  options: ClientOptions = {},
): ClientResult {
  const flags = cli.needsEndpointFlag ? ['--endpoint-url', sekisho.endpoint] : [];
  return runClient(cli.path, [...flags, ...args], {
    env: clientEnvironment(sekisho, options),
    folder: options.folder ?? sekisho.folder,
  });
}

/** Whether a program of that path or name runs here; prints that it was skipped if not. */
export function hasProgram(program: string, versionFlag = '--version'): boolean {
  const result = spawnSync(program, [versionFlag], { stdio: 'ignore', env: cleanEnvironment() });
  if (result.status === 0) return true;
  console.warn(`skipped: no ${program} on this machine`);
  return false;
}

/** The folder of a local Terraform provider mirror that holds the AWS provider, if there is one. */
export function findProviderMirror(): string | undefined {
  const candidates = [
    join(homedir(), '.terraform.d', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    ...readdirSync('/opt').map((name) => join('/opt', name)),
  ];
  return candidates.find((folder) =>
    existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')),
  );
}
