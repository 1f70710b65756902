/** Tests of what S3 calls public, with the examples of AWS's guide. */
import { parsePolicyDocument } from '@sekisho/policy';
import { expect, test } from 'vitest';
import { isPublicPolicy } from './authorization/public-policy.ts';

const anyone = { Principal: '*' };
const when = (operator: string, key: string, value: unknown): object => ({
  ...anyone,
  Condition: { [operator]: { [key]: value } },
});

test.each([
  ['everyone', anyone, true],
  ['everyone as AWS', { Principal: { AWS: '*' } }, true],
  ['an account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, false],
  ['a service', { Principal: { Service: 'cloudtrail.amazonaws.com' } }, false],
  ['a public identity provider', { Principal: { Federated: 'graph.facebook.com' } }, true],
  ['a Deny for everyone', { ...anyone, Effect: 'Deny' }, false],
  ['a fixed VPC', when('StringEquals', 'aws:SourceVpc', 'vpc-1a2b'), false],
  ['any VPC', when('StringLike', 'aws:SourceVpc', 'vpc-*'), true],
  ['a policy variable', when('StringEquals', 'aws:SourceVpc', '${aws:PrincipalTag/v}'), true],
  ['one address', when('IpAddress', 'aws:SourceIp', '203.0.113.7'), false],
  ['a /8', when('IpAddress', 'aws:SourceIp', '10.0.0.0/8'), false],
  ['a /7', when('IpAddress', 'aws:SourceIp', '10.0.0.0/7'), true],
  ['an IPv6 /32', when('IpAddress', 'aws:SourceIp', '2001:db8::/32'), false],
  ['an IPv6 /31', when('IpAddress', 'aws:SourceIp', '2001:db8::/31'), true],
  ['not an address', when('NotIpAddress', 'aws:SourceIp', '203.0.113.7'), true],
  ['an organization', when('StringEquals', 'aws:PrincipalOrgID', 'o-abc'), false],
  ['sessions of a role', when('StringLike', 'aws:userid', 'AROAEXAMPLE:*'), true],
  [
    'an access point of an account',
    when('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:us-east-1:123456789012:accesspoint/*'),
    false,
  ],
  ['if it exists', when('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1a2b'), true],
  ['an unrelated key', when('StringEquals', 's3:prefix', 'a'), true],
])('%s: public %s', (_name, more, expected) => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...(more as object) };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { document } = parsePolicyDocument(text);
  expect(document && isPublicPolicy(document)).toBe(expected);
});
