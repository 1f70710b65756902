/** Tests of what `sekisho github run` refuses by name before anything runs. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandError } from '../../command.ts';
import { github } from '../github.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-refusals-'));
  for (const [name, runs] of [
    ['composite', '{ using: composite, steps: [] }'],
    ['docker', '{ using: docker, image: Dockerfile }'],
    ['without', '{ using: node20, main: dist/index.js }'],
    ['fine', '{ using: node20, main: action.yml }'],
  ] as const) {
    mkdirSync(join(folder, 'octo', name), { recursive: true });
    writeFileSync(join(folder, 'octo', name, 'action.yml'), `runs: ${runs}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const job = (members: string): string => `on: push\njobs:\n  deploy: { ${members} }\n`;
const first = (): string => `{ run: touch ${folder}/ran }`;
const steps = (step: string, more = ''): string => job(`${more} steps: [${first()}, ${step}]`);

/** The refusal of a workflow. */
async function refusal(workflow: string, ...args: readonly string[]): Promise<string> {
  const file = join(folder, 'deploy.yml');
  writeFileSync(file, workflow);
  const own = ['--repo', 'octo-org/app', '--workspace', folder, '--actions', folder];
  try {
    return `exit ${await github.run(['run', file, ...own, ...args])}`;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.message;
  } finally {
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  }
}

test.each<[string, () => string, string]>([
  [
    'a job in a container',
    () => job(`container: node, steps: [${first()}]`),
    'jobs.deploy.container: jobs in a container are not supported',
  ],
  [
    'service containers',
    () => job(`services: { db: { image: x } }, steps: [${first()}]`),
    'jobs.deploy.services: service containers are not supported',
  ],
  [
    'a reusable workflow',
    () => job('uses: ./.github/workflows/x.yml'),
    'jobs.deploy.uses: reusable workflows are not supported',
  ],
  [
    'another system',
    () => steps('{ run: x }', 'runs-on: windows-latest,'),
    'jobs.deploy.runs-on: windows-latest is not supported on this machine',
  ],
  [
    'a container action',
    () => steps('{ uses: "docker://alpine:3" }'),
    'jobs.deploy.steps[1].uses: docker://alpine:3: container actions are not supported',
  ],
  [
    'an action of a Dockerfile',
    () => steps('{ uses: octo/docker@v1 }'),
    "jobs.deploy.steps[1].uses: octo/docker@v1: actions that run with 'docker' are not supported",
  ],
  [
    'a composite action',
    () => steps('{ uses: octo/composite@v1 }'),
    "octo/composite@v1: actions that run with 'composite' are not supported",
  ],
  [
    'an action that is not there',
    () => steps('{ uses: octo/absent@v1 }'),
    'put it there as octo/absent, or leave the step out with --skip octo/absent',
  ],
  [
    'an action without its script',
    () => steps('{ uses: octo/without@v1 }'),
    'octo/without@v1: there is no dist/index.js',
  ],
  [
    'an action outside the folder',
    () => steps('{ uses: octo/../../x@v1 }'),
    'octo/../../x@v1: expected OWNER/NAME@REF',
  ],
  ['a shell', () => steps('{ run: x, shell: pwsh }'), 'steps[1].shell: the shell pwsh is not'],
  [
    'hashFiles',
    () => steps(`{ run: "echo \${{ hashFiles('**') }}" }`),
    'jobs.deploy.steps[1].run: The function hashFiles is not supported',
  ],
  [
    'an unknown context',
    () => steps('{ run: x, env: { A: "${{ nothing.x }}" } }'),
    "jobs.deploy.steps[1].env.A: Unrecognized named-value: 'nothing'",
  ],
  [
    'an unknown member of a step',
    () => steps('{ runs: x }'),
    "jobs.deploy.steps[1]: Unexpected value 'runs'",
  ],
  ['run and uses', () => steps('{ run: x, uses: octo/fine@v1 }'), 'either run or uses'],
  [
    'a matrix with include',
    () => job(`strategy: { matrix: { include: [] } }, steps: [${first()}]`),
    'jobs.deploy.strategy.matrix.include: is not supported',
  ],
  [
    'a matrix of several',
    () => job(`strategy: { matrix: { os: [a, b] } }, steps: [${first()}]`),
    'matrix.os: choose one of a, b with --matrix os=…',
  ],
  [
    'a permission that is none',
    () => job(`permissions: { id-token: maybe }, steps: [${first()}]`),
    "jobs.deploy.permissions.id-token: Unexpected value 'maybe'",
  ],
  ['what is no YAML', () => 'jobs: [', 'deploy.yml: '],
  ['a key twice', () => 'on: push\non: pull_request\njobs: {}\n', 'Map keys must be unique'],
  ['no jobs', () => 'on: push\n', 'has the jobs : choose one with --job'],
])('%s', async (_, workflow, expected) => {
  expect(await refusal(workflow())).toContain(expected);
});

test('jobs, steps to leave out and inputs that are not there', async () => {
  const workflow = steps('{ uses: octo/fine@v1 }');
  expect(await refusal(workflow, '--job', 'other')).toContain('has no job other; it has deploy');
  expect(await refusal(workflow, '--skip', 'octo/other')).toContain('no step uses octo/other');
  expect(await refusal(workflow, '--matrix', 'os=a')).toContain('has no matrix');
  expect(await refusal(workflow, '--input', 'x=1')).toContain('there is no input x');
  expect(await refusal(workflow, '--secret', 'NOT_THERE')).toContain('there is no variable');
  expect(await refusal(workflow, '--ref', 'main')).toContain('"ref" of a job is written like');
});

test('a job that may ask for tokens without a server', async () => {
  const workflow = job(`permissions: { id-token: write }, steps: [${first()}]`);
  const credentials = join(folder, 'credentials');
  writeFileSync(credentials, '[default]\naws_access_key_id = A\naws_secret_access_key = B\n');
  const args = ['--endpoint', 'http://127.0.0.1:1', '--data-dir', folder];
  expect(await refusal(workflow, ...args)).toContain('no server answers at http://127.0.0.1:1');
});
