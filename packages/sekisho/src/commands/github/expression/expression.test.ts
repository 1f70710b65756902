/** Tests of GitHub's expressions, after the documentation's own examples. */
import { describe, expect, test } from 'vitest';
import type { JobStatus } from './functions.ts';
import { checkCondition, checkTemplate, fill, holds } from './template.ts';
import { fromPlain, isObject, type Value } from './value.ts';

const root = fromPlain({
  github: {
    ref: 'refs/heads/main',
    event_name: 'push',
    event: {
      issue: { labels: [{ name: 'bug' }, { name: 'help wanted' }, { color: 'red' }] },
      'dashed-name': 5,
    },
  },
  env: { NUMBER: '3', TRUE: 'true' },
  steps: { build: { outputs: { image: 'repo/app:1' }, outcome: 'failure' } },
  needs: {},
});
const contexts = isObject(root) ? root : new Map<string, Value>();
const value = (text: string, status: JobStatus = 'success') =>
  fill(`\${{ ${text} }}`, { contexts, status });
const condition = (text: string, status: JobStatus = 'success') =>
  holds(text, { contexts, status });

describe('an expression', () => {
  test.each<[string, Value]>([
    ["'It''s'", "It's"],
    ['0xff', 255],
    ['-9.2', -9.2],
    ['-2.99e-2', -0.0299],
    ['null', null],
    ['true && 4', 4],
    ["false || 'x'", 'x'],
    ['!0', true],
    ["!!'x'", true],
    ['1 < 2 == true', true],
    ['(1 == 2) || 3 > 2 && 5 >= 5', true],
    ["'a' == 'A'", true],
    ["'B' > 'a'", true],
    ["'3' == 3", true],
    ["'' == 0", true],
    ["'x' == 0", false],
    ['null == 0', true],
    ["env.TRUE == 'TRUE'", true],
    ['env.number < 4', true],
    ["github.ref == 'refs/heads/main' && github.event_name != 'pull_request'", true],
    ['GitHub.EVENT_NAME', 'push'],
    ["github['ref']", 'refs/heads/main'],
    ['github.event.dashed-name', 5],
    ['github.event.issue.labels[1].name', 'help wanted'],
    ['github.event.issue.labels.*.name', ['bug', 'help wanted']],
    ["contains(github.event.issue.labels.*.name, 'BUG')", true],
    ["join(github.event.issue.labels[*].name, ', ')", 'bug, help wanted'],
    ['github.nothing.at.all', null],
    ["needs.build.result == ''", true],
    ["contains('Hello world', 'LLO')", true],
    ["startsWith('Hello', 'he')", true],
    ["endsWith('Hello', 'LO')", true],
    ["format('{{Hello {0} {1}!}}', 'Mona', 7)", '{Hello Mona 7!}'],
    ['fromJSON(\'{"a":[1,{"b":null}]}\').a[0]', 1],
    ['toJSON(fromJSON(\'[1,"a"]\'))', '[\n  1,\n  "a"\n]'],
    ['steps.build.outcome', 'failure'],
    ['NaN == NaN', false],
    ["'}}'", '}}'],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  test.each([
    ["'open", /is not closed/],
    ['"double"', /Unexpected symbol/],
    ['1 +', /Unexpected symbol/],
    ['a b', /Unexpected symbol: 'b'/],
    ['(1', /Unexpected end of expression/],
    ['', /Unexpected end of expression/],
    ['nothing.at', /Unrecognized named-value: 'nothing'/],
    ['lower(github.ref)', /Unrecognized function: 'lower'/],
    ['contains(1)', /Too few parameters/],
    ['success(1)', /Too many parameters/],
    ["hashFiles('**')", /hashFiles is not supported/],
    ['('.repeat(60), /depth/],
  ])('that is none is refused before anything runs: %s', (text, message) => {
    expect(() => checkTemplate(`x \${{ ${text} }}`)).toThrow(message);
  });

  test('of what only shows when it is evaluated is an error then', () => {
    expect(() => value("fromJSON('x')")).toThrow('fromJSON');
    expect(() => value("format('{1}', 0)")).toThrow('format');
  });
});

describe('a text', () => {
  test('has its expressions filled in, everything else as it is', () => {
    const text = 'image=${{ steps.build.outputs.image }} n=${{ 1.50 }} ${{ null }}|$HOME ${x} }}';
    expect(fill(text, { contexts, status: 'success' })).toBe(
      'image=repo/app:1 n=1.5 |$HOME ${x} }}',
    );
    expect(fill('${{ github }}${{ true }}', { contexts, status: 'success' })).toBe('Objecttrue');
    expect(() => checkTemplate('${{ github.ref')).toThrow('not closed');
  });
});

describe('a condition', () => {
  test('holds after success only, unless it asks how the job stands', () => {
    expect(condition("github.event_name == 'push'")).toBe(true);
    expect(condition("github.event_name == 'push'", 'failure')).toBe(false);
    expect(condition('', 'failure')).toBe(false);
    expect(condition('always()', 'cancelled')).toBe(true);
    expect(condition('failure()', 'failure')).toBe(true);
    expect(condition('failure()')).toBe(false);
    expect(condition("!cancelled() && github.ref == 'x'", 'failure')).toBe(false);
    expect(condition('${{ success() }}')).toBe(true);
    expect(condition('cancelled()', 'cancelled')).toBe(true);
  });

  test('with an expression in the middle of a text is true, as on GitHub', () => {
    expect(condition('${{ false }} && false')).toBe(true);
  });

  test('does not see secrets', () => {
    expect(() => checkCondition("secrets.TOKEN != ''")).toThrow("'secrets'");
    expect(() => checkCondition("env.TOKEN != ''")).not.toThrow();
  });
});
