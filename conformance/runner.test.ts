/** The runner's output and exit codes, for good files and for bad ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runConformance } from './runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...options: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { log: (line: string) => out.push(line), error: (line: string) => err.push(line) };
  const status = runConformance(options, output);
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return { status, stdout: text(out), stderr: text(err) };
}

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const vector = {
  id: 'one',
  source: 'a page',
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  context: {},
  policies: {
    identity: [
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    ],
    resource: null,
    boundary: null,
    session: null,
    scp: null,
    rcp: null,
  },
  expect: 'allow',
};
const text = (...vectors: readonly unknown[]) => JSON.stringify(vectors);

describe('002-2: npm run conformance', () => {
  test('closes with the count and 0', () => {
    const file = fileOf('good.json', text(vector, { ...vector, id: 'two' }));
    expect(run(file)).toEqual({ status: 0, stdout: '2 passed, 0 failed\n', stderr: '' });
  });

  test('prints every miss and ends with 1, for each evaluator', () => {
    const file = fileOf('miss.json', text(vector, { ...vector, id: 'two', expect: 'deny' }));
    for (const evaluator of ['plain', 'reference']) {
      const { status, stdout } = run(file, '--evaluator', evaluator);
      expect(stdout).toBe('two: expected deny, got allow (a page)\n1 passed, 1 failed\n');
      expect(status).toBe(1);
    }
  });

  test('takes a folder, and fields that are null', () => {
    const { status, stdout } = run(folder, '--evaluator=plain');
    expect(stdout).toMatch(/\d+ passed, 1 failed\n$/);
    expect(status).toBe(1);
    const file = fileOf('null.json', text({ ...vector, resourceAccount: null }));
    expect(run(file).status).toBe(0);
  });
});

describe('a bad file is named in one line, with exit code 2', () => {
  const policies = (more: object) => ({ ...vector, policies: { ...vector.policies, ...more } });
  test.each([
    ['no JSON', '{', 'not a JSON file'],
    ['no UTF-8', Uint8Array.of(0x5b, 0xff, 0x5d), 'not a JSON file'],
    ['empty', '', 'not a JSON file'],
    ['no array', '{}', 'not a JSON array of vectors'],
    ['no object', '[1]', 'vector 1 is not an object'],
    ['an unknown field', text({ ...vector, extra: 1 }), 'one: unknown field extra'],
    ['an unknown policy type', text(policies({ spc: null })), 'one: policies: unknown field spc'],
    ['a missing field', text({ ...vector, action: undefined }), 'one: action is missing'],
    ['an odd expectation', text({ ...vector, expect: 'maybe' }), 'one: expect must be one of'],
    ['an odd principal', text({ ...vector, principal: { type: 'constructor' } }), 'one: principal'],
    ['a number in the context', text({ ...vector, context: { a: 1 } }), 'one: context key a must'],
    ['the same key twice', text({ ...vector, context: { a: 'x', A: 'y' } }), 'the same key'],
    [
      'an SCP without levels',
      text(policies({ scp: [{}] })),
      'one: scp: each member must be a list',
    ],
    ['two boundaries', text(policies({ boundary: [{}, {}] })), 'boundary has more than one'],
    ['control characters', text({ ...vector, id: '\u001b[2J', extra: 1 }), '\\u001b[2J: unknown'],
    ['a deep document', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`, 'is not an object'],
  ])('%s', (_name, content, message) => {
    const { status, stdout, stderr } = run(fileOf('bad.json', content));
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('a missing file, an unknown evaluator, an unknown option', () => {
    expect(run(join(folder, 'nowhere.json'))).toMatchObject({ status: 2, stdout: '' });
    expect(run(join(folder, 'nowhere.json')).stderr).toContain('cannot be read (ENOENT)');
    expect(run('--evaluator', 'x').stderr).toContain('--evaluator must be one of');
    expect(run('--what').stderr).toContain('Usage');
  });

  test('a policy that nobody can read denies, in both evaluators', () => {
    const file = fileOf('unreadable.json', text({ ...policies({ identity: [{ Statement: 1 }] }) }));
    for (const evaluator of ['plain', 'reference']) {
      expect(run(file, '--evaluator', evaluator).stdout).toContain('got implicitDeny');
    }
  });
});
