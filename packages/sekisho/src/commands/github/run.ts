/** `sekisho github run`: a job of a workflow file, run here as GitHub's runner would run it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError, type CommandOutcome } from '../../command.ts';
import { readLanguage } from '../../language.ts';
import { ExpressionError } from './expression/expression.ts';
import { holds } from './expression/template.ts';
import { openSession } from './open-session.ts';
import { type Plan, planJob } from './plan.ts';
import { Report } from './report.ts';
import { type JobEnd, runJob } from './run-job.ts';
import { minutesOf } from './run-step.ts';
import type { RunFolders, Session } from './session.ts';
import { listOf, optionOf, pairsOf, readText, type Values, workspaceOf } from './settings.ts';
import { stopRemaining, trackingVariable } from './stop-remaining.ts';
import { readWorkflow } from './workflow.ts';
import { WorkflowError } from './workflow-error.ts';

/** 0 when the job succeeded or its `if` does not hold, 1 when it failed, 130 when interrupted. */
export async function runWorkflow(file: string, values: Values): Promise<CommandOutcome> {
  try {
    const workspace = workspaceOf(values);
    const plan = planOf(file, values, workspace);
    const folders = createFolders(workspace);
    try {
      const session = await openSession(plan, file, values, folders);
      return await runSession(plan, session, values);
    } finally {
      rmSync(folders.root, { recursive: true, force: true });
    }
  } catch (error) {
    const isMistake = error instanceof WorkflowError || error instanceof ExpressionError;
    if (isMistake) throw new CommandError(error.message);
    throw error;
  }
}

function planOf(file: string, values: Values, workspace: string): Plan {
  const workflow = readWorkflow(readText(file), file, optionOf(values, 'job'));
  const actions = optionOf(values, 'actions');
  return planJob(workflow, {
    workspace,
    ...(actions === undefined ? {} : { actions: resolve(actions) }),
    skip: listOf(values, 'skip'),
    matrix: pairsOf(values, 'matrix'),
  });
}

function createFolders(workspace: string): RunFolders {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'sekisho-github-'));
  const below = (name: string): string => {
    mkdirSync(join(root, name), { mode: 0o700 });
    return join(root, name);
  };
  return {
    workspace,
    root,
    home: below('home'),
    temp: below('temp'),
    tools: below('tools'),
    files: below('files'),
  };
}

async function runSession(plan: Plan, session: Session, values: Values): Promise<CommandOutcome> {
  const { job } = plan.workflow;
  const isJson = values.get('format') === 'json';
  const stream = isJson ? process.stderr : process.stdout;
  const report = new Report(readLanguage(values), session.masks, (text) => stream.write(text));
  const { say } = report;
  report.line(`${say.job} ${job.id}`);
  if (job.needs.length > 0) report.line(say.needs(job.needs.join(', ')));
  if (!job.mayRequestToken) report.line(say.withoutToken);
  let end: JobEnd = { conclusion: 'skipped', outputs: new Map() };
  if (holds(job.if, session.scope())) end = await runInterruptibly(plan, session, report);
  else report.line(say.jobSkipped);
  report.end(job.id, end.conclusion, end.outputs, session.summaries);
  if (isJson) process.stdout.write(session.masks.apply(`${toJson(job.id, end, session)}\n`));
  if (end.conclusion === 'cancelled') return 130;
  return end.conclusion === 'failure' ? 1 : 0;
}

/** Ctrl-C, and the job's own time limit, cancel it: what holds `always()` is still done. */
async function runInterruptibly(plan: Plan, session: Session, report: Report): Promise<JobEnd> {
  const cancel = (): void => session.cancel();
  const minutes = minutesOf(plan.workflow.job.timeoutMinutes, session.scope());
  const limit = setTimeout(cancel, minutes * 60_000);
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    return await runJob(plan, session, report);
  } finally {
    clearTimeout(limit);
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
    stopRemaining(session.runner.get(trackingVariable) ?? '');
  }
}

function toJson(job: string, { conclusion, outputs }: JobEnd, { results }: Session): string {
  const plain = {
    job,
    conclusion,
    outputs: Object.fromEntries(outputs),
    steps: results.map((result) => ({ ...result, outputs: Object.fromEntries(result.outputs) })),
  };
  return JSON.stringify(plain, undefined, 2);
}
