/** Tests of authorization ids: one for each decision id, and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authorizationIdOf, decisionIdOf } from './authorization-id.ts';

test('every decision id has its own authorization id of 25 letters and digits', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const told = authorizationIdOf(id);
      expect(told).toMatch(/^[0-9a-z]{25}$/);
      expect(decisionIdOf(told)).toBe(id);
    }),
  );
});

test('what cannot be an authorization id has no decision id', () => {
  const beyond = (1n << 128n).toString(36).padStart(25, '0');
  for (const id of ['', 'a'.repeat(24), 'A'.repeat(25), 'z'.repeat(25), beyond, '../decisions']) {
    expect(decisionIdOf(id)).toBeUndefined();
  }
  expect(decisionIdOf('0'.repeat(25))).toBe('00000000-0000-0000-0000-000000000000');
});
