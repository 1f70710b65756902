/** Tests of `sekisho github run` with jobs that need no server: real shells, GitHub's own toolkit. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../command.ts';
import { github } from '../github.ts';

const toolkit = import.meta.resolve('@actions/core');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-run-test-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

interface Ran {
  readonly code: number;
  readonly text: string;
}

/** Runs the command on a workflow; `text` is everything that it prints. */
async function run(workflow: string, ...args: readonly string[]): Promise<Ran> {
  put('deploy.yml', workflow);
  let text = '';
  const keep = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  try {
    const own = ['--repo', 'octo-org/app', '--workspace', folder, '--lang', 'en'];
    const code = await github.run(['run', join(folder, 'deploy.yml'), ...own, ...args]);
    return { code, text };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.exitCode, text: error.message };
  }
}

/** A job of these steps. */
const job = (steps: string, more = ''): string =>
  `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`;

function putAction(name: string, yaml: string, scripts: Readonly<Record<string, string>>): void {
  put(`actions/${name}/action.yml`, yaml);
  for (const [file, text] of Object.entries(scripts)) {
    put(`actions/${name}/${file}`, `import * as core from ${JSON.stringify(toolkit)};\n${text}`);
  }
}

describe('run: steps', () => {
  test('see what the ones before them left, and GitHub’s variables', async () => {
    put('sub/bin/tool', '#!/bin/sh\necho "the tool of $0"\n');
    const { code, text } = await run(
      `name: Deploy
on: push
env: { LEVEL: workflow, OVER: workflow }
defaults: { run: { working-directory: sub } }
jobs:
  deploy:
    runs-on: [self-hosted, linux]
    env: { OVER: job }
    outputs: { image: "\${{ steps.build.outputs.image }}" }
    steps:
      - id: build
        run: |
          chmod +x bin/tool
          echo "image=repo/app:$GITHUB_REF_NAME" >> "$GITHUB_OUTPUT"
          { echo 'TEXT<<END'; echo two; echo lines; echo END; } >> "$GITHUB_ENV"
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo '# Done' >> $GITHUB_STEP_SUMMARY
      - run: echo "[$LEVEL $OVER $STEP] $TEXT [\${{ env.OVER }} \${{ env.STEP }}]"
        env: { STEP: "\${{ github.repository_owner }}" }
      - run: tool; echo "$GITHUB_REPOSITORY $GITHUB_WORKFLOW $GITHUB_REF_TYPE $GITHUB_JOB $CI"
      - run: grep -o '"full_name":"[^"]*"' "$GITHUB_EVENT_PATH"
        shell: sh
`,
      '--ref',
      'refs/tags/v1.2.3',
    );
    expect(text).toContain('[workflow job octo-org] two\nlines [job octo-org]\n');
    expect(text).toContain(`the tool of ${folder}/sub/bin/tool\n`);
    expect(text).toContain('octo-org/app Deploy tag deploy true\n');
    expect(text).toContain('"full_name":"octo-org/app"\n');
    expect(text).toContain('Summary\n  # Done\n');
    expect(text).toContain('Outputs of the job\n  image=repo/app:v1.2.3\n');
    expect(text).toContain('✓ deploy: success\n');
    expect(code).toBe(0);
  });

  test('after a failure only those run that ask for it, and the job has failed', async () => {
    const { code, text } = await run(
      job(`      - { id: first, run: exit 4, continue-on-error: true }
      - run: false | true
      - { run: false | true, shell: bash }
      - run: echo not this
      - { run: "echo cleaned after \${{ job.status }} \${{ steps.first.outcome }} \${{ steps.first.conclusion }}", if: always() }
      - { run: echo failed, if: "failure() && github.event_name == 'push'" }
`),
    );
    expect(code).toBe(1);
    expect(text).toContain('Error: Process completed with exit code 4.');
    expect(text).toContain('The failure is forgiven (continue-on-error).');
    expect(text).toContain('▸ [4/6] Run echo not this – skipped');
    expect(text).toContain('\ncleaned after failure failure success\n');
    expect(text).toContain('\nfailed\n');
    expect(text).toContain('✗ deploy: failure');
  });

  test('see no credentials, tokens or settings of whoever runs the command', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAMINE');
    vi.stubEnv('AWS_PROFILE', 'mine');
    vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'stolen');
    vi.stubEnv('SEKISHO_LANG', 'en');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1/');
    const { text } = await run(
      job('      - run: "env | grep -E \'^(AWS|ACTIONS|SEKISHO|NODE_OPTIONS)\' | sort; ls -A ~"\n'),
    );
    expect(text).toContain(
      '\nAWS_EC2_METADATA_DISABLED=true\nAWS_ENDPOINT_URL=http://127.0.0.1:1\n\n✓',
    );
    expect(text).toContain('no permissions: id-token: write');
  });

  test('see secrets, vars, inputs and a matrix, and no secret is printed', async () => {
    vi.stubEnv('OTHER_SECRET', 'from-the-environment');
    const workflow = `on:
  workflow_dispatch:
    inputs: { count: { default: 2 }, force: { type: boolean } }
jobs:
  deploy:
    strategy: { matrix: { system: [linux, other], size: [1] } }
    steps:
      - run: echo "\${{ secrets.KEY }} \${{ secrets.OTHER_SECRET }} \${{ vars.CLUSTER }} \${{ inputs.count }} \${{ inputs.force && 'forced' }} \${{ matrix.system }}\${{ matrix.size }}"
      - run: echo "::add-mask::late"; echo "it is late"; echo aHVudGVyMg==
`;
    const { code, text } = await run(
      workflow,
      ...['--secret', 'KEY=hunter2', '--secret', 'OTHER_SECRET', '--var', 'CLUSTER=main'],
      ...['--input', 'count=5', '--input', 'force=true', '--matrix', 'system=linux'],
    );
    expect(text).toContain('\n*** *** main 5 forced linux1\n');
    expect(text).toContain('\nit is ***\n***\n');
    expect(text).not.toMatch(/hunter2|from-the-environment/);
    expect(code).toBe(0);
  });

  test('end when their time is over, and leave nothing running', async () => {
    const started = Date.now();
    const { code, text } = await run(
      job(`      - run: "(sleep 100; touch '${folder}/late') & echo $! > '${folder}/pid'"
      - { run: sleep 60, timeout-minutes: 0.01 }
`),
    );
    expect(code).toBe(1);
    expect(text).toContain('Error: The action has timed out after 0.01 minutes.');
    expect(Date.now() - started).toBeLessThan(40_000);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(pid).toBeGreaterThan(1);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
  });

  test('as JSON: the steps and outputs, the log apart from them', async () => {
    const { text } = await run(
      job('      - { id: a, name: First, run: echo "x=1" >> $GITHUB_OUTPUT }\n'),
      '--format',
      'json',
    );
    expect(JSON.parse(text.slice(text.indexOf('{\n')))).toEqual({
      job: 'deploy',
      conclusion: 'success',
      outputs: {},
      steps: [
        { id: 'a', name: 'First', outcome: 'success', conclusion: 'success', outputs: { x: '1' } },
      ],
    });
  });
});

