/** Tests of masks, workflow commands, command files and shells. */
import { describe, expect, test } from 'vitest';
import { readPairs, readPaths } from './command-file.ts';
import { Masks } from './masks.ts';
import { isShell, shellCommand } from './shell.ts';
import { StepLog } from './step-log.ts';
import { readWorkflowCommand } from './workflow-command.ts';

test('masks hide a secret, each of its lines, and how it looks encoded', () => {
  const masks = new Masks();
  masks.add('hunter2');
  masks.add('hunter2-longer');
  masks.add('first "line"\nsecond&line');
  const encoded = Buffer.from('hunter2').toString('base64');
  expect(masks.apply(`a hunter2 b hunter2-longer c ${encoded}`)).toBe('a *** b *** c ***');
  expect(masks.apply('[first "line"] {"x":"first \\"line\\""} second%26line')).toBe(
    '[***] {"x":"***"} ***',
  );
  masks.add('');
  expect(masks.apply('nothing')).toBe('nothing');
});

describe('a workflow command', () => {
  test('has a name, properties and a text, with escapes undone', () => {
    const line = '::error file=a%2Cb.ts,line=3::50%25 of%0Alines: a::b';
    expect(readWorkflowCommand(line)).toEqual({
      name: 'error',
      properties: new Map([
        ['file', 'a,b.ts'],
        ['line', '3'],
      ]),
      text: '50% of\nlines: a::b',
    });
    expect(readWorkflowCommand('  ::endgroup::')?.name).toBe('endgroup');
    for (const text of ['error::x', 'a ::error::x', '::error', ':: ::', 'C::D::e']) {
      expect(readWorkflowCommand(text)).toBeUndefined();
    }
  });

  test('is carried out, shown, or refused', () => {
    const shown: string[] = [];
    const masked: string[] = [];
    const [outputs, state] = [new Map<string, string>(), new Map<string, string>()];
    const log = new StepLog({
      outputs,
      state,
      mask: (value) => masked.push(value),
      show: (line) => shown.push(line),
      isDebug: false,
    });
    for (const line of [
      'plain',
      '::add-mask::s3cr3t',
      '::set-output name=image::a%0Ab',
      '::save-state name=k::v',
      '::warning file=x::careful',
      '::debug::not shown',
      '::group::Title',
      '::endgroup::',
      '::add-matcher::x.json',
      '::stop-commands::Pause',
      '::set-output name=late::x',
      '::Pause::',
      '::unknown::text',
    ]) {
      log.line(line);
    }
    expect(shown).toEqual([
      'plain',
      'Warning: careful',
      '▾ Title',
      '::set-output name=late::x',
      '::unknown::text',
    ]);
    expect(masked).toEqual(['s3cr3t']);
    expect([...outputs, ...state]).toEqual([
      ['image', 'a\nb'],
      ['k', 'v'],
    ]);
    expect(log.failure).toBeUndefined();
    log.line('::set-env name=PATH::/evil');
    expect(log.failure).toContain('`set-env` command is disabled');
  });
});

describe('a command file', () => {
  test('has pairs, on one line or between delimiters', () => {
    const text = 'A=1=2\nB<<EOF\nx=y\n\nEOF\n\nC=a<<b\r\nD<<E\nE\n';
    expect(readPairs(text)).toEqual([
      ['A', '1=2'],
      ['B', 'x=y\n'],
      ['C', 'a<<b'],
      ['D', ''],
    ]);
    expect(readPaths('/a\n\n/b\r\n')).toEqual(['/a', '/b']);
  });

  test('that is none says why', () => {
    expect(() => readPairs('no pair')).toThrow("Invalid format 'no pair'");
    expect(() => readPairs('=x')).toThrow('Name must not be empty');
    expect(() => readPairs('A<<EOF\nx')).toThrow("Matching delimiter not found 'EOF'");
    expect(() => readPairs('A<<\nx')).toThrow('Invalid format');
  });
});

test('shells get the arguments that GitHub gives them', () => {
  expect(shellCommand(undefined, 'f')).toEqual(['bash', '-e', 'f']);
  expect(shellCommand('bash', 'f')).toEqual([
    'bash',
    '--noprofile',
    '--norc',
    '-eo',
    'pipefail',
    'f',
  ]);
  expect(shellCommand('perl -w {0}', 'f')).toEqual(['perl', '-w', 'f']);
  expect(isShell('pwsh')).toBe(false);
  expect(isShell('perl {0}')).toBe(true);
});
