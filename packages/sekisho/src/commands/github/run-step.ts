/** Runs one program of a step with everything that the runner gives it, and takes what it leaves. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Action, inputsOf, inputVariable } from './action.ts';
import { CommandFileError, readPairs, readPaths } from './command-file.ts';
import type { Scope } from './expression/evaluate.ts';
import { fillText } from './expression/template.ts';
import type { Report } from './report.ts';
import { runProcess } from './run-process.ts';
import type { Session } from './session.ts';
import { StepLog } from './step-log.ts';
import type { Texts } from './workflow.ts';

/** What a program is run for. */
export interface StepProgram {
  readonly command: readonly string[];
  readonly folder: string;
  /** `env` of the step, and an action's inputs. */
  readonly env: ReadonlyMap<string, string>;
  /** The runner's variables of this step: GITHUB_ACTION and what belongs to it. */
  readonly variables: ReadonlyMap<string, string>;
  readonly outputs: Map<string, string>;
  /** What an action keeps from one phase to the next. */
  readonly state: Map<string, string>;
  readonly minutes: number;
}

/** Whether a program of a step did its work. */
export type ProgramEnd = 'success' | 'failure' | 'cancelled';

const minuteMilliseconds = 60_000;
const minutesDefault = 360;

/** `timeout-minutes`, filled in; 360 where there is none or it is no number. */
export function minutesOf(text: string | undefined, scope: Scope): number {
  const minutes = text === undefined ? Number.NaN : Number(fillText(text, scope));
  return minutes > 0 ? minutes : minutesDefault;
}

let filesCount = 0;

/** Runs it; failures are reported. Never rejects. */
export async function runProgram(
  program: StepProgram,
  session: Session,
  report: Report,
): Promise<ProgramEnd> {
  filesCount += 1;
  const files = createFiles(session.folders.files, filesCount);
  const state = [...program.state].map(([name, value]) => [`STATE_${name}`, value] as const);
  const log = new StepLog({
    outputs: program.outputs,
    state: program.state,
    mask: (value) => session.masks.add(value),
    show: report.line,
    isDebug: session.runner.has('RUNNER_DEBUG'),
  });
  const { code, isTimedOut, failure } = await runProcess({
    command: program.command,
    folder: program.folder,
    env: session.variables(
      new Map([...program.env, ...state]),
      new Map([...program.variables, ...files]),
    ),
    onLine: (line) => log.line(line),
    milliseconds: program.minutes * minuteMilliseconds,
    cancellation: session.cancellation.signal,
  });
  const problem = takeFiles(files, program, session) ?? log.failure ?? failure;
  if (session.cancellation.signal.aborted) {
    report.line(report.say.cancelled);
    return 'cancelled';
  }
  if (isTimedOut) report.line(report.say.timeout(program.minutes));
  else if (problem !== undefined) report.line(`Error: ${problem}`);
  else if (code !== 0) report.line(report.say.exit(code));
  return code === 0 && problem === undefined && !isTimedOut ? 'success' : 'failure';
}

const fileNames = [
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
] as const;

function createFiles(folder: string, number: number): ReadonlyMap<string, string> {
  const own = join(folder, String(number));
  mkdirSync(own, { recursive: true });
  return new Map(
    fileNames.map((name) => {
      const path = join(own, name.slice('GITHUB_'.length).toLowerCase());
      writeFileSync(path, '');
      return [name, path] as const;
    }),
  );
}

/** Takes what the program wrote; the text of what is wrong with it. */
function takeFiles(
  files: ReadonlyMap<string, string>,
  { outputs, state }: StepProgram,
  session: Session,
): string | undefined {
  const text = (name: string): string => {
    const path = files.get(name) ?? '';
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  try {
    for (const [name, value] of readPairs(text('GITHUB_ENV'))) {
      if (name.toUpperCase() === 'NODE_OPTIONS') {
        throw new CommandFileError(
          `Can't store ${name} output parameter using '$GITHUB_ENV' command.`,
        );
      }
      session.env.set(name, value);
    }
    for (const [name, value] of readPairs(text('GITHUB_OUTPUT'))) outputs.set(name, value);
    for (const [name, value] of readPairs(text('GITHUB_STATE'))) state.set(name, value);
  } catch (error) {
    if (!(error instanceof CommandFileError)) throw error;
    return error.message;
  }
  session.paths.push(...readPaths(text('GITHUB_PATH')));
  const summary = text('GITHUB_STEP_SUMMARY').trimEnd();
  if (summary !== '') session.summaries.push(summary);
  return undefined;
}

/** Writes the script of a `run:` step. */
export function writeScript(
  script: string,
  { folders }: Session,
  shell: string | undefined,
): string {
  filesCount += 1;
  const file = join(folders.files, `script-${filesCount}${shell === 'python' ? '.py' : '.sh'}`);
  writeFileSync(file, `${script}\n`);
  chmodSync(file, 0o700);
  return file;
}

/** The inputs of an action as variables. */
export function inputVariables(action: Action, given: Texts, scope: Scope): Texts {
  return new Map(
    [...inputsOf(action, given)].map(([name, text]) => [
      inputVariable(name),
      fillText(text, scope),
    ]),
  );
}
