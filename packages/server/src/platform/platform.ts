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
  /** Written to a temporary file, synced and renamed: the whole content or the old one. */
  writeAtomically(path: string, content: Uint8Array | string, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Absent files are no error. */
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
}

/** One guarded outbound request (JWKS, discovery). */
export interface NetworkResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** The network outwards. */
export interface Network {
  /** GET without redirects; limits are the caller's. Rejects on timeout, size or address. */
  get(
    url: string,
    limits: { readonly milliseconds: number; readonly bytes: number; readonly loopback: boolean },
  ): Promise<NetworkResponse>;
}

/** The process around us: log lines and warnings. */
export interface Process {
  log(line: string): void;
  warn(line: string): void;
}

/** All five together. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly network: Network;
  readonly process: Process;
}
