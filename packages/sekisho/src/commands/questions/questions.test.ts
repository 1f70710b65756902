/** Tests of the verbs that ask questions: against a running server, in both languages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, readConfiguration, startServer } from '@sekisho/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../command.ts';
import { can } from '../can.ts';
import { canWhat } from '../can-what.ts';
import { whoCan } from '../who-can.ts';
import { readContext } from './ask.ts';
import { displayWidth, table } from './table.ts';
import { questionWords } from './words.ts';

const account = '123456789012';
const folder = mkdtempSync(join(tmpdir(), 'sekisho-questions-'));
let server: RunningServer;

beforeAll(async () => {
  const flags = new Map<string, unknown>([
    ['port', '0'],
    ['dataDir', folder],
    ['store', 'memory'],
    ['accounts', account],
  ]);
  server = await startServer(readConfiguration({ environment: {}, flags }));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The exit code and what was printed. */
async function run(
  verb: typeof can,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const connection = ['--endpoint', server.endpoint, '--data-dir', folder];
    const code = await verb.run([...args, ...connection]);
    return { code, text: written.join('') };
  } finally {
    spy.mockRestore();
  }
}

describe('sekisho can', () => {
  test('exits with 0 when allowed and 3 when denied, and says why', async () => {
    const allowed = await run(can, 'root', 'iam:ListUsers', '*', '--lang', 'en');
    expect(allowed).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Allowed: arn:aws:iam/),
    });
    const denied = await run(can, 'anonymous', 's3:GetObject', 'arn:aws:s3:::b/k', '--lang', 'en');
    expect(denied.code).toBe(3);
    expect(denied.text).toContain('Implicit deny: no resource-based policy allows it.');
    expect(denied.text).toContain('Note: The bucket does not exist here');
  });

  test('speaks Japanese', async () => {
    const { text } = await run(
      can,
      'anonymous',
      's3:GetObject',
      'arn:aws:s3:::b/k',
      '--lang',
      'ja',
    );
    expect(text).toMatch(/^拒否: /);
    expect(text).toContain('注記: ');
  });

  test('answers in JSON', async () => {
    const args = ['root', 'sts:AssumeRole', `arn:aws:iam::${account}:role/R`, '--format', 'json'];
    const { code, text } = await run(can, ...args);
    expect(code).toBe(3);
    expect(JSON.parse(text)).toMatchObject({ allowed: false, outcome: 'implicitDeny' });
  });

  test.each([
    ['an unknown user', ['user/none', 's3:GetObject', '*'], 'There is no user none'],
    ['an unknown action', ['root', 's3:GetObjct', '*'], 'Is it s3:GetObject?'],
    ['too few words', ['root'], 'Usage: sekisho can'],
  ])('ends with 2 for %s', async (_name, args, message) => {
    const failed = run(can, ...args);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ exitCode: 2 });
  });
});

test('sekisho who-can prints a table', async () => {
  const { code, text } = await run(whoCan, 'iam:ListUsers', '*', '--lang', 'en');
  expect(code).toBe(0);
  expect(text).toMatch(/^Principal +When +Through$/m);
  expect(text).toContain(`arn:aws:iam::${account}:root  always`);
  expect(text).toContain('1 principals examined');
});

test('sekisho can-what prints a table', async () => {
  const { code, text } = await run(canWhat, 'root', '--service', 'sts', '--lang', 'ja');
  expect(code).toBe(0);
  expect(text).toMatch(/^アクション +許可の範囲/m);
  expect(text).toContain('sts:GetCallerIdentity');
});

describe('the context', () => {
  test('is read from KEY=VALUE', () => {
    const given = ['aws:SourceIp=10.0.0.1', 'aws:TagKeys=a', 'aws:TagKeys=b', 'k:l[]=x=y'];
    expect(readContext(given)).toEqual({
      'aws:SourceIp': '10.0.0.1',
      'aws:TagKeys': ['a', 'b'],
      'k:l': ['x=y'],
    });
    expect(() => readContext(['aws:SourceIp'])).toThrow(CommandError);
  });
});

describe('tables', () => {
  test('count wide characters twice and leave empty columns out', () => {
    expect(displayWidth('許可 ok')).toBe(7);
    expect(
      table(
        ['A', 'B', 'C'],
        [
          ['許可', '', 'x'],
          ['b', '', 'y'],
        ],
      ),
    ).toEqual(['A     C', '────  ─', '許可  x', 'b     y']);
  });

  test('have words in both languages', () => {
    const shape = (words: object): unknown =>
      Object.entries(words).map(([name, word]) => [name, typeof word === 'object' && shape(word)]);
    expect(shape(questionWords.ja)).toEqual(shape(questionWords.en));
  });
});
