/** Runs a program to its end and keeps what it printed. */
import { spawn } from 'node:child_process';
import type { Outcome } from './outcome.ts';

const millisecondsMax = 120_000;

/** Rejects with the system's error when the program cannot be started. */
export function runProgram(
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly folder?: string },
): Promise<Outcome> {
  const [program = '', ...rest] = args;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      env: options.env,
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: millisecondsMax,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
  });
}
