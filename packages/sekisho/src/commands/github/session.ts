/** What the steps of a job leave to the ones after them. */
import { delimiter } from 'node:path';
import type { JobStatus } from './expression/functions.ts';
import type { Value } from './expression/value.ts';
import { Masks } from './masks.ts';

/** How a step ended; `conclusion` is `success` too where `continue-on-error` forgives a failure. */
export type StepEnd = 'success' | 'failure' | 'cancelled' | 'skipped';

/** A step that is over. */
export interface StepResult {
  /** '' where the workflow gives none. */
  readonly id: string;
  readonly name: string;
  readonly outcome: StepEnd;
  readonly conclusion: StepEnd;
  readonly outputs: ReadonlyMap<string, string>;
}

/** Folders of a run; all but the workspace are removed at its end. */
export interface RunFolders {
  readonly workspace: string;
  readonly root: string;
  readonly home: string;
  readonly temp: string;
  readonly tools: string;
  readonly files: string;
}

/** The state of a job. */
export class Session {
  readonly folders: RunFolders;
  readonly masks = new Masks();
  /** Where the job is: whatever a workflow sets stands above it. */
  readonly ambient: ReadonlyMap<string, string>;
  /** The runner's own variables: nothing a step sets stands above them. */
  readonly runner: ReadonlyMap<string, string>;
  /** `env` of workflow and job, and what steps wrote to GITHUB_ENV. */
  readonly env = new Map<string, string>();
  readonly paths: string[] = [];
  readonly results: StepResult[] = [];
  readonly summaries: string[] = [];
  readonly cancellation = new AbortController();
  /** All but `env`, `steps` and `job`. */
  readonly contexts: ReadonlyMap<string, Value>;
  status: JobStatus = 'success';

  constructor(parts: {
    readonly folders: RunFolders;
    readonly ambient: ReadonlyMap<string, string>;
    readonly runner: ReadonlyMap<string, string>;
    readonly contexts: ReadonlyMap<string, Value>;
  }) {
    this.folders = parts.folders;
    this.ambient = parts.ambient;
    this.runner = parts.runner;
    this.contexts = parts.contexts;
  }

  cancel(): void {
    this.status = 'cancelled';
    this.cancellation.abort();
  }

  fail(): void {
    if (this.status === 'success') this.status = 'failure';
  }

  /** What a program of a step sees; `step` are the runner's variables of this step only. */
  variables(
    own: ReadonlyMap<string, string>,
    step: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> {
    const { PATH: inherited = '', ...others } = inheritedVariables();
    const all = new Map([
      ...Object.entries(others),
      ['PATH', inherited] as const,
      ...this.ambient,
      ...this.env,
      ...own,
      ...this.runner,
      ...step,
    ]);
    const path = [...this.paths].reverse();
    return all.set('PATH', [...path, all.get('PATH') ?? ''].join(delimiter));
  }

  /** The scope of a step with this `env`. */
  scope(env: ReadonlyMap<string, string> = new Map(), more: readonly [string, Value][] = []) {
    const named = this.results.filter(({ id }) => id !== '');
    const steps = new Map(named.map((result) => [result.id, stepValue(result)] as const));
    return {
      status: this.status,
      contexts: new Map<string, Value>([
        ...this.contexts,
        ['env', new Map([...this.env, ...env])],
        ['steps', steps],
        ['job', new Map([['status', this.status]])],
        ...more,
      ]),
    };
  }
}

function stepValue({ outcome, conclusion, outputs }: StepResult): Value {
  return new Map<string, Value>([
    ['outputs', outputs],
    ['outcome', outcome],
    ['conclusion', conclusion],
  ]);
}

/** Ours, without anything that AWS clients, GitHub's toolkit, Node or this command read. */
function inheritedVariables(): Readonly<Record<string, string>> {
  const foreign =
    /^(?:AWS_|BOTO_|AMAZON_|SEKISHO_|ACTIONS_|GITHUB_|RUNNER_|INPUT_|STATE_|NODE_OPTIONS$)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => {
      return value === undefined || foreign.test(name) ? [] : [[name, value]];
    }),
  );
}
