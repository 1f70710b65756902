/** Every pattern of the catalogue compiles, and none of them can be made to run away. */
import { loadServiceModel, SERVICE_IDS, type Shape } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesPattern } from './pattern.ts';

/** Patterns by the longest text that they are matched with. */
async function patternsOf(id: string): Promise<Map<string, number>> {
  const model = await loadServiceModel(id);
  const patterns = new Map<string, number>();
  const seen = new Set<Shape>();
  const visit = (shape: Shape) => {
    if (seen.has(shape)) return;
    seen.add(shape);
    if (shape.kind === 'structure') for (const { shape: part } of shape.members) visit(part);
    else if (shape.kind === 'list') visit(shape.member.shape);
    else if (shape.kind === 'map') for (const part of [shape.key, shape.value]) visit(part.shape);
    else {
      const { pattern, max = 10_000 } = shape.constraints ?? {};
      if (pattern !== undefined) {
        patterns.set(pattern, Math.max(patterns.get(pattern) ?? 0, max));
      }
    }
  };
  for (const name of model.operationNames) {
    const operation = model.operation(name);
    if (operation !== undefined) visit(operation.input);
  }
  return patterns;
}

describe.each(SERVICE_IDS)('the patterns of %s', (id) => {
  test('compile', async () => {
    const bad = [...(await patternsOf(id)).keys()].filter(
      (pattern) => compilePattern(pattern) === undefined,
    );
    expect(bad).toEqual([]);
  });

  test('end in time on texts made to keep them busy', async () => {
    for (const [pattern, max] of await patternsOf(id)) {
      const length = Math.min(max, 10_000);
      for (const pump of ['a', '0', '/', '/a', '-a', 'a.', ' ', 'é', '\\']) {
        const started = performance.now();
        matchesPattern(pattern, `${pump.repeat(length / pump.length)}!`);
        matchesPattern(pattern, `/${pump.repeat(length / pump.length)}\u0000`);
        expect(performance.now() - started, `${pattern} on ${pump}`).toBeLessThan(500);
      }
    }
  });
});

describe('the dialect of Java', () => {
  test.each([
    ['[\\w+=,.@-]*', 'a+b=c', 'a b'],
    ['[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+', '日本 1', '!'],
    ['[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+', 'é\n', 'Ā'],
    ['\\p{ASCII}+', 'abc', 'é'],
    ['[\\p{Print}]+', 'abc', '\n'],
    ['\\p{Alnum}+', 'a1', '-'],
    ['\\d{12}', '123456789012', '1234567890123'],
    ['(?i)all', 'ALL', 'some'],
    ['a\\:b\\_c', 'a:b_c', 'ab'],
    ['a|b', 'b', 'ab'],
  ])('%s', (pattern, good, bad) => {
    expect(matchesPattern(pattern, good)).toBe(true);
    expect(matchesPattern(pattern, bad)).toBe(false);
  });

  test('what cannot be said in JavaScript does not compile', () => {
    expect(compilePattern('(?<=a)(')).toBe(undefined);
  });
});
