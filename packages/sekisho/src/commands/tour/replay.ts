/** Runs the steps of a tour one after the other, and takes them back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, ConnectionCredentials } from '../../connection.ts';
import type { Language } from '../../language.ts';
import { type AwsCli, clientEnvironment, withEndpoint } from './client.ts';
import { type Disappointment, disappointment, type Outcome, readJson, textAt } from './outcome.ts';
import { runProgram } from './run-program.ts';
import { type Facts, fill, type Need, type Place, type Step, type Taken } from './step.ts';

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
  /** The program that is not here: the step was left out. */
  readonly leftOut?: string;
}

/** What earlier steps have left behind. */
export class Course {
  readonly facts: Map<string, string>;
  readonly undo: (readonly string[])[] = [];

  constructor(facts: Facts) {
    this.facts = new Map(facts);
  }
}

/** Plays one step. */
export async function play(step: Step, stage: Stage, course: Course): Promise<Played> {
  const typed = typedLine(step, stage, course.facts);
  if ('missing' in typed) {
    const { missing: name } = typed;
    return { step, typed: step.args, disappointment: { kind: 'unknown', name } };
  }
  const { program } = step;
  if (program !== undefined && !(await isHere(program))) {
    return { step, typed: typed.args, leftOut: program };
  }
  const signer = { credentials: credentialsOf(step, course.facts), region: step.region };
  const outcome = await runPatiently(step, course.facts, () => run(typed.args, stage, signer));
  if (step.expectation.kind === 'success' && outcome.code === 0) {
    learn(step, outcome, course);
    if (step.writes !== undefined) {
      writeFileSync(join(stage.folder, step.writes), outcome.stdout.trim(), { mode: 0o600 });
    }
  }
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
    const typed = withEndpoint(filled.args, stage.cli, stage.connection.endpoint);
    const outcome = await runUntil(isGood, takeBackSeconds, () => run(typed, stage));
    if (outcome.code !== 0) failures.push(`${filled.args.join(' ')}\n${outcome.stderr.trim()}`);
  }
  return { count: commands.length - failures.length, failures };
}

/** Of the commands, those that succeed: their names are taken on this server. */
export async function findTaken(
  candidates: readonly Taken[],
  stage: Stage,
  facts: Facts,
): Promise<readonly string[]> {
  const { connection, cli } = stage;
  const found = await Promise.all(
    candidates.map(async ({ what, args }) => {
      const filled = fillAll(args, facts);
      if ('missing' in filled) return [];
      const typed = withEndpoint(filled.args, cli, connection.endpoint);
      return isGood(await run(typed, stage)) ? [what] : [];
    }),
  );
  return found.flat();
}

/** What is known before the first step: the account. */
export async function findFacts(stage: Stage): Promise<Facts> {
  const identity = ['aws', 'sts', 'get-caller-identity'];
  const caller = await run(withEndpoint(identity, stage.cli, stage.connection.endpoint), stage);
  const account = textAt(readJson(caller.stdout), ['Account']);
  return new Map(account === undefined ? [] : [['account', account]]);
}

/** The first of the commands that does not succeed. */
export async function findUnmet(needs: readonly Need[], stage: Stage): Promise<Need | undefined> {
  for (const need of needs) {
    const typed = withEndpoint(need.args, stage.cli, stage.connection.endpoint);
    const outcome = await run(typed, stage).catch(() => undefined);
    if (outcome === undefined || !isGood(outcome)) return need;
  }
  return undefined;
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
  return fillAll([...shells[step.where], ...client], facts);
}

/** What goes before a command that is not typed outside. */
const shells: Readonly<Record<Place, readonly string[]>> = {
  outside: [],
  'in the instance': ['sekisho', 'instance', 'exec', '<instance>', '--'],
  'in the task': ['sekisho', 'task', 'exec', '<task>', '--'],
};

const isGood = (outcome: Outcome): boolean => outcome.code === 0;

/** What has just been stopped may need a moment before it can be removed. */
const takeBackSeconds = 15;
const pauseMilliseconds = 500;

async function runPatiently(
  { expectation, patienceSeconds = 0 }: Step,
  facts: Facts,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const isDone = (outcome: Outcome) => disappointment(expectation, outcome, facts) === undefined;
  return await runUntil(isDone, patienceSeconds, attempt);
}

async function runUntil(
  isDone: (outcome: Outcome) => boolean,
  seconds: number,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const outcome = await attempt();
    if (isDone(outcome) || Date.now() >= end) return outcome;
    await wait(pauseMilliseconds);
  }
}

async function isHere(program: string): Promise<boolean> {
  const outcome = runProgram([program, '--version'], { env: process.env });
  return await outcome.then(isGood, () => false);
}

/** `sekisho …` is this very program, wherever it lies. */
async function run(
  args: readonly string[],
  stage: Stage,
  signer: {
    readonly credentials?: ConnectionCredentials | undefined;
    readonly region?: string | undefined;
  } = {},
): Promise<Outcome> {
  const program = args[0] === 'sekisho' ? [...stage.self, ...args.slice(1)] : args;
  const env = clientEnvironment(stage.connection, signer.credentials, signer.region);
  return await runProgram(program, { env, folder: stage.folder });
}

async function explain(stage: Stage): Promise<string> {
  const args = ['sekisho', 'why', '--last', '--lang', stage.language];
  const outcome = await run(args, stage);
  return `${outcome.stdout}${outcome.stderr}`.trim();
}

function credentialsOf(step: Step, facts: Facts): ConnectionCredentials | undefined {
  if (step.by === undefined) return undefined;
  const { key } = step.by;
  const token = facts.get(`${key}Token`);
  return {
    id: facts.get(`${key}KeyId`) ?? '',
    secret: facts.get(`${key}Secret`) ?? '',
    ...(token === undefined ? {} : { token }),
  };
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
