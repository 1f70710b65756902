/** Runs a planned job: what actions do before, the steps, and what actions do after. */
import { join, resolve } from 'node:path';
import type { Action } from './action.ts';
import { ExpressionError } from './expression/expression.ts';
import { fill, fillText, holds } from './expression/template.ts';
import { isTruthy } from './expression/value.ts';
import type { Plan, PlannedStep } from './plan.ts';
import type { Report } from './report.ts';
import { inputVariables, minutesOf, type ProgramEnd, runProgram, writeScript } from './run-step.ts';
import type { Session, StepEnd } from './session.ts';
import { shellCommand } from './shell.ts';
import type { Step, Texts } from './workflow.ts';

/** How the job ended. */
export interface JobEnd {
  readonly conclusion: StepEnd;
  readonly outputs: ReadonlyMap<string, string>;
}

/** A step on its way: what it leaves to its later phases. */
interface Running extends PlannedStep {
  /** `3/7`. */
  readonly label: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly outputs: Map<string, string>;
  readonly state: Map<string, string>;
}

/** Runs the steps in order. Rejects only for programmer's errors. */
export async function runJob(plan: Plan, session: Session, report: Report): Promise<JobEnd> {
  return await new JobRun(plan, session, report).run();
}

class JobRun {
  readonly #plan: Plan;
  readonly #session: Session;
  readonly #report: Report;
  /** Actions that have something to do afterwards, the last one first. */
  readonly #afterwards: Running[] = [];

  constructor(plan: Plan, session: Session, report: Report) {
    this.#plan = plan;
    this.#session = session;
    this.#report = report;
  }

