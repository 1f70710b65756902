/** The process around us: its standard streams, and programs that are run as its children. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Process, ProgramStart, RunningProgram } from './platform.ts';
import { ProcessGuard } from './process-guard.ts';

/** Children that live: they must not outlive us. */
const guard = new ProcessGuard();
let isWatching = false;

/** How long the last of a program's output is waited for once it has ended. */
const lateOutputMilliseconds = 2000;

export function createNodeProcess(): Process {
  const searchPath = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  return {
    log: (line) => {
      process.stdout.write(`${line}\n`);
    },
    warn: (line) => {
      process.stderr.write(`${line}\n`);
    },
    run,
    findProgram: (name) => findProgram(name, searchPath),
    searchPath,
    engineSocket: engineSocket(process.env['DOCKER_HOST']),
  };
}

/** Only sockets of this machine are asked. */
function engineSocket(dockerHost: string | undefined): string {
  return /^unix:\/\/(\/.+)$/.exec(dockerHost ?? '')?.[1] ?? '/var/run/docker.sock';
}

function run(start: ProgramStart): RunningProgram {
  killOrphansAtExit();
  const child = spawn(start.program, start.args, {
    cwd: start.folder,
    env: Object.fromEntries(start.environment),
    // The leader of a group of its own: one signal reaches whatever it has started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) guard.add(pid);
  child.stdout.on('data', (chunk: Buffer) => start.onOutput(chunk, 'stdout'));
  child.stderr.on('data', (chunk: Buffer) => start.onOutput(chunk, 'stderr'));
  let ended = false;
  const end: ProgramStart['onEnd'] = (how) => {
    if (ended) return;
    ended = true;
    start.onEnd(how);
  };
  let exited = false;
  child.on('error', (error) => end({ error: error.message }));
  child.on('exit', (code, signal) => {
    exited = true;
    if (pid !== undefined) {
      // What it has left behind keeps its streams open, and would run on without it.
      signalGroup(pid, 'SIGKILL');
      // From now on the number may become another's.
      guard.delete(pid);
    }
    // What has left the group is out of reach: it may hold the streams as long as it likes.
    const late = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, lateOutputMilliseconds);
    child.once('close', () => {
      clearTimeout(late);
      end({ exitCode: code ?? signalCode(signal) });
    });
  });
  return {
    processId: pid,
    signal: (name) => {
      if (pid !== undefined && !exited) signalGroup(pid, name);
    },
  };
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It ended meanwhile.
  }
}

function signalCode(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : systemConstants.signals[signal]);
}

function killOrphansAtExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const pid of guard.groups) signalGroup(pid, 'SIGKILL');
  });
}

function findProgram(name: string, searchPath: string): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  if (name === '' || name.includes('/') || name.includes('\0')) return undefined;
  return searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
