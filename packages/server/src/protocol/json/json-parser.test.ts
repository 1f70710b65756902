/** The JSON parser against JSONTestSuite, and what it refuses beyond RFC 8259. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unreadable } from '../tree/tree.ts';
import { plain } from '../tree/tree-reader.ts';
import { parseJson } from './json-parser.ts';

const folder = join(
  import.meta.dirname,
  '../../../../../../shared/data/JSONTestSuite/test_parsing',
);

/** Legal JSON that we refuse all the same: two readers could take different values. */
const refused = new Set(['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']);

function parse(text: string) {
  return parseJson(new Uint8Array(Buffer.from(text, 'utf8')));
}

describe.skipIf(!existsSync(folder))('JSONTestSuite', () => {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  test.each(files.filter((file) => file.startsWith('y_')))('%s is read', (file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    if (refused.has(file)) expect(() => parseJson(bytes)).toThrow(Unreadable);
    else expect(plain(parseJson(bytes))).toEqual(JSON.parse(Buffer.from(bytes).toString('utf8')));
  });
  test.each(files.filter((file) => file.startsWith('n_')))('%s is refused', (file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    expect(() => parseJson(bytes)).toThrow(Unreadable);
  });
  test.each(files.filter((file) => file.startsWith('i_')))('%s does not break us', (file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    try {
      parseJson(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
    }
  });
});

describe('beyond the standard', () => {
  test('keys that reach prototypes elsewhere are plain keys', () => {
    const object = plain(parse('{"__proto__":{"a":1},"constructor":2}')) as object;
    expect(Object.getPrototypeOf(object)).toBeNull();
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
  });

  test.each([
    ['{"a":1,"a":1}', 'duplicate keys'],
    ['{"a":1,"\\u0061":1}', 'duplicate keys, one escaped'],
    ['"\\ud800"', 'half a character'],
    ['1e999', 'a number beyond doubles'],
    [`${'['.repeat(129)}${']'.repeat(129)}`, '129 levels'],
  ])('%s is refused: %s', (text) => {
    expect(() => parse(text)).toThrow(Unreadable);
  });
});
