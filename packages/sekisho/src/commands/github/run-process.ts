/** Runs one program of a step, line by line, until it ends, takes too long, or is cancelled. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A program and what it sees. */
export interface ProcessRequest {
  readonly command: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly onLine: (line: string) => void;
  readonly milliseconds: number;
  readonly cancellation: AbortSignal;
}

/** How it ended. */
export interface ProcessEnd {
  readonly code: number;
  readonly isTimedOut: boolean;
  /** Set when the program could not be started. */
  readonly failure?: string;
}

/** What it leaves running may hold its output open; that is not waited for. */
const lingerMilliseconds = 2000;
/** From the polite signal to the last one. */
const graceMilliseconds = 7500;

/** Never rejects. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const [program = '', ...args] = request.command;
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  const child = spawn(program, args, {
    env: Object.fromEntries(request.env),
    cwd: request.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what it starts ends with it.
    detached: true,
  });
  const streams = [child.stdout, child.stderr].map((stream) => readLines(stream, request.onLine));
  const stop = stopping(child.pid);
  let isTimedOut = false;
  const limit = setTimeout(() => {
    isTimedOut = true;
    stop.begin();
  }, request.milliseconds);
  request.cancellation.addEventListener('abort', stop.begin, { once: true });
  if (request.cancellation.aborted) stop.begin();
  child.once('error', (error) => resolve({ code: 127, isTimedOut, failure: error.message }));
  child.once('exit', async (code, signal) => {
    const linger = Promise.withResolvers<void>();
    const timer = setTimeout(linger.resolve, lingerMilliseconds);
    await Promise.race([Promise.all(streams), linger.promise]);
    clearTimeout(timer);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
    resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), isTimedOut });
  });
  const end = await promise;
  clearTimeout(limit);
  stop.over();
  request.cancellation.removeEventListener('abort', stop.begin);
  return end;
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', onLine);
  const { promise, resolve } = Promise.withResolvers<void>();
  lines.once('close', resolve);
  await promise;
}

/** Interrupts the process group, and kills it if it stays; only while its leader is known to live. */
function stopping(pid: number | undefined): { begin: () => void; over: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const send = (signal: NodeJS.Signals): void => {
    if (pid === undefined || isOver) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has just ended.
    }
  };
  return {
    begin: () => {
      send('SIGINT');
      timer ??= setTimeout(() => send('SIGKILL'), graceMilliseconds);
    },
    over: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
