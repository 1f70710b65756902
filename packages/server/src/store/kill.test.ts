/** `kill -9` at any instant: no acknowledged commit is lost, none is half-applied. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SqliteStore } from './sqlite.ts';

const writer = fileURLToPath(new URL('./kill-writer.harness.ts', import.meta.url));
const cycles = Number(process.env['KILL_CYCLES'] ?? 60);

/** One life of a writer: what it acknowledged before it was killed. */
function writeUntilKilled(path: string, cycle: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, path, String(cycle)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let problem = '';
    child.stderr.on('data', (chunk: Buffer) => {
      problem += chunk.toString();
    });
    child.stdout.on('data', (chunk: Buffer) => {
      // The instant differs from life to life: from before the first commit to some hundreds in.
      if (output === '') setTimeout(() => child.kill('SIGKILL'), (cycle * 7) % 61);
      output += chunk.toString();
    });
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by itself: ${problem}`));
      // A last line without its newline was never written whole: it is no acknowledgement.
      else
        resolve(
          output
            .split('\n')
            .slice(0, -1)
            .filter((line) => line !== 'open'),
        );
    });
  });
}

test(
  `${cycles} kills lose no acknowledged write and leave nothing half-applied`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-kill-'));
    const path = join(folder, 'store.sqlite');
    let acknowledged = 0;
    try {
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        const names = await writeUntilKilled(path, cycle);
        acknowledged += names.length;
        const store = new SqliteStore(path);
        const left = await store.list('left/');
        const right = new Set((await store.list('right/')).map(({ key }) => key.slice(6)));
        const found = new Set(left.map(({ key }) => key.slice(5)));
        expect(names.filter((name) => !found.has(name))).toEqual([]);
        expect([...found].filter((name) => !right.has(name))).toEqual([]);
        expect(right.size).toBe(found.size);
        // The next life starts from an empty store, so that checking does not grow with the cycles.
        const keys = [...left.map(({ key }) => key), ...[...right].map((name) => `right/${name}`)];
        await store.commit(keys.map((key) => ({ key, value: undefined })));
        await store.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(acknowledged).toBeGreaterThan(cycles);
    console.log(`${cycles} kills, ${acknowledged} acknowledged commits, 0 lost`);
  },
  15 * 60_000,
);
