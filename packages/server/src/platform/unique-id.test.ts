/** Unique ids have AWS's shapes and give their account back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNodeRandom } from './node-random.ts';
import { accountOfAccessKey, createSecretAccessKey, createUniqueId } from './unique-id.ts';

const random = createNodeRandom();

describe('unique ids', () => {
  test('entities have 21 characters, keys 20', () => {
    for (const prefix of ['AIDA', 'AROA', 'AGPA', 'AIPA', 'ANPA']) {
      expect(createUniqueId(prefix, '123456789012', random)).toMatch(/^[A-Z]{4}[A-Z2-7]{17}$/);
    }
    for (const prefix of ['AKIA', 'ASIA', 'APKA']) {
      expect(createUniqueId(prefix, '123456789012', random)).toMatch(/^[A-Z]{4}[A-Z2-7]{16}$/);
    }
  });

  test('every account comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (number) => {
        const account = String(number).padStart(12, '0');
        expect(accountOfAccessKey(createUniqueId('AKIA', account, random))).toBe(account);
      }),
    );
  });

  test('the account of a documented key id', () => {
    // https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489
    expect(accountOfAccessKey('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753');
  });

  test('ids without an account give none', () => {
    for (const id of ['', 'AKIA', 'AKIAIOSFODNN7EXAMPLE', 'akiaqnzgkiqy56jq7wml', 'test']) {
      expect(accountOfAccessKey(id)).toBeUndefined();
    }
  });

  test('secrets have forty characters', () => {
    expect(createSecretAccessKey(random)).toMatch(/^[A-Za-z0-9+/]{40}$/);
  });
});
