/** Tests of the grammar of bucket policies, with S3's answers. */
import { describe, expect, test } from 'vitest';
import { checkResourcePolicy } from './resource-policy.ts';

const options = {
  actionPrefix: 's3',
  resourceArn: 'arn:aws:s3:::bucket',
  principalExists: (arn: string) => arn === 'arn:aws:iam::123456789012:root',
  levelsOfAction: (action: string): readonly ('resource' | 'below')[] => {
    if (action === 's3:GetObject') return ['below'];
    return action === 's3:ListBucket' ? ['resource'] : [];
  },
};
const statement = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::bucket/*',
};

function message(policy: unknown): string | undefined {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
  const problem = checkResourcePolicy(text, options);
  if (problem !== undefined) expect(problem.code).toBe('MalformedPolicy');
  return problem?.message;
}

const of = (changes: object) => message({ Statement: [{ ...statement, ...changes }] });

describe('bucket policies that S3 refuses', () => {
  test('what is no JSON object', () => {
    const text = "Policies must be valid JSON and the first byte must be '{'";
    for (const bad of ['', 'x', '[]', ' {"Statement":[]}', '{"a":1,"a":2}']) {
      expect(message(bad)).toBe(text);
    }
  });

  const cases: readonly (readonly [string, object])[] = [
    ['Invalid principal in policy', { Principal: { AWS: '111122223333' } }],
    ['Invalid principal in policy', { Principal: { Aws: '*' } }],
    ['Invalid principal in policy', { Principal: 'me' }],
    ['Missing required field Principal', { Principal: undefined }],
    ['Policy has invalid resource', { Resource: 'arn:aws:s3:::other/*' }],
    ['Policy has invalid resource', { Resource: 'arn:aws:s3:::bucket2' }],
    ['Policy has invalid resource', { Resource: '*' }],
    ['Policy has invalid action', { Action: 'ec2:RunInstances' }],
    ['Policy has invalid action', { Action: 's3:Frobnicate' }],
    ['Action does not apply to any resource(s) in statement', { Action: 's3:ListBucket' }],
    [
      'Action does not apply to any resource(s) in statement',
      { Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::bucket' },
    ],
    ['Invalid effect: Permit', { Effect: 'Permit' }],
    ['Unknown field Extra', { Extra: 1 }],
  ];
  for (const [expected, changes] of cases) {
    test(`${expected} ${JSON.stringify(changes)}`, () => expect(of(changes)).toBe(expected));
  }

  test('a policy without Statement, or too large', () => {
    expect(message({})).toBe('Missing required field Statement');
    expect(message({ Id: 'x'.repeat(20_480), Statement: [statement] })).toBe(
      'Policy exceeds the maximum allowed document size.',
    );
  });
});

describe('bucket policies that S3 accepts', () => {
  const cases: readonly object[] = [
    {},
    { Principal: { AWS: '123456789012' }, Action: 's3:*' },
    { Principal: { CanonicalUser: 'a'.repeat(64) } },
    {
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
    },
    { Resource: 'arn:aws:s3:::*' },
    { Resource: 'arn:aws:s3:::buck*' },
    { Sid: 'with spaces', Condition: { Bool: { 'aws:SecureTransport': false } } },
    { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '123456789012' } },
  ];
  for (const changes of cases) {
    test(JSON.stringify(changes), () => expect(of(changes)).toBeUndefined());
  }
});
