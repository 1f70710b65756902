/** Files below the data folder: atomic writes, synced before they count. */
import { closeSync, openSync, readSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { Disk } from './platform.ts';

/** The folder's disk. Paths are relative with `/`; one that leaves the folder is a programmer's error. */
export function createNodeDisk(root: string): Disk {
  const base = resolve(root);
  const at = (path: string): string => {
    const full = resolve(base, path);
    if (full !== base && !full.startsWith(base + sep)) throw new Error(`path leaves ${base}`);
    return full;
  };
  let temporaryCount = 0;
  return {
    root: base,
    open: (path, flags): Promise<FileHandle> => open(at(path), flags, 0o600),
    async read(path) {
      return await absentAsUndefined(readFile(at(path)));
    },
    readAtOnce: (path, start, end) => readAtOnce(at(path), start, end),
    async writeAtomically(path, content, mode = 0o600) {
      const target = at(path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      temporaryCount += 1;
      const temporary = `${target}.${process.pid}.${temporaryCount}.new`;
      const file = await open(temporary, 'wx', mode);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
    async rename(from, to) {
      await rename(at(from), at(to));
    },
    async remove(path) {
      await rm(at(path), { force: true });
    },
    async makeFolder(path) {
      await mkdir(at(path), { recursive: true, mode: 0o700 });
    },
    async list(path) {
      return (await absentAsUndefined(readdir(at(path)))) ?? [];
    },
    async link(target, path) {
      await symlink(target, at(path));
    },
    async removeFolder(path) {
      const full = at(path);
      if (full === base) throw new Error('the data folder itself is not removed');
      await rm(full, { recursive: true, force: true });
    },
  };
}

function readAtOnce(path: string, start: number, end: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  try {
    const bytes = new Uint8Array(end - start);
    let read = 0;
    while (read < bytes.byteLength) {
      const count = readSync(file, bytes, read, bytes.byteLength - read, start + read);
      if (count === 0) break;
      read += count;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function absentAsUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** A rename is durable only when its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
