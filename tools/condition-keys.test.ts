/** Every condition key that requests carry decides, both ways; the generated pages say which. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadContextKeyRules } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import { type CarriedKey, isOfRule, KeyWorld, keyRows, stalePages } from './condition-keys.ts';

const world = await KeyWorld.open();
const carried = await world.carriedKeys();
const rows = await keyRows(carried);
const { keys: rules } = await loadContextKeyRules();

/** One request for each key of the page. */
const pairs = rows.flatMap(({ rule }) => {
  const found = carried.find(({ key }) => isOfRule(key, rule));
  return found === undefined ? [] : [[rule.key, found] as const];
});

/** A condition that the value meets, and one that it does not. */
function conditions({ key, value }: CarriedKey, type: string): readonly [object, object] {
  const isList = typeof value === 'object';
  const text = String(isList ? [...value][0] : value);
  const base =
    type === 'Bool'
      ? 'Bool'
      : type === 'Numeric'
        ? 'NumericEquals'
        : type === 'ARN' && text.startsWith('arn:')
          ? 'ArnEquals'
          : 'StringEquals';
  const other =
    base === 'Bool'
      ? String(text !== 'true')
      : base === 'NumericEquals'
        ? String(Number(text) + 1)
        : `${text}x`;
  const operator = isList ? `ForAnyValue:${base}` : base;
  return [{ [operator]: { [key]: text } }, { [operator]: { [key]: other } }];
}

describe('each key decides', () => {
  test.each(pairs)('%s', async (name, found) => {
    const type = rules.find(({ key }) => key === name)?.type ?? '';
    const [right, wrong] = conditions(found, type);
    expect(await world.isAllowed(found, right)).toBe(true);
    expect(await world.isAllowed(found, wrong)).toBe(false);
  });
});

test('what is listed as carried by nothing is put into no context by the services', async () => {
  const services = fileURLToPath(new URL('../packages/server/src/services', import.meta.url));
  const files = (await readdir(services, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(file),
  );
  const source = files.map((file) => readFileSync(join(services, file), 'utf8')).join('\n');
  const absent = rows.filter(({ actions }) => actions.length === 0).map(({ rule }) => rule.key);
  expect(absent.filter((key) => source.includes(`'${key}'`))).toEqual([]);
  // The search finds what is there.
  expect(source).toContain("'kms:ViaService'");
  expect(pairs.length).toBeGreaterThan(70);
});

test('docs/{en,ja}/condition-keys.md are up to date: node --conditions=source tools/condition-keys.ts', async () => {
  expect(await stalePages()).toEqual([]);
});
