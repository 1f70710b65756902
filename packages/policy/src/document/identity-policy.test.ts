/** Tests of the grammar of identity-based policies, with AWS's recorded answers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkIdentityPolicy, checkSessionPolicy } from './identity-policy.ts';
import { parsePolicyDocument } from './parse.ts';

interface Vector {
  readonly number: number;
  readonly document: string;
  readonly message?: string;
}

function vectors(name: string): readonly Vector[] {
  const url = new URL(`../../../../conformance/grammar/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { policies: readonly Vector[] }).policies;
}

describe('policies that CreatePolicy refuses', () => {
  for (const { number, document, message } of vectors('rejected-policies')) {
    test(`${number}: ${message}`, () => {
      expect(checkIdentityPolicy(document, { managed: true })).toMatchObject({
        code: 'MalformedPolicyDocument',
        message,
      });
    });
  }
});

describe('policies that CreatePolicy accepts', () => {
  for (const { number, document } of vectors('accepted-policies')) {
    test(`${number}`, () => {
      expect(checkIdentityPolicy(document, { managed: true })).toBeUndefined();
      expect(checkSessionPolicy(document)).toBeUndefined();
      expect(parsePolicyDocument(document).error).toBeUndefined();
    });
  }
});

function message(policy: unknown): string | undefined {
  return checkIdentityPolicy(JSON.stringify(policy))?.message;
}

const statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' };

describe('checkIdentityPolicy', () => {
  test('inline policies need no version', () => {
    expect(message({ Statement: statement })).toBeUndefined();
    expect(message({ Version: '2008-10-17', Statement: statement })).toBeUndefined();
  });

  test('a principal does not belong into an identity policy', () => {
    const text = 'Policy document should not specify a principal.';
    expect(message({ Statement: { ...statement, Principal: '*' } })).toBe(text);
    expect(message({ Statement: { ...statement, NotPrincipal: { AWS: '*' } } })).toBe(text);
  });

  test('Sids are alphanumeric', () => {
    expect(message({ Statement: { ...statement, Sid: 'Allow this' } })).toBe(
      'Statement IDs (SID) must be alpha-numeric. ' +
        'Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  });

  test('a document that is accepted is one that evaluation can read', () => {
    const odd = { Statement: [{ ...statement, Condition: { a: {} } }, statement] };
    expect(message(odd)).toBeUndefined();
    expect(parsePolicyDocument(JSON.stringify(odd)).error).toBeUndefined();
  });

  test('T30 equal keys are syntax errors', () => {
    const text = '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}';
    expect(checkIdentityPolicy(text)?.message).toBe('Syntax errors in policy.');
  });

  test('the problem says where it is', () => {
    const text = '{"Statement":{"Effect":"Allow","Action":"s3","Resource":"*"}}';
    const span = checkIdentityPolicy(text)?.span;
    expect(text.slice(span?.start, span?.end)).toBe('"s3"');
  });
});
