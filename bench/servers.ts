/** Starts the servers that are measured: Sekisho as built (else from source), and moto's. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A running server and the keys with which it is called. */
export interface MeasuredServer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly key: { readonly id: string; readonly secret: string };
  /** Milliseconds from the start of the process to its first answer. */
  readonly readyMilliseconds: number;
  readonly stop: () => Promise<void>;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'packages', 'sekisho', 'dist', 'sekisho.js');
const source = join(root, 'packages', 'sekisho', 'src', 'main.ts');

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS_|SEKISHO_|NODE_OPTIONS|MOTO_)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** `sekisho up` with an empty data folder. `nodeFlags` go to Node (`--cpu-prof`). */
export async function startSekisho(
  store: 'memory' | 'sqlite' = 'sqlite',
  nodeFlags: readonly string[] = [],
): Promise<MeasuredServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-bench-'));
  const program = existsSync(built) ? [built] : ['--conditions=source', source];
  const port = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      ...program,
      'up',
      '--port',
      String(port),
      '--data-dir',
      folder,
      '--store',
      store,
    ],
    { cwd: folder, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await answering(child, port, '/_sekisho/ready');
  const readyMilliseconds = performance.now() - started;
  const profile = readFileSync(join(folder, 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(profile)?.[1] ?? '';
  return {
    name: 'sekisho',
    port,
    pid: child.pid ?? 0,
    key: { id: value('aws_access_key_id'), secret: value('aws_secret_access_key') },
    readyMilliseconds,
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `python3 -m moto.server`; undefined, with a line that says so, when it is not installed. */
export async function startMoto(): Promise<MeasuredServer | undefined> {
  const probe = spawnSync('python3', ['-c', 'import moto.server'], { encoding: 'utf8' });
  if (probe.status !== 0) {
    process.stderr.write('skipped: no python3 with moto.server on this machine\n');
    return undefined;
  }
  const port = await freePort();
  const started = performance.now();
  const child = spawn('python3', ['-m', 'moto.server', '-p', String(port)], {
    env: environment(),
    stdio: 'ignore',
  });
  await answering(child, port, '/moto-api/');
  return {
    name: 'moto',
    port,
    pid: child.pid ?? 0,
    key: { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    readyMilliseconds: performance.now() - started,
    stop: () => ended(child),
  };
}

/**
 * The CNCF's registry (Debian: docker-registry) with a folder as its storage, open to all; undefined,
 * with a line that says so, when it is not installed.
 */
export async function startDistribution(): Promise<MeasuredServer | undefined> {
  const probe = spawnSync('docker-registry', ['--version'], { encoding: 'utf8' });
  if (probe.status !== 0) {
    process.stderr.write('skipped: no docker-registry on this machine\n');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'distribution-bench-'));
  const port = await freePort();
  const configuration = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML too.
  writeFileSync(join(folder, 'registry.yml'), JSON.stringify(configuration));
  const started = performance.now();
  const child = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], {
    env: environment(),
    stdio: 'ignore',
  });
  await answering(child, port, '/v2/');
  return {
    name: 'docker-registry',
    port,
    pid: child.pid ?? 0,
    key: { id: '', secret: '' },
    readyMilliseconds: performance.now() - started,
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Resolves at the first answer; rejects when the process ends before, or after a minute. */
async function answering(child: ChildProcess, port: number, path: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      await response.arrayBuffer();
      if (response.status < 500) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the server does not answer');
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
