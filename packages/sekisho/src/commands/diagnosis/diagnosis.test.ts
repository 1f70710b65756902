/** Tests of `why --task` and `checklist`: what is printed, in both languages, and the exit codes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, readConfiguration, startServer } from '@sekisho/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Command, CommandError } from '../../command.ts';
import { checklist } from '../checklist.ts';
import { why } from '../why.ts';
import { readDiagnosis } from './answer.ts';
import { describeDiagnosis, printable } from './describe.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-diagnosis-'));
let server: RunningServer;

beforeAll(async () => {
  const flags = new Map<string, unknown>([
    ['port', '0'],
    ['dataDir', folder],
    ['store', 'memory'],
  ]);
  server = await startServer(readConfiguration({ environment: {}, flags }));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(verb: Command, ...args: readonly string[]) {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const own = ['--endpoint', server.endpoint, '--data-dir', folder];
    const code = await verb.run([...args, ...own]);
    return { code, text: written.join('') };
  } finally {
    spy.mockRestore();
  }
}

describe('checklist', () => {
  test('000-17 prints ✗ lines with their fix, and ends with 1', async () => {
    const { code, text } = await run(checklist, 'github-ecs', '--lang', 'en', '--fix', 'cli');
    expect(code).toBe(1);
    expect(text).toContain('✗ There is no provider token.actions.githubusercontent.com.');
    expect(text).toContain('aws iam create-open-id-connect-provider \\');
    expect(text).not.toContain('# Terraform');
    expect(text).toMatch(/3 of 3 missing\.\n$/);
  });

  test('in Japanese, and as the whole answer', async () => {
    const japanese = await run(checklist, 'ec2-profile', '--instance-profile', 'x', '--lang', 'ja');
    expect(japanese.text).toContain('インスタンスプロファイル x が存在しません。');
    expect(japanese.text).toContain('# CloudFormation');
    const json = await run(checklist, 'github-ecs', '--format', 'json');
    expect(JSON.parse(json.text)).toMatchObject({ name: 'github-ecs', complete: false });
  });

  test.each([
    [['nothing'], /CHECKLIST must be github-ecs, ecs-task or ec2-profile/],
    [['ecs-task'], /--task-definition is needed/],
    [['ecs-task', '--role', 'r', '--task-definition', 'x'], /There is no member "role"/],
    [['github-ecs', '--fix', 'word'], /--fix must be/],
    [[], /Usage: sekisho checklist/],
  ])('%j is a mistake: exit code 2', async (args, message) => {
    const failed = run(checklist, ...args);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ exitCode: 2 });
  });
});

test('why --task of a task that is not there, or no task at all', async () => {
  await expect(run(why, '--task', '0'.repeat(32))).rejects.toThrow('task was not found');
  for (const task of ['abc', 'arn:aws:ecs:us-east-1:1:task/c/../x']) {
    await expect(run(why, '--task', task)).rejects.toThrow(CommandError);
  }
  await expect(run(why, '--service', 'c/none')).rejects.toThrow('Service not found');
});

const text = (en: string, ja: string) => ({ en, ja });
const fix = {
  text: text('Do it.', '実行'),
  cli: 'aws x',
  terraform: 'resource',
  cloudFormation: '',
};
const finding = { subject: 'executionRole', code: 'permissionMissing', fixes: [fix] };
const answer = {
  taskArn: 'arn',
  lastStatus: 'STOPPED',
  stoppedReason: 'because',
  principals: [
    { principal: 'deployer', state: 'ok', lacks: [] },
    { principal: 'executionRole', name: 'r', state: 'lacks', lacks: ['a on b', 'c on d'] },
  ],
  findings: [{ ...finding, text: text('It lacks a.', 'a 不足'), proven: true }],
  ahead: [],
  plan: [fix],
};

describe('a diagnosis as text', () => {
  test('has the table of principals, the cause and its fix', () => {
    const lines = describeDiagnosis(readDiagnosis(answer), 'all', 'en');
    expect(printable(lines)).toBe(
      [
        'arn',
        'STOPPED: because',
        '',
        'Principal          State  Lacks',
        '──────────────  ─  ─────  ──────',
        'deployer           ok',
        'execution role  r  LACKS  a on b',
        '                          c on d',
        '',
        'Cause: It lacks a.',
        '',
        'Fix (tried: with this the request is allowed)',
        '  → Do it.',
        '    # AWS CLI',
        '    aws x',
        '    # Terraform',
        '    resource',
        '',
        '',
      ].join('\n'),
    );
  });

  test('of several findings has the plan instead of each fix', () => {
    const ahead = [{ ...finding, text: text('It lacks c.', 'c 不足') }];
    const lines = describeDiagnosis(readDiagnosis({ ...answer, ahead }), 'cli', 'ja');
    expect(lines.slice(-10)).toEqual([
      '原因: a 不足',
      '',
      '次の起動でさらに問題になるもの',
      '  ✗ c 不足',
      '',
      'まとめて修正',
      '  → 実行',
      '    # AWS CLI',
      '    aws x',
      '',
    ]);
  });

  test('without findings says so, and lets no control character through', () => {
    const fine = { ...answer, principals: [], findings: [], taskArn: 'a\u001b[31m' };
    const told = printable(describeDiagnosis(readDiagnosis(fine), 'all', 'en'));
    expect(told).toContain('Nothing was refused, and nothing is missing.');
    expect(told).not.toContain('\u001b');
  });
});
