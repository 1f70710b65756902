/** Runs the steps of a tour one after the other, and takes them back. */
import type { Connection, ConnectionCredentials } from '../../connection.ts';
import type { Language } from '../../language.ts';
import { type AwsCli, clientEnvironment, withEndpoint } from './client.ts';
import { type Disappointment, disappointment, type Outcome, readJson, textAt } from './outcome.ts';
import { runProgram } from './run-program.ts';
import { type Facts, fill, type Step, type Taken } from './step.ts';

/** Where and with what a tour is played. */
export interface Stage {
  readonly connection: Connection;
  readonly cli: AwsCli;
  /** The working folder, with the article's files. */
  readonly folder: string;
  /** How this command itself is run. */
  readonly self: readonly string[];
  readonly language: Language;
}

/** How a step came out. */
export interface Played {
  readonly step: Step;
  /** What was typed, its `<names>` filled in. */
  readonly typed: readonly string[];
  readonly outcome?: Outcome;
  readonly disappointment?: Disappointment | { readonly kind: 'unknown'; readonly name: string };
  /** What `sekisho why --last` says of a refusal. */
  readonly why?: string;
}

/** What earlier steps have left behind. */
export class Course {
  readonly facts = new Map<string, string>();
  readonly undo: (readonly string[])[] = [];
}

/** Plays one step. */
export async function play(step: Step, stage: Stage, course: Course): Promise<Played> {
  const typed = typedLine(step, stage, course.facts);
  if ('missing' in typed) {
    const { missing: name } = typed;
    return { step, typed: step.args, disappointment: { kind: 'unknown', name } };
  }
  const outcome = await run(typed.args, credentialsOf(step, course.facts), stage);
  if (step.expectation.kind === 'success' && outcome.code === 0) learn(step, outcome, course);
  const failed = disappointment(step.expectation, outcome, course.facts);
  const base = { step, typed: typed.args, outcome };
  if (failed !== undefined) return { ...base, disappointment: failed };
  if (step.deniedAction === undefined) return base;
  const why = await explain(stage);
  if (why.includes(step.deniedAction)) return { ...base, why };
  return { ...base, why, disappointment: { kind: 'differs', expected: step.deniedAction } };
}

/** Takes back what the steps have made, last first. Returns the commands and what failed. */
export async function takeBack(
  stage: Stage,
  course: Course,
): Promise<{ readonly count: number; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  const commands = course.undo.toReversed();
  for (const args of commands) {
    const filled = fillAll(args, course.facts);
    if ('missing' in filled) continue;
    const outcome = await run(
      withEndpoint(filled.args, stage.cli, stage.connection.endpoint),
      undefined,
      stage,
    );
    if (outcome.code !== 0) failures.push(`${filled.args.join(' ')}\n${outcome.stderr.trim()}`);
  }
  return { count: commands.length - failures.length, failures };
}

/** Of the commands, those that succeed: their names are taken on this server. */
export async function findTaken(
  candidates: readonly Taken[],
  stage: Stage,
): Promise<readonly string[]> {
  const facts = new Map<string, string>();
  const identity = ['aws', 'sts', 'get-caller-identity'];
  const { connection, cli } = stage;
  const caller = await run(withEndpoint(identity, cli, connection.endpoint), undefined, stage);
  const account = textAt(readJson(caller.stdout), ['Account']);
  if (account !== undefined) facts.set('account', account);
  const found = await Promise.all(
    candidates.map(async ({ what, args }) => {
      const filled = fillAll(args, facts);
      if ('missing' in filled) return [];
      const typed = withEndpoint(filled.args, cli, connection.endpoint);
      return (await run(typed, undefined, stage)).code === 0 ? [what] : [];
    }),
  );
  return found.flat();
}

type Filled = { readonly args: readonly string[] } | { readonly missing: string };

function fillAll(args: readonly string[], facts: Facts): Filled {
  const filled: string[] = [];
  for (const arg of args) {
    const result = fill(arg, facts);
    if ('missing' in result) return result;
    filled.push(result.text);
  }
  return { args: filled };
}

function typedLine(step: Step, stage: Stage, facts: Facts): Filled {
  const client = withEndpoint(step.args, stage.cli, stage.connection.endpoint);
  if (step.where === 'outside') return fillAll(client, facts);
  return fillAll(['sekisho', 'instance', 'exec', '<instance>', '--', ...client], facts);
}

/** `sekisho …` is this very program, wherever it lies. */
async function run(
  args: readonly string[],
  credentials: ConnectionCredentials | undefined,
  stage: Stage,
): Promise<Outcome> {
  const program = args[0] === 'sekisho' ? [...stage.self, ...args.slice(1)] : args;
  const env = clientEnvironment(stage.connection, credentials);
  return await runProgram(program, { env, folder: stage.folder });
}

async function explain(stage: Stage): Promise<string> {
  const args = ['sekisho', 'why', '--last', '--lang', stage.language];
  const outcome = await run(args, undefined, stage);
  return `${outcome.stdout}${outcome.stderr}`.trim();
}

function credentialsOf(step: Step, facts: Facts): ConnectionCredentials | undefined {
  if (step.by === undefined) return undefined;
  return { id: facts.get('userKeyId') ?? '', secret: facts.get('userSecret') ?? '' };
}

function learn(step: Step, outcome: Outcome, course: Course): void {
  const output = readJson(outcome.stdout);
  for (const [name, path] of Object.entries(step.learns ?? {})) {
    const value = textAt(output, path);
    if (value !== undefined) course.facts.set(name, value);
  }
  // Taken back last first, so that the commands of one step keep their order.
  course.undo.push(...(step.undo ?? []).toReversed());
}
