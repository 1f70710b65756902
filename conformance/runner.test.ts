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

const policies = (more: object) => ({ ...vector, policies: { ...vector.policies, ...more } });
const [allowAll] = vector.policies.identity;

describe('a bad file is named in one line, with exit code 2', () => {
  test.each([
    ['no JSON', '{', 'not a JSON file'],
    ['no UTF-8', Uint8Array.of(0x5b, 0xff, 0x5d), 'not a JSON file'],
    ['empty', '', 'not a JSON file'],
    ['no array', '{}', 'not a JSON array of vectors'],
    ['control characters', '\u001b[2J', 'not a JSON file'],
  ])('%s', (_name, content, message) => {
    const { status, stdout, stderr } = run(fileOf('bad.json', content));
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test.each([
    ['no object', 1, 'vector 1 is not an object'],
    ['an unknown policy type', policies({ spc: null }), 'one: policies: unknown field spc'],
    ['a missing field', { ...vector, action: undefined }, 'one: action is missing'],
    ['an odd expectation', { ...vector, expect: 'maybe' }, 'one: expect must be one of'],
    ['an odd principal', { ...vector, principal: { type: 'constructor' } }, 'one: principal'],
    ['a principal that is no name', { ...vector, principal: 'alice' }, 'one: principal must be'],
    ['no value in the context', { ...vector, context: { a: null } }, 'one: context key a must'],
    ['the same key twice', { ...vector, context: { a: 'x', A: 'y' } }, 'the same key'],
    ['an SCP without levels', policies({ scp: [{}] }), 'one: scp: each member must be a list'],
    ['two boundaries', policies({ boundary: [{}, {}] }), 'boundary has more than one'],
    ['two resource policies', policies({ resource: [{}, {}] }), 'resource must be a policy'],
    ['a policy that is no JSON', policies({ identity: ['{'] }), 'must be a policy document'],
    ['control characters', { ...vector, id: '\u001b[2J', expect: '' }, '\\u001b[2J: expect'],
  ])('a vector that cannot be read is a miss beside the others: %s', (_name, bad, message) => {
    const { status, stdout } = run(fileOf('bad-vector.json', text(bad, vector)));
    const [miss = '', ...rest] = stdout.split('\n');
    expect(miss).toContain(message);
    expect(rest).toEqual(['1 passed, 1 failed', '']);
    expect(status).toBe(1);
  });

  test('a deep document is no vector', () => {
    const content = `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`;
    expect(run(fileOf('deep.json', content)).stdout).toContain('vector 1 is not an object');
  });

  test('a missing file, an unknown evaluator, an unknown option', () => {
    expect(run(join(folder, 'nowhere.json'))).toMatchObject({ status: 2, stdout: '' });
    expect(run(join(folder, 'nowhere.json')).stderr).toContain('cannot be read (ENOENT)');
    expect(run('--evaluator', 'x').stderr).toContain('--evaluator must be one of');
    expect(run('--what').stderr).toContain('Usage');
  });

  test('a policy that nobody can read denies, in both evaluators', () => {
    const file = fileOf('unreadable.json', text(policies({ identity: [{ Statement: 1 }] })));
    for (const evaluator of ['plain', 'reference']) {
      expect(run(file, '--evaluator', evaluator).stdout).toContain('got implicitDeny');
    }
  });
});

describe('what others write another way is understood where it can mean one thing only', () => {
  const secure = (value: unknown, wanted: unknown) => ({
    ...vector,
    context: { 'aws:SecureTransport': value, 's3:max-keys': 10 },
    policies: {
      identity: [
        {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: {
              Bool: { 'aws:SecureTransport': wanted },
              NumericEquals: { 's3:max-keys': 10 },
            },
          },
        },
      ],
    },
  });
  const host = 'token.actions.githubusercontent.com';
  const trust = (Federated: string) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' },
    ],
  });
  const federated = (type: string, federatedProvider: string, provider: string) => ({
    ...vector,
    principal: { type, federatedProvider },
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: 'arn:aws:iam::111122223333:role/app',
    policies: { resource: trust(provider) },
  });
  const saml = 'arn:aws:iam::111122223333:saml-provider/office';
  test.each([
    ['truth values and numbers in the context', secure(true, true)],
    ['a truth value that is another', { ...secure(false, 'true'), expect: 'implicit_deny' }],
    ['a document alone', policies({ identity: allowAll, scp: allowAll, boundary: allowAll })],
    ['documents as text', policies({ identity: [JSON.stringify(allowAll)] })],
    ['no identity policies', { ...vector, policies: {}, expect: 'Deny' }],
    ['a document without statements', policies({ boundary: [{ Statement: [] }] }), 'implicitDeny'],
    ['an account as a number', { ...vector, resourceAccount: 111122223333 }],
    ['no context, no resource', { ...vector, context: undefined, resource: null }],
    ['an ARN in an object', { ...vector, principal: { type: 'User', arn: vector.principal } }],
    [
      'an issuer by its host',
      federated('WebIdentity', host, `arn:aws:iam::111122223333:oidc-provider/${host}`),
    ],
    ['a SAML provider by its own type', federated('SAML', saml, saml)],
    ['a key in another case', { ...vector, context: { 'AWS:UserId': 'AIDA' } }],
  ])('%s', (_name, one, expected = (one as { expect: string }).expect) => {
    for (const evaluator of ['plain', 'quick', 'reference']) {
      const file = fileOf('other.json', text({ ...one, expect: expected }));
      const { stdout } = run(file, '--evaluator', evaluator);
      expect(stdout).toBe('1 passed, 0 failed\n');
    }
  });

  test('fields beside the format are named once and change nothing', () => {
    const file = fileOf(
      'extra.json',
      text({ ...vector, note: 'x' }, { ...vector, id: 2, note: 1 }),
    );
    const { status, stdout, stderr } = run(file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2 passed, 0 failed\n' });
    expect(stderr).toBe(`${file}: not in the format and not read: note\n`);
  });

  test('the list under `vectors`, and a vector alone', () => {
    for (const content of [{ vectors: [vector] }, vector]) {
      expect(run(fileOf('form.json', JSON.stringify(content))).stdout).toBe('1 passed, 0 failed\n');
    }
  });
});
