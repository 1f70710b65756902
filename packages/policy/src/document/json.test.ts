/** Tests of the strict JSON reader, with the JSONTestSuite where it is present. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { JsonOptions } from './json.ts';
import { parseJson } from './json.ts';

const suite = fileURLToPath(
  new URL('../../../../../shared/data/JSONTestSuite/test_parsing', import.meta.url),
);
const suitePresent = existsSync(suite);
if (!suitePresent) console.log('JSONTestSuite is not present: its cases are skipped');

function accepted(bytes: Uint8Array, options: JsonOptions = {}): boolean {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return false;
  }
  return 'value' in parseJson(text, options);
}

describe.skipIf(!suitePresent)('JSONTestSuite', () => {
  const files = suitePresent ? readdirSync(suite) : [];
  for (const file of files.filter((name) => /^[yn]_/.test(name))) {
    test(`T30 ${file}`, () => {
      const bytes = readFileSync(`${suite}/${file}`);
      const duplicated = file.startsWith('y_object_duplicated_key');
      const expected = file.startsWith('y_');
      expect(accepted(bytes, { duplicateKeys: 'last' })).toBe(expected);
      expect(accepted(bytes)).toBe(expected && !duplicated);
    });
  }
});

function errorOf(text: string, options: JsonOptions = {}) {
  const result = parseJson(text, options);
  return 'error' in result ? result.error : undefined;
}

describe('parseJson', () => {
  test('keeps the position of every value, quotes included', () => {
    const text = ' { "a" : [ 1 , "b\\u00e9" ] , "c" : { } } ';
    const result = parseJson(text);
    if (!('value' in result) || result.value.kind !== 'object') throw new Error('not parsed');
    const shown = (span: { start: number; end: number }) => text.slice(span.start, span.end);
    expect(shown(result.value.span)).toBe('{ "a" : [ 1 , "b\\u00e9" ] , "c" : { } }');
    const list = result.value.members.get('a')?.value;
    if (list?.kind !== 'array') throw new Error('no list');
    expect(shown(list.span)).toBe('[ 1 , "b\\u00e9" ]');
    expect(list.items.map((item) => shown(item.span))).toEqual(['1', '"b\\u00e9"']);
    expect(list.items[1]).toMatchObject({ kind: 'string', value: 'bé' });
    const empty = result.value.members.get('c');
    expect(empty && shown(empty.keySpan)).toBe('"c"');
    expect(empty && shown(empty.value.span)).toBe('{ }');
  });

  test('T30 equal keys are an error at the second key, however they are escaped', () => {
    expect(errorOf('{"Effect":1,"Effect":2}')).toEqual({
      message: 'the key is given twice',
      span: { start: 12, end: 20 },
    });
    expect(errorOf('{"a":1,"\\u0061":2}')).toBeDefined();
  });

  test('the last of equal keys counts where that is asked for', () => {
    const result = parseJson('{"a":1,"b":2,"a":3}', { duplicateKeys: 'last' });
    const root = 'value' in result && result.value.kind === 'object' ? result.value : undefined;
    expect(root?.members.get('a')?.value).toMatchObject({ kind: 'number', text: '3' });
  });

  test('T29 __proto__ is a key like any other', () => {
    const result = parseJson('{"__proto__":{"Effect":"Allow"}}');
    const root = 'value' in result && result.value.kind === 'object' ? result.value : undefined;
    expect([...(root?.members.keys() ?? [])]).toEqual(['__proto__']);
  });

  test('T30 a byte order mark and lone surrogates are errors', () => {
    expect(errorOf('\ufeff{}')).toBeDefined();
    expect(errorOf('"\\ud800"')).toBeDefined();
    expect(errorOf('"\ud800"')).toBeDefined();
    expect(errorOf('"\\udc00\\ud800"')).toBeDefined();
    expect(errorOf('"\\ud83d\\ude00"')).toBeUndefined();
  });

  test('T33 64 levels are read and 65 are not', () => {
    expect(errorOf('['.repeat(64) + ']'.repeat(64))).toBeUndefined();
    expect(errorOf('['.repeat(65) + ']'.repeat(65))?.message).toContain('64');
    expect(errorOf('['.repeat(5_000_000))).toBeDefined();
  });

  test('the position of an error never lies outside the text', () => {
    for (const text of ['', ' ', '{', '{"a"', '["', '"\\', '"\\u12', '-', '1.', 'tru', '{}x']) {
      const error = errorOf(text);
      expect(error).toBeDefined();
      expect(error?.span.end).toBeLessThanOrEqual(text.length);
    }
  });
});
