/** Tests of printing, of sizes and of the principals that a policy names. */
import { describe, expect, test } from 'vitest';
import {
  checkInlinePolicySizes,
  checkManagedPolicySize,
  checkTrustPolicySize,
  policySize,
} from './limits.ts';
import { parsePolicyDocument } from './parse.ts';
import { principalArns } from './principal-arns.ts';
import { encodeDocument, printTrustPolicy } from './print.ts';

function parsed(policy: unknown) {
  const { document, error } = parsePolicyDocument(JSON.stringify(policy));
  if (error !== undefined) throw new Error(error.message);
  return document;
}

describe('printTrustPolicy', () => {
  test('writes the keys of a statement in order and Condition last', () => {
    const document = parsed({
      Statement: {
        Condition: { StringEquals: { 'sts:ExternalId': ['a'], 'aws:username': ['b', 'c'] } },
        Action: ['sts:AssumeRole'],
        Principal: { Service: 'ec2.amazonaws.com', AWS: ['123456789012', '*'] },
        Effect: 'Allow',
        Sid: 's',
      },
      Version: '2012-10-17',
    });
    expect(printTrustPolicy(document)).toBe(
      '{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":' +
        '{"Service":"ec2.amazonaws.com","AWS":["arn:aws:iam::123456789012:root","*"]},' +
        '"Action":"sts:AssumeRole","Condition":{"StringEquals":' +
        '{"sts:ExternalId":"a","aws:username":["b","c"]}}}]}',
    );
  });

  test('names a deleted principal by its id', () => {
    const role = 'arn:aws:iam::123456789012:role/r';
    const statement = { Effect: 'Allow', Principal: { AWS: role }, Action: 'sts:AssumeRole' };
    const document = parsed({ Statement: statement });
    const nameOfPrincipal = (arn: string) => (arn === role ? 'AROAEXAMPLE' : arn);
    expect(printTrustPolicy(document, { nameOfPrincipal })).toContain('{"AWS":"AROAEXAMPLE"}');
  });

  test('T29 a key called __proto__ is printed like any other', () => {
    const text =
      '{"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:*",' +
      '"Condition":{"StringEquals":{"__proto__":"x"}}}}';
    const { document } = parsePolicyDocument(text);
    expect(document && printTrustPolicy(document)).toContain('{"__proto__":"x"}');
  });

  test('what is printed is read back as the same policy', () => {
    const document = parsed({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: { AWS: '*' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
      ],
    });
    const once = printTrustPolicy(document);
    expect(printTrustPolicy(parsed(JSON.parse(once)))).toBe(once);
  });
});

test('encodeDocument encodes by RFC 3986', () => {
  expect(encodeDocument('{"a b":\'*~é(!)\'}')).toBe(
    '%7B%22a%20b%22%3A%27%2A~%C3%A9%28%21%29%27%7D',
  );
});

test('principalArns lists users and roles once', () => {
  const user = 'arn:aws:iam::123456789012:user/p/u';
  const role = 'arn:aws-cn:iam::123456789012:role/r';
  const document = parsed({
    Statement: [
      { Effect: 'Allow', Action: 'sts:*', Principal: { AWS: [user, role, user, '123456789012'] } },
      { Effect: 'Deny', Action: 'sts:*', NotPrincipal: { AWS: role, Service: user } },
    ],
  });
  expect(principalArns(document)).toEqual([user, role]);
});

describe('sizes', () => {
  test('do not count white space', () => {
    expect(policySize(' {\t"a b"\r\n:1}')).toBe('{"ab":1}'.length);
  });

  test('exceeding a quota is LimitExceeded in its own words', () => {
    expect(checkManagedPolicySize(`${'x'.repeat(6144)}  `)).toBeUndefined();
    expect(checkManagedPolicySize('x'.repeat(6145))).toEqual({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PolicySize: 6144',
    });
    expect(checkTrustPolicySize('x'.repeat(2049))?.message).toBe(
      'Cannot exceed quota for ACLSizePerRole: 2048',
    );
    const half = 'x'.repeat(1025);
    expect(checkInlinePolicySizes('user', 'U', [half])).toBeUndefined();
    expect(checkInlinePolicySizes('user', 'U', [half, half])?.message).toBe(
      'Maximum policy size of 2048 bytes exceeded for user U',
    );
  });
});
