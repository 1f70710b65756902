/** Tests of the condition keys that a policy refers to. */
import { expect, test } from 'vitest';
import { allow, policy, policyOf } from '../examples.contract.ts';
import { contextKeysOf } from './context-keys.ts';

test('keys of conditions and variables, each once whatever its case', () => {
  const { document } = policy(
    allow({
      Resource: ['arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/${*}'],
      Condition: {
        StringEquals: { 'aws:RequestTag/team': "${aws:PrincipalTag/team, 'none'}" },
        Bool: { 'AWS:UserName': 'true', 'aws:SecureTransport': '${aws:not-a-variable}' },
      },
    }),
  );
  expect(contextKeysOf([document, document])).toEqual([
    'aws:RequestTag/team',
    'AWS:UserName',
    'aws:SecureTransport',
    'aws:PrincipalTag/team',
  ]);
});

test('version 2008-10-17 has no variables', () => {
  const { document } = policyOf({
    Statement: [allow({ Resource: 'arn:aws:s3:::b/${aws:username}' })],
  });
  expect(contextKeysOf([document])).toEqual([]);
});
