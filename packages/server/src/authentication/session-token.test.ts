/** Sessions come back from their tokens as they were, and from no other text. */
import { describe, expect, test } from 'vitest';
import { createNodeRandom } from '../platform/node-random.ts';
import { accountOfAccessKey } from '../platform/unique-id.ts';
import { SessionTokens } from './session-token.ts';
import { account, createSession } from './testing/world.ts';

const random = createNodeRandom();
const masterKey = random.bytes(32);
const tokens = new SessionTokens(masterKey, random);
const session = {
  ...createSession('role', 'AROAEXAMPLE', 'deploy'),
  sessionPolicies: ['{"Statement":[]}'],
  tags: [['Team', '日本']] as const,
  sourceIdentity: 'alice',
};

describe('session tokens', () => {
  test('open to what was sealed', () => {
    const minted = tokens.mint(session);
    const reopened = new SessionTokens(masterKey, random).open(minted.sessionToken);
    expect(reopened).toEqual({ ...session, accessKeyId: minted.accessKeyId });
  });

  test('come with credentials of the usual shape, whose secret the server can find again', () => {
    const minted = tokens.mint(session);
    expect(minted.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(accountOfAccessKey(minted.accessKeyId)).toBe(account);
    expect(minted.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(tokens.secretOf(minted.accessKeyId)).toBe(minted.secretAccessKey);
    expect(minted.sessionToken).not.toContain(minted.secretAccessKey);
  });

  test('are never twice the same', () => {
    expect(tokens.mint(session).sessionToken).not.toBe(tokens.mint(session).sessionToken);
  });

  test('do not open under another key, cut, or spelled otherwise', () => {
    const { sessionToken } = tokens.mint(session);
    const other = new SessionTokens(random.bytes(32), random);
    expect(other.open(sessionToken)).toBeUndefined();
    const wrong = ['', 'x', sessionToken.slice(4), `${sessionToken}AAAA`, ` ${sessionToken}`];
    for (const text of wrong) expect(tokens.open(text)).toBeUndefined();
    expect(
      tokens.open(sessionToken.replaceAll('+', '-').replaceAll('/', '_').concat('-')),
    ).toBeUndefined();
  });
});
