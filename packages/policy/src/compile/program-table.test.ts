/** The table of programs: what was put in is found, however crowded its neighbourhood. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProgramTable } from './program-table.ts';

test('one set with programs for every action there is', () => {
  const table = new ProgramTable();
  for (let action = 0; action < 20_000; action++) table.add(7, action, action + 1);
  for (let action = 0; action < 20_000; action++) expect(table.find(7, action)).toBe(action + 1);
  expect(table.find(7, 20_000)).toBe(0);
  expect(table.find(8, 7)).toBe(0);
});

test('answers as a map does', () => {
  const key = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.uniqueArray(key, { selector: String, maxLength: 2_000 }), (keys) => {
      const table = new ProgramTable();
      for (const [index, [set, action]] of keys.entries()) table.add(set, action, index + 1);
      for (const [index, [set, action]] of keys.entries()) {
        expect(table.find(set, action)).toBe(index + 1);
      }
      expect(table.find(99, 0)).toBe(0);
      expect(table.count).toBe(keys.length);
    }),
    { numRuns: 50 },
  );
});
