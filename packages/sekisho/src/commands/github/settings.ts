/** What the command line says of a run: names with values, files, the job's description. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../../command.ts';
import { unreadable } from '../../mistakes.ts';
import { jobOf } from '../oidc/job.ts';
import { fromPlain, type Value } from './expression/value.ts';

/** Options as read. */
export type Values = ReadonlyMap<string, string | boolean | readonly string[]>;

/** `NAME=VALUE`; a `NAME` alone takes the value of that environment variable. */
export function pairsOf(values: Values, option: string): ReadonlyMap<string, string> {
  return new Map(
    listOf(values, option).map((pair) => {
      const at = pair.indexOf('=');
      const name = at < 0 ? pair : pair.slice(0, at);
      const value = at < 0 ? process.env[name] : pair.slice(at + 1);
      if (!/^[A-Za-z_][\w-]*$/.test(name)) {
        throw new CommandError({
          en: `--${option} is written NAME=VALUE, or NAME to take it from the environment`,
          ja: `--${option} は NAME=VALUE、または環境変数から取る NAME の形で指定します`,
        });
      }
      if (value === undefined) {
        throw new CommandError({
          en: `--${option} ${name}: there is no variable ${name}`,
          ja: `--${option} ${name}: 環境変数 ${name} がありません`,
        });
      }
      return [name, value] as const;
    }),
  );
}

/** An option that may be given again. */
export function listOf(values: Values, option: string): readonly string[] {
  const given = values.get(option);
  return Array.isArray(given) ? given.map(String) : [];
}

/** An option with a value. */
export function optionOf(values: Values, option: string): string | undefined {
  const given = values.get(option);
  return typeof given === 'string' ? given : undefined;
}

/** The file's text. Throws CommandError. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A payload from a file; undefined when none is given. Throws CommandError. */
export function eventOf(values: Values): Value | undefined {
  const path = optionOf(values, 'event-file');
  if (path === undefined) return undefined;
  try {
    return fromPlain(JSON.parse(readText(path)));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError({ en: `${path} is not JSON`, ja: `${path} は JSON ではありません` });
  }
}

/** The members of the job's description that the options and the workspace tell. */
export function jobMembers(values: Values, workspace: string): Readonly<Record<string, unknown>> {
  const given = new Map<string, unknown>(values);
  if (values.get('immutable-ids') === true) given.set('subject', 'with-ids');
  const { job } = jobOf(given);
  const sha = optionOf(values, 'sha') ?? commitOf(workspace);
  return { ...job, ...(sha === undefined ? {} : { sha }) };
}

/** The workspace's commit, where it is a git repository. */
function commitOf(workspace: string): string | undefined {
  try {
    const text = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: workspace,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^[0-9a-f]{40}$/.exec(text.trim())?.[0];
  } catch {
    return undefined;
  }
}

/** The folder of `--workspace`, else the current one. Throws CommandError where there is none. */
export function workspaceOf(values: Values): string {
  const given = optionOf(values, 'workspace') ?? '.';
  try {
    readdirSync(given);
  } catch (error) {
    throw unreadable(given, error);
  }
  return resolve(given);
}
