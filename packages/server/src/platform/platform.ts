/** The five ways to the outside world: clock, randomness, disk, network, process. */
import type { FileHandle } from 'node:fs/promises';

/** Time. `now` is wall time in milliseconds since 1970; `monotonic` is for durations. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls back after the milliseconds; returns the cancellation. Never keeps the process alive. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Unpredictable bytes. */
export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): string;
}

/** Files below the data folder; paths are relative to it, with `/`. */
export interface Disk {
  readonly root: string;
  open(path: string, flags: 'r' | 'w' | 'wx' | 'a'): Promise<FileHandle>;
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * The bytes [start, end) while everything else waits: for few bytes that lie in the page cache.
   * Fewer than asked for when the file ends before; undefined when it is absent.
   */
  readAtOnce(path: string, start: number, end: number): Uint8Array | undefined;
  /** Written to a temporary file, synced and renamed: the whole content or the old one. */
  writeAtomically(path: string, content: Uint8Array | string, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Absent files are no error. */
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /** Makes `path` a symbolic link that holds `target` as it is; links are never followed here. */
  link(target: string, path: string): Promise<void>;
  /** Removes a folder with all that is in it; an absent one is no error. */
  removeFolder(path: string): Promise<void>;
}

/** One guarded outbound request (JWKS, discovery). */
export interface NetworkResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** A request to a listener of this machine. */
export interface LoopbackRequest {
  readonly method: string;
  /** `http://127.0.0.1:4566/v2/?x`, percent-encoded as it is to be sent. */
  readonly url: string;
  /** With `host`, which may differ from the URL's. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | string;
  readonly milliseconds: number;
}

/** Its answer; the body must be read or left (`return`) to the end. */
export interface LoopbackResponse {
  readonly status: number;
  /** By lower-case name; of repeated ones the first. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The network outwards. */
export interface Network {
  /** GET without redirects; limits are the caller's. Rejects on timeout, size or address. */
  get(
    url: string,
    limits: { readonly milliseconds: number; readonly bytes: number; readonly loopback: boolean },
  ): Promise<NetworkResponse>;
  /** Plain http to an address of this machine, nothing else. Rejects when nobody answers in time. */
  loopback(request: LoopbackRequest): Promise<LoopbackResponse>;
  /** The same over a Unix socket; the URL's host is not looked at. */
  socket(path: string, request: LoopbackRequest): Promise<LoopbackResponse>;
}

/** A program to run: in a process group of its own, with exactly this environment. */
export interface ProgramStart {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Absolute. */
  readonly folder: string;
  readonly onOutput: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void;
  /** Once, after all output: the exit code (128 + n after signal n), or why it did not start. */
  readonly onEnd: (end: { readonly exitCode: number } | { readonly error: string }) => void;
}

/** A running program. */
export interface RunningProgram {
  readonly processId: number | undefined;
  /** Signals its whole process group; nothing happens when it has ended. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** The process around us: log lines, warnings, and programs that are run. */
export interface Process {
  log(line: string): void;
  warn(line: string): void;
  /** Never throws. Programs end with this process, also when it is killed. */
  run(start: ProgramStart): RunningProgram;
  /** The absolute path of an executable file: of that path, or of that name on PATH. */
  findProgram(name: string): string | undefined;
  /** PATH of this process. */
  readonly searchPath: string;
  /** Where a container engine would listen, by DOCKER_HOST or by custom. */
  readonly engineSocket: string;
}

/** All five together. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly network: Network;
  readonly process: Process;
}