describe('JavaScript actions', () => {
  const yaml = `inputs:
  role-to-assume: { required: true }
  audience: { default: "aud of \${{ github.actor }}" }
runs: { using: node24, pre: pre.mjs, main: main.mjs, post: post.mjs, post-if: success() }
`;
  const scripts = {
    'pre.mjs': "core.info('pre of ' + core.getInput('role-to-assume'));",
    'main.mjs': `core.setSecret('pass word');
core.info('main ' + core.getInput('Role-To-Assume') + ', ' + core.getInput('audience'));
core.info('the pass word');
core.exportVariable('REGION', 'us-east-1');
core.addPath('/opt/tool');
core.setOutput('account', { id: 1 });
core.saveState('isPost', 'yes');
core.warning('careful');
await core.group('a group', async () => core.info('inside'));
if (core.getInput('fail')) core.setFailed('as asked');`,
    'post.mjs': "core.info('post ' + core.getState('isPost') + ' ' + process.env['REGION']);",
  };

  test('run unmodified with GitHub’s toolkit: before, in its place, and afterwards', async () => {
    putAction('octo/login', yaml, scripts);
    putAction('octo/nested/deep', 'runs: { using: node20, main: m.mjs }', {
      'm.mjs': "core.info('deep ' + process.env['GITHUB_ACTION_REPOSITORY']);",
    });
    const { code, text } = await run(
      job(`      - run: echo first
      - { id: login, uses: octo/login@v2, with: { role-to-assume: deploy } }
      - run: echo "$REGION \${{ fromJSON(steps.login.outputs.account).id }} $PATH"
      - uses: octo/nested/deep@main
`),
      '--actions',
      join(folder, 'actions'),
    );
    expect(text).toMatch(/pre of deploy\n.*\nfirst\n.*main deploy, aud of octo-org\nthe \*\*\*\n/s);
    expect(text).toContain('Warning: careful\n▾ a group\ninside\n');
    expect(text).toMatch(/\nus-east-1 1 \/opt\/tool:/);
    expect(text).toContain('\ndeep octo/nested\n');
    expect(text).toMatch(/Post Run octo\/login@v2\npost yes us-east-1\n/);
    expect(code).toBe(0);
  });

  test('that fail fail their step, and post-if is asked', async () => {
    putAction('octo/login', yaml, scripts);
    put('actions/octo/login@v3/action.yml', 'runs: { using: node20, main: m.mjs }');
    put('actions/octo/login@v3/m.mjs', "console.log('version 3')");
    const { code, text } = await run(
      job(`      - { uses: octo/login@v2, with: { role-to-assume: x, fail: now } }
      - { uses: octo/login@v3, if: always() }
`),
      '--actions',
      join(folder, 'actions'),
    );
    expect(text).toContain('Error: as asked\nError: Process completed with exit code 1.\n');
    expect(text).toContain('\nversion 3\n');
    expect(text).not.toContain('Post Run');
    expect(code).toBe(1);
  });

  test('of the workspace, and steps that are left out', async () => {
    put('own/action.yml', 'runs: { using: node20, main: main.mjs }');
    put('own/main.mjs', "console.log('own', process.cwd())");
    const { code, text } = await run(
      job('      - uses: actions/checkout@v5\n      - uses: ./own\n'),
      '--skip',
      'actions/checkout',
    );
    expect(text).toContain('▸ [1/2] Run actions/checkout@v5 – left out with --skip');
    expect(text).toContain('own /');
    expect(code).toBe(0);
  });
});
