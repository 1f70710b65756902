/**
 * A workflow file, its chosen job read strictly.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
import type { Value } from './expression/value.ts';
import { isObject } from './expression/value.ts';
import { WorkflowError } from './workflow-error.ts';
import { readYaml, type YamlNode } from './yaml-node.ts';

/** Texts by name, templates not yet filled in. */
export type Texts = ReadonlyMap<string, string>;

/** `defaults.run`. */
export interface Defaults {
  readonly shell?: string;
  readonly workingDirectory?: string;
}

/** One step as written. */
export interface Step {
  /** `jobs.deploy.steps[2]`, for errors. */
  readonly place: string;
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with: Texts;
  readonly run?: string;
  readonly shell?: string;
  readonly workingDirectory?: string;
  readonly env: Texts;
  readonly continueOnError?: string;
  readonly timeoutMinutes?: string;
}

/** The chosen job. */
export interface Job {
  readonly id: string;
  readonly name?: string;
  readonly if?: string;
  readonly needs: readonly string[];
  readonly runsOn: readonly string[];
  readonly environment?: string;
  readonly env: Texts;
  readonly defaults: Defaults;
  readonly outputs: Texts;
  readonly matrix: Value;
  readonly timeoutMinutes?: string;
  /** `permissions` of the job, else of the workflow, grant `id-token: write`. */
  readonly mayRequestToken: boolean;
  readonly steps: readonly Step[];
}

/** A workflow and one of its jobs. */
export interface Workflow {
  readonly name?: string;
  readonly env: Texts;
  readonly defaults: Defaults;
  /** Defaults of `on.workflow_dispatch.inputs`. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly job: Job;
}

const workflowMembers = [
  'name',
  'run-name',
  'on',
  'permissions',
  'env',
  'defaults',
  'concurrency',
  'jobs',
];
const jobMembers = [
  'name',
  'permissions',
  'needs',
  'if',
  'runs-on',
  'environment',
  'concurrency',
  'outputs',
  'env',
  'defaults',
  'steps',
  'timeout-minutes',
  'strategy',
  'continue-on-error',
];
const stepMembers = [
  'id',
  'if',
  'name',
  'uses',
  'run',
  'working-directory',
  'shell',
  'with',
  'env',
  'continue-on-error',
  'timeout-minutes',
];
const refusedInJob: ReadonlyMap<string, string> = new Map([
  ['container', 'jobs in a container are not supported'],
  ['services', 'service containers are not supported'],
  ['uses', 'reusable workflows are not supported'],
]);

/** Reads the file and the job of that name. Throws WorkflowError. */
export function readWorkflow(text: string, file: string, jobName: string | undefined): Workflow {
  const root = readYaml(text, file);
  root.allow(workflowMembers);
  const jobs = root.at('jobs');
  const names = jobs.members().map(([name]) => name);
  const chosen = jobName ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined) {
    throw new WorkflowError(file, `has the jobs ${names.join(', ')}: choose one with --job`);
  }
  if (!names.includes(chosen)) {
    throw new WorkflowError(file, `has no job ${chosen}; it has ${names.join(', ')}`);
  }
  const name = root.at('name').text();
  return {
    ...(name === undefined ? {} : { name }),
    env: root.at('env').texts(),
    defaults: readDefaults(root.at('defaults')),
    inputs: readInputs(root.at('on').at('workflow_dispatch').at('inputs')),
    job: readJob(jobs.at(chosen), chosen, root),
  };
}

function readInputs(node: YamlNode): ReadonlyMap<string, Value> {
  return new Map(
    node.members().map(([name, input]) => {
      const { value } = input.at('default');
      return [name, value ?? (input.at('type').text() === 'boolean' ? false : '')] as const;
    }),
  );
}

function readJob(node: YamlNode, id: string, root: YamlNode): Job {
  if (!/^[A-Za-z_][\w-]*$/.test(id)) throw node.error('the job has no valid name');
  node.allow(jobMembers, refusedInJob);
  const steps = node.at('steps').items().map(readStep);
  if (steps.length === 0) throw node.at('steps').error('the job has no steps');
  const environment = node.at('environment');
  const named = isObject(environment.value) ? environment.at('name') : environment;
  return {
    id,
    ...optional('name', node.at('name').text()),
    ...optional('if', node.at('if').text()),
    needs: listed(node.at('needs')),
    runsOn: listed(node.at('runs-on')),
    ...optional('environment', named.text()),
    env: node.at('env').texts(),
    defaults: readDefaults(node.at('defaults')),
    outputs: node.at('outputs').texts(),
    matrix: node.at('strategy').at('matrix').value,
    ...optional('timeoutMinutes', node.at('timeout-minutes').text()),
    mayRequestToken: grantsToken(
      node.at('permissions').isAbsent ? root.at('permissions') : node.at('permissions'),
    ),
    steps,
  };
}

function readStep(node: YamlNode): Step {
  node.allow(stepMembers);
  const { place } = node;
  const [run, uses, id] = [node.at('run').text(), node.at('uses').text(), node.at('id').text()];
  if ((run === undefined) === (uses === undefined)) {
    throw node.error('a step has either run or uses');
  }
  if (id !== undefined && !/^[A-Za-z_][\w-]*$/.test(id)) throw node.at('id').error('is not valid');
  return {
    place,
    ...optional('id', id),
    ...optional('name', node.at('name').text()),
    ...optional('if', node.at('if').text()),
    ...optional('uses', uses),
    with: node.at('with').texts(),
    ...optional('run', run),
    ...optional('shell', node.at('shell').text()),
    ...optional('workingDirectory', node.at('working-directory').text()),
    env: node.at('env').texts(),
    ...optional('continueOnError', node.at('continue-on-error').text()),
    ...optional('timeoutMinutes', node.at('timeout-minutes').text()),
  };
}

/** The member, where it has a value: absent ones stay absent. */
export function optional<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [Key in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: T });
}

function readDefaults(node: YamlNode): Defaults {
  const run = node.at('run');
  return {
    ...optional('shell', run.at('shell').text()),
    ...optional('workingDirectory', run.at('working-directory').text()),
  };
}

function listed(node: YamlNode): readonly string[] {
  if (node.isAbsent) return [];
  if (isObject(node.value)) return listed(node.at('labels'));
  const one = typeof node.value === 'string' ? node.value : undefined;
  return one === undefined ? node.items().map((item) => item.requiredText()) : [one];
}

/** Without `permissions` GitHub's default token has no id-token. */
function grantsToken(node: YamlNode): boolean {
  if (typeof node.value === 'string') {
    if (node.value === 'write-all') return true;
    if (node.value === 'read-all') return false;
    throw node.error(`Unexpected value '${node.value}'`);
  }
  for (const [, level] of node.members()) {
    if (!/^(?:read|write|none)$/.test(level.text() ?? '')) {
      throw level.error(`Unexpected value '${level.text() ?? ''}'`);
    }
  }
  return node.at('id-token').text() === 'write';
}