  async run(): Promise<JobEnd> {
    const { job, env } = this.#plan.workflow;
    for (const texts of [env, job.env]) {
      for (const [name, text] of texts) {
        this.#session.env.set(name, fillText(text, this.#session.scope()));
      }
    }
    const { length } = this.#plan.steps;
    const steps = this.#plan.steps.map((planned, index): Running => {
      return {
        ...planned,
        label: `[${index + 1}/${length}]`,
        variables: stepVariables(planned, index),
        outputs: new Map(),
        state: new Map(),
      };
    });
    for (const running of steps) await this.#guarded(() => this.#before(running));
    for (const running of steps) await this.#step(running);
    for (const running of this.#afterwards) await this.#guarded(() => this.#after(running));
    return this.#end();
  }

  /** An expression may fail only now: fromJSON of no JSON, a format without its argument. */
  async #guarded(phase: () => Promise<void>): Promise<void> {
    try {
      await phase();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#report.line(`Error: ${error.message}`);
      this.#session.fail();
    }
  }

  #end(): JobEnd {
    const { outputs } = this.#plan.workflow.job;
    const scope = this.#session.scope();
    const filled = [...outputs].map(([name, text]) => [name, fillText(text, scope)] as const);
    return { conclusion: this.#session.status, outputs: new Map(filled) };
  }

  /** `pre` of an action; not of one in the workspace, which a step may yet have to fetch. */
  async #before(running: Running): Promise<void> {
    const { action, step, label } = running;
    if (action?.pre === undefined || action.repository === '') return;
    if (!this.#holds(action.preIf ?? 'always()', new Map())) return;
    this.#report.step(label, `Pre ${this.#nameOf(step)}`);
    const end = await this.#runScript(action, action.pre, running, this.#envOf(step));
    if (end === 'failure') this.#session.fail();
    if (action.post !== undefined) this.#afterwards.unshift(running);
  }

  async #after(running: Running): Promise<void> {
    const { action, step, label } = running;
    if (action?.post === undefined) return;
    const env = this.#envOf(step);
    if (!this.#holds(action.postIf ?? 'always()', env)) return;
    this.#report.step(label, `Post ${this.#nameOf(step)}`);
    const end = await this.#runScript(action, action.post, running, env);
    if (end === 'failure') this.#session.fail();
  }

  async #step(running: Running): Promise<void> {
    const { step, label } = running;
    const { say } = this.#report;
    const name = this.#nameOf(step);
    let end: ProgramEnd | 'skipped';
    let env: Texts = new Map();
    try {
      env = this.#envOf(step);
      if (running.isLeftOut) {
        this.#report.step(label, `${name} – ${say.leftOut}`);
        end = 'skipped';
      } else if (!this.#holds(step.if, env)) {
        this.#report.step(label, `${name} – ${say.skipped}`);
        end = 'skipped';
      } else {
        this.#report.step(label, name);
        end = await this.#main(running, env);
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#report.line(`Error: ${error.message}`);
      end = 'failure';
    }
    const isForgiven = end === 'failure' && this.#isForgiven(step, env);
    if (isForgiven) this.#report.line(say.forgiven);
    else if (end === 'failure') this.#session.fail();
    this.#session.results.push({
      id: step.id ?? '',
      name,
      outcome: end,
      conclusion: isForgiven ? 'success' : end,
      outputs: running.outputs,
    });
  }

  async #main(running: Running, env: Texts): Promise<ProgramEnd> {
    const { step, action } = running;
    if (action !== undefined) {
      if (action.post !== undefined && !this.#afterwards.includes(running)) {
        this.#afterwards.unshift(running);
      }
      return await this.#runScript(action, action.main, running, env);
    }
    const { workflow } = this.#plan;
    const scope = this.#session.scope(env);
    const defaults = { ...workflow.defaults, ...workflow.job.defaults };
    const shell = step.shell ?? defaults.shell;
    const folder = fillText(step.workingDirectory ?? defaults.workingDirectory ?? '', scope);
    const file = writeScript(fillText(step.run ?? '', scope), this.#session, shell);
    return await this.#runProgram(running, {
      command: shellCommand(shell, file),
      folder: resolve(this.#session.folders.workspace, folder),
      env,
    });
  }

  /** `main`, `pre` or `post` of an action, with its inputs. */
  async #runScript(
    action: Action,
    script: string,
    running: Running,
    env: Texts,
  ): Promise<ProgramEnd> {
    const inputs = inputVariables(action, running.step.with, this.#session.scope(env));
    return await this.#runProgram(running, {
      command: [process.execPath, join(action.folder, script)],
      folder: this.#session.folders.workspace,
      env: new Map([...env, ...inputs]),
    });
  }

  async #runProgram(
    { step, variables, outputs, state }: Running,
    program: {
      readonly command: readonly string[];
      readonly folder: string;
      readonly env: Texts;
    },
  ): Promise<ProgramEnd> {
    const minutes = minutesOf(step.timeoutMinutes, this.#session.scope(program.env));
    const whole = { ...program, variables, outputs, state, minutes };
    return await runProgram(whole, this.#session, this.#report);
  }

  #holds(condition: string | undefined, env: Texts): boolean {
    return holds(condition, this.#session.scope(env));
  }

  #envOf(step: Step): Texts {
    const scope = this.#session.scope();
    return new Map([...step.env].map(([name, text]) => [name, fillText(text, scope)]));
  }

  #nameOf(step: Step): string {
    const first = step.run?.trim().split('\n', 1)[0];
    const text = step.name ?? `Run ${step.uses ?? first ?? ''}`;
    try {
      return fillText(text, this.#session.scope());
    } catch {
      return text;
    }
  }

  #isForgiven({ continueOnError }: Step, env: Texts): boolean {
    if (continueOnError === undefined) return false;
    const value = fill(continueOnError, this.#session.scope(env));
    return typeof value === 'string' ? value === 'true' : isTruthy(value);
  }
}

/** The variables that tell a step, or its action, of itself. */
function stepVariables({ step, action }: PlannedStep, index: number): Texts {
  const own = step.uses === undefined ? 'run' : step.uses.replaceAll(/[^\w]+/g, '_');
  return new Map([
    ['GITHUB_ACTION', step.id ?? `__${own}${index === 0 ? '' : `_${index + 1}`}`],
    ['GITHUB_ACTION_REPOSITORY', action?.repository ?? ''],
    ['GITHUB_ACTION_REF', action?.ref ?? ''],
  ]);
}
