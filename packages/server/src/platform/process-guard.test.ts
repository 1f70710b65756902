/** Programs end with the process that runs them, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const harness = fileURLToPath(new URL('./process-guard.harness.ts', import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that runs programs, and what it has printed. */
function start(kind: string): { readonly child: ChildProcess; readonly lines: () => string[] } {
  const child = spawn(process.execPath, ['--conditions=source', harness, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, lines: () => output.split('\n').slice(0, -1) };
}

function running(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line) => {
    const [word, ...ids] = line.split(' ');
    return word === 'running' ? ids.map(Number) : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody has collected yet is dead all the same.
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // Alive, on a machine without /proc.
    return error instanceof Error && 'path' in error && !existsSync('/proc/self');
  }
}

const patience = { timeout: 20_000, interval: 50 };

test.for([
  ['SIGKILL', 'one', 2],
  ['SIGKILL', 'two', 4],
  ['SIGTERM', 'one', 2],
] as const)(
  '%s of a server with programs ("%s") leaves none',
  { timeout: 60_000 },
  async ([signal, kind, count]) => {
    const { child, lines } = start(kind);
    await expect.poll(() => running(lines()).length, patience).toBe(count);
    const pids = running(lines());
    expect(pids.every(isAlive)).toBe(true);
    child.kill(signal);
    await expect.poll(() => pids.filter(isAlive), patience).toEqual([]);
  },
);

test('the end of one program is no end of another', async () => {
  const { child, lines } = start('brief');
  await expect.poll(() => lines().some((line) => line.startsWith('ended')), patience).toBe(true);
  await expect.poll(() => running(lines()).length, patience).toBe(2);
  const pids = running(lines());
  expect(lines()).toContain('ended {"exitCode":3}');
  expect(pids.every(isAlive)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => pids.filter(isAlive), patience).toEqual([]);
});

test('the guard keeps nobody from ending', async () => {
  const { child, lines } = start('nothing else');
  await expect.poll(() => child.exitCode, patience).toBe(0);
  expect(lines()).toEqual(['ended {"exitCode":3}']);
}, 60_000);

test('a program ends when it ends, whoever still holds its streams', async () => {
  const { lines } = start('escaping');
  await expect.poll(() => running(lines()).length, patience).toBe(1);
  const [escaped = 0] = running(lines());
  try {
    await expect.poll(() => lines(), patience).toContain('ended {"exitCode":3}');
    expect(isAlive(escaped)).toBe(true);
  } finally {
    process.kill(escaped, 'SIGKILL');
  }
}, 60_000);
