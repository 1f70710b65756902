/** Tests of AWS's words for a denial. Page: troubleshoot_access-denied. */
import { describe, expect, test } from 'vitest';
import {
  account,
  allow,
  ask,
  deny,
  otherAccount,
  policy,
  policyOf,
  session,
  stranger,
} from '../examples.contract.ts';
import { denialMessage } from './message.ts';

const nothing = policy(allow({ Action: 'ec2:*' }));
const identity = [policy(allow())];
const alice = `User: arn:aws:iam::${account}:user/alice is not authorized to perform: s3:GetObject`;
const object = ' on resource: arn:aws:s3:::amzn-s3-demo-bucket/key';

function denyingPolicy(arn: string) {
  return policyOf({ Version: '2012-10-17', Statement: [allow(), deny()] }, { arn });
}

describe('an implicit deny names the type of policy that is lacking', () => {
  test.each([
    ['identity-based policy', {}],
    ['permissions boundary', { identity, boundary: nothing }],
    ['session policy', { identity, session: [nothing] }],
    ['service control policy', { identity, serviceControl: [[nothing]] }],
    ['VPC endpoint policy', { identity, vpcEndpoint: [nothing] }],
    ['resource-based policy', { identity, combining: 'resource-required' as const }],
  ])('%s', (policyType, policies) => {
    expect(denialMessage({ decision: ask(policies) })).toBe(
      `${alice}${object} because no ${policyType} allows the s3:GetObject action`,
    );
  });

  test('role trust policy', () => {
    const role = `arn:aws:iam::${account}:role/target`;
    const decision = ask(
      { combining: 'resource-required', resourceIsTrustPolicy: true },
      { principal: session, action: 'sts:AssumeRole', resource: role },
    );
    expect(denialMessage({ decision })).toBe(
      `User: arn:aws:sts::${account}:assumed-role/app/run is not authorized to perform: ` +
        `sts:AssumeRole on resource: ${role} because no role trust policy allows the sts:AssumeRole action`,
    );
  });
});

describe('an explicit deny names where it stands', () => {
  test.each([
    ['an identity-based policy', { identity: [policy(deny())] }],
    ['a resource-based policy', { resource: policy(deny({ Principal: '*' })) }],
    ['a permissions boundary', { boundary: policy(deny()) }],
    ['a session policy', { session: [policy(deny())] }],
    ['a service control policy', { serviceControl: [[policy(deny())]] }],
    ['a resource control policy', { resourceControl: [[policy(deny({ Principal: '*' }))]] }],
    ['a VPC endpoint policy', { vpcEndpoint: [policy(deny({ Principal: '*' }))] }],
    [
      'the role trust policy',
      { resource: policy(deny({ Principal: '*' })), resourceIsTrustPolicy: true },
    ],
  ])('%s', (phrase, policies) => {
    expect(denialMessage({ decision: ask(policies) })).toBe(
      `${alice}${object} with an explicit deny in ${phrase}`,
    );
  });

  test('with the ARN of a managed policy', () => {
    const arn = `arn:aws:iam::${account}:policy/NoReading`;
    expect(denialMessage({ decision: ask({ identity: [denyingPolicy(arn)] }) })).toBe(
      `${alice}${object} with an explicit deny in an identity-based policy: ${arn}`,
    );
  });

  test('with the ARN of an SCP', () => {
    const arn = `arn:aws:organizations::${account}:policy/o-a1b2c3d4e5/service_control_policy/p-1`;
    expect(denialMessage({ decision: ask({ serviceControl: [[denyingPolicy(arn)]] }) })).toBe(
      `${alice}${object} with an explicit deny in a service control policy: ${arn}`,
    );
  });

  test('without the ARN across accounts', () => {
    const arn = `arn:aws:iam::${otherAccount}:policy/NoReading`;
    const decision = ask({ identity: [denyingPolicy(arn)] }, { principal: stranger });
    expect(denialMessage({ decision })).toMatch(/in an identity-based policy$/);
  });
});

describe('the forms', () => {
  test('the service writes the resource as it does, or leaves it out', () => {
    const decision = ask({});
    expect(denialMessage({ decision, resourceText: '"arn:aws:s3:::b/k"' })).toContain(
      ' on resource: "arn:aws:s3:::b/k" because',
    );
    expect(denialMessage({ decision, resourceText: null })).toBe(
      `${alice} because no identity-based policy allows the s3:GetObject action`,
    );
  });

  test('an anonymous caller', () => {
    const decision = ask({}, { principal: { type: 'anonymous' } });
    expect(denialMessage({ decision })).toBe(
      `User: anonymous is not authorized to perform: s3:GetObject${object} ` +
        'because no resource-based policy allows the s3:GetObject action',
    );
  });

  test('S7: a federated caller is not told the reason', () => {
    const action = 'sts:AssumeRoleWithWebIdentity';
    const principal = { type: 'web-identity', provider: 'accounts.google.com' } as const;
    expect(denialMessage({ decision: ask({}, { principal, action }) })).toBe(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  });

  test('a failed evaluation names no policy', () => {
    expect(denialMessage({ decision: ask({}, { action: 'none' }) })).toBe(
      `User: arn:aws:iam::${account}:user/alice is not authorized to perform: none${object}`,
    );
  });
});
