/** What will be run, decided before anything is: unsupported things are refused here by name. */
import { platform } from 'node:process';
import { type Action, type ActionFolders, loadAction, repositoryOf } from './action.ts';
import { ExpressionError } from './expression/expression.ts';
import { checkCondition, checkTemplate } from './expression/template.ts';
import type { Value } from './expression/value.ts';
import { chooseCombination } from './matrix.ts';
import { isShell } from './shell.ts';
import type { Job, Step, Texts, Workflow } from './workflow.ts';
import { WorkflowError } from './workflow-error.ts';

/** A step with its action. */
export interface PlannedStep {
  readonly step: Step;
  readonly action?: Action;
  /** Left out with --skip. */
  readonly isLeftOut: boolean;
}

/** A job ready to run. */
export interface Plan {
  readonly workflow: Workflow;
  readonly matrix: Value;
  readonly steps: readonly PlannedStep[];
}

/** What a plan is made with. */
export interface PlanOptions extends ActionFolders {
  readonly skip: readonly string[];
  readonly matrix: ReadonlyMap<string, string>;
}

/** Throws WorkflowError. */
export function planJob(workflow: Workflow, options: PlanOptions): Plan {
  const { job } = workflow;
  const place = `jobs.${job.id}`;
  for (const label of job.runsOn) checkRunner(label, place);
  checkTexts(workflow.env, 'env');
  checkJob(job, place);
  const matrix = chooseCombination(job.matrix, options.matrix, job.id);
  const used = new Set(job.steps.map(({ uses }) => repositoryOf(uses ?? '')));
  for (const name of options.skip) {
    if (!used.has(name))
      throw new WorkflowError(place, `no step uses ${name}, so none is left out`);
  }
  return { workflow, matrix, steps: job.steps.map((step) => planStep(step, workflow, options)) };
}

function planStep(step: Step, { defaults, job }: Workflow, options: PlanOptions): PlannedStep {
  checkStep(step);
  if (step.uses === undefined) {
    const shell = step.shell ?? job.defaults.shell ?? defaults.shell;
    if (shell !== undefined && !isShell(shell)) {
      throw new WorkflowError(`${step.place}.shell`, `the shell ${shell} is not supported`);
    }
    return { step, isLeftOut: false };
  }
  if (options.skip.includes(repositoryOf(step.uses) ?? '')) return { step, isLeftOut: true };
  const action = loadAction({ ...step, uses: step.uses }, options);
  for (const [name, value] of action.inputs) {
    if (value !== undefined) check(`${step.place}.uses: ${step.uses}: inputs.${name}`, value);
  }
  for (const condition of [action.preIf, action.postIf]) {
    check(`${step.place}.uses: ${step.uses}`, condition, checkCondition);
  }
  return { step, action, isLeftOut: false };
}

const systems: ReadonlyMap<string, string> = new Map([
  ['windows', 'win32'],
  ['macos', 'darwin'],
]);

/** A job for another system would run here as something else than it is written for. */
function checkRunner(label: string, place: string): void {
  const system = systems.get(/^(windows|macos)(?:-|$)/.exec(label)?.[1] ?? '');
  if (system === undefined || system === platform) return;
  throw new WorkflowError(`${place}.runs-on`, `${label} is not supported on this machine`);
}

function checkJob(job: Job, place: string): void {
  check(`${place}.name`, job.name);
  check(`${place}.if`, job.if, checkCondition);
  check(`${place}.environment`, job.environment);
  check(`${place}.timeout-minutes`, job.timeoutMinutes);
  checkTexts(job.env, `${place}.env`);
  checkTexts(job.outputs, `${place}.outputs`);
}

function checkStep(step: Step): void {
  const { place } = step;
  check(`${place}.name`, step.name);
  check(`${place}.if`, step.if, checkCondition);
  check(`${place}.run`, step.run);
  check(`${place}.working-directory`, step.workingDirectory);
  check(`${place}.timeout-minutes`, step.timeoutMinutes);
  check(`${place}.continue-on-error`, step.continueOnError);
  checkTexts(step.env, `${place}.env`);
  checkTexts(step.with, `${place}.with`);
}

function checkTexts(texts: Texts, place: string): void {
  for (const [name, text] of texts) check(`${place}.${name}`, text);
}

function check(place: string, text: string | undefined, how = checkTemplate): void {
  if (text === undefined) return;
  try {
    how(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new WorkflowError(place, error.message);
  }
}
