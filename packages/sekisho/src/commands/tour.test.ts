/** The tours' pure parts: complete step data in both languages, argument reading, comparisons. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../command.ts';
import { readVersion, withEndpoint } from './tour/client.ts';
import { commandLine } from './tour/command-line.ts';
import { disappointment, includes, textAt } from './tour/outcome.ts';
import { phrases } from './tour/phrases.ts';
import { describeStep, said } from './tour/report.ts';
import { fill, type Step } from './tour/step.ts';
import { tours } from './tour/tours.ts';
import { readTour } from './tour.ts';

const lists = [...tours.values()].flatMap(({ article, steps, refusals }) => [
  { name: article, steps },
  { name: `${article} --broken`, steps: refusals },
]);

const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;

describe.each(lists)('the steps of $name', ({ steps }) => {
  test('have a title in both languages', () => {
    for (const { title } of steps) {
      expect(title.en).not.toMatch(japanese);
      expect(title.ja).toMatch(japanese);
    }
  });

  test('have ids of the acceptance table', () => {
    for (const { id } of steps) expect(id).toMatch(/^\d{3}-\d{1,2}$/);
  });

  test('use no name that no earlier step learns', () => {
    const known = new Set<string>(['account']);
    for (const step of steps) {
      const used = JSON.stringify([step.args, step.expectation]).matchAll(/<([a-z][A-Za-z]*)>/g);
      for (const [, name = ''] of used) expect([step.title.en, known.has(name)]).toContain(true);
      if (step.where === 'in the instance') expect(known.has('instance')).toBe(true);
      if (step.where === 'in the task') expect(known.has('task')).toBe(true);
      if (step.by !== undefined) expect(known.has(`${step.by.key}Secret`)).toBe(true);
      for (const name of Object.keys(step.learns ?? {})) known.add(name);
      const undone = JSON.stringify(step.undo ?? []).matchAll(/<([a-z][A-Za-z]*)>/g);
      for (const [, name = ''] of undone) expect(known.has(name)).toBe(true);
    }
  });

  test('that are refusals have words to look for, and a fix in both languages', () => {
    for (const { part, expectation, fix, undo } of steps) {
      expect(expectation.kind === 'refusal').toBe(part === 'refusal');
      if (expectation.kind !== 'refusal') continue;
      expect(expectation.words.length).toBeGreaterThan(0);
      expect(fix?.en ?? '').not.toBe('');
      expect(fix?.ja ?? '').toMatch(japanese);
      expect(undo).toBeUndefined();
    }
  });

  test('that create something say how it is removed', () => {
    for (const { args, part, undo } of steps) {
      const creates = /^(?:create-(?!policy-version)|run-instances|attach|add-role|mb)/.test(
        args[2] ?? '',
      );
      if (creates && part !== 'refusal') expect([args.join(' '), undo]).not.toContain(undefined);
    }
  });
});

test('the article has its ten commands in the instance, in order', () => {
  const marks = tours.get('002')?.steps.map(({ title }) => title.en[0] ?? '') ?? [];
  expect(marks.filter((mark) => /[①-⑩]/.test(mark)).join('')).toBe('①②③④⑤⑥⑦⑧⑨⑩');
});

test.each([...tours.keys()])('the files are those of examples/%s, byte for byte', (article) => {
  for (const [name, text] of tours.get(article)?.files ?? []) {
    const place = `../../../../examples/${article}/${name}`;
    const path = fileURLToPath(new URL(place, import.meta.url));
    expect(existsSync(path)).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  }
});

test('both languages have the same phrases', () => {
  expect(Object.keys(phrases.ja)).toEqual(Object.keys(phrases.en));
});

describe('the arguments', () => {
  test('name the article and what to show', () => {
    const request = readTour(['002', '--broken', '--keep', '--lang', 'ja']);
    expect(request).toMatchObject({ keep: true, language: 'ja' });
    expect(request.steps).toBe(tours.get('002')?.refusals);
    expect(readTour(['002', '--lang', 'en']).steps).toBe(tours.get('002')?.steps);
  });

  test.each([[[]], [['002', '003']], [['009']], [['002', '--loud']], [['002', '--lang', 'fr']]])(
    'are refused: %j',
    (args) => {
      expect(() => readTour(args)).toThrow(CommandError);
    },
  );
});

describe('comparing', () => {
  const facts = new Map([['account', '111122223333']]);
  const outcome = {
    code: 0,
    stdout: '{"Account":"111122223333","Tags":[{"Key":"a"}]}',
    stderr: '',
  };
  const json = (value: unknown): Step['expectation'] => ({
    kind: 'success',
    output: { kind: 'json', includes: value },
  });

  test('JSON needs the expected properties, with names filled in', () => {
    expect(disappointment(json({ Account: '<account>' }), outcome, facts)).toBeUndefined();
    expect(disappointment(json({ Account: '1' }), outcome, facts)?.kind).toBe('differs');
    expect(disappointment(json({ Tags: [] }), outcome, facts)?.kind).toBe('differs');
    expect(includes([{ Key: 'a' }], [{ Key: 'a', Value: 'b' }])).toBe(true);
    expect(textAt({ Instances: [{ Id: 'i-1' }] }, ['Instances', 0, 'Id'])).toBe('i-1');
  });

  test('a refusal needs a failure and every one of its words', () => {
    const refusal = { kind: 'refusal', words: ['AccessDenied', 's3:PutObject'] } as const;
    const failed = { code: 1, stdout: '', stderr: '(AccessDenied) … s3:PutObject …' };
    expect(disappointment(refusal, failed, facts)).toBeUndefined();
    expect(disappointment(refusal, outcome, facts)).toEqual({ kind: 'not refused' });
    expect(disappointment(refusal, { ...failed, stderr: '(AccessDenied)' }, facts)).toEqual({
      kind: 'differs',
      expected: 's3:PutObject',
    });
  });

  test('a refusal that a command tells of needs its success, and every one of its words', () => {
    const refusal = { kind: 'refusal', words: ['CannotPull', '403'], told: true } as const;
    const told = { code: 0, stdout: 'CannotPullContainerError: … 403 Forbidden', stderr: '' };
    expect(disappointment(refusal, told, facts)).toBeUndefined();
    expect(disappointment(refusal, { ...told, code: 255 }, facts)).toEqual({ kind: 'failed' });
    expect(disappointment(refusal, { ...told, stdout: 'None' }, facts)).toEqual({
      kind: 'differs',
      expected: 'CannotPull',
    });
  });

  test('a success needs exit code 0 and the expected output', () => {
    const nothing = { kind: 'success', output: { kind: 'nothing' } } as const;
    expect(disappointment(nothing, { ...outcome, code: 255 }, facts)?.kind).toBe('failed');
    expect(disappointment(nothing, outcome, facts)?.kind).toBe('differs');
    expect(disappointment(nothing, { ...outcome, stdout: '\n' }, facts)).toBeUndefined();
  });

  test('names in angle brackets are filled in, unknown ones named', () => {
    expect(fill('arn:aws:iam::<account>:root', facts)).toEqual({
      text: 'arn:aws:iam::111122223333:root',
    });
    expect(fill('<subnet>', facts)).toEqual({ missing: 'subnet' });
  });
});

describe('printing', () => {
  test('a command is quoted, and broken before its options when it is long', () => {
    expect(commandLine(['aws', 's3', 'ls', "it's"])).toBe(String.raw`aws s3 ls 'it'\''s'`);
    const long = ['aws', 'iam', 'x', '--a', 'v'.repeat(90), '--b', '{"c":1}'];
    expect(commandLine(long)).toBe(`aws iam x \\\n    --a ${'v'.repeat(90)} \\\n    --b '{"c":1}'`);
  });

  const [step] = tours.get('002')?.steps ?? [];
  const typed = ['aws', 'sts', 'get-caller-identity'];

  test("a failed step shows the client's own error", () => {
    if (step === undefined) throw new Error('no step');
    const outcome = { code: 255, stdout: '', stderr: 'An error occurred (ExpiredToken)' };
    const played = { step, typed, outcome, disappointment: { kind: 'failed' } } as const;
    expect(describeStep(1, played, 'en')).toBe(
      '  1 ✗ 002-0  Who am I? (the account id) [precondition]\n' +
        '     $ aws sts get-caller-identity\n     An error occurred (ExpiredToken)\n',
    );
    expect(describeStep(1, played, 'ja')).toContain('[前提条件]');
  });

  test('an encoded authorization message is shortened', () => {
    const stderr = `Encoded authorization failure message: ${'A'.repeat(100)}`;
    expect(said({ code: 1, stdout: '', stderr })).toBe(
      `Encoded authorization failure message: ${'A'.repeat(24)}… (+76)`,
    );
  });
});

test('clients before 1.29 and 2.13 get the endpoint as an option', () => {
  expect(readVersion('aws-cli/2.9.19 Python/3.11')?.needsEndpointFlag).toBe(true);
  expect(readVersion('aws-cli/2.27.0 Python/3.13')?.needsEndpointFlag).toBe(false);
  expect(readVersion('aws-cli/1.45.11 Python/3.11')?.needsEndpointFlag).toBe(false);
  expect(readVersion('something else')).toBeUndefined();
  const old = { name: 'aws-cli/2.9.19', needsEndpointFlag: true };
  expect(withEndpoint(['aws', 's3', 'ls'], old, 'http://x')).toEqual([
    'aws',
    's3',
    'ls',
    '--endpoint-url',
    'http://x',
  ]);
  expect(withEndpoint(['touch', 'f'], old, 'http://x')).toEqual(['touch', 'f']);
});
