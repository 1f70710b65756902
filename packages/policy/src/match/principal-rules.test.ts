/** The rules of principals, P1 to P11. Pages: reference_policies_elements_principal, …_notprincipal. */
import { describe, expect, test } from 'vitest';
import {
  account,
  allow,
  ask,
  deny,
  federatedUser,
  otherAccount,
  policy,
  policyOf,
  root,
  session,
  stranger,
  user,
} from '../examples.contract.ts';
import type { AuthorizationRequest, Principal } from '../request.ts';

function granted(
  element: unknown,
  principal: Principal = user,
  request: Partial<AuthorizationRequest> = {},
): boolean {
  const resource = policy(allow({ Principal: element }));
  return ask({ resource }, { principal, ...request }).outcome === 'allow';
}

const anonymous: Principal = { type: 'anonymous' };
const accountArn = `arn:aws:iam::${account}:root`;

// reference_policies_evaluation-logic.html
test('P1: names of condition keys do not mind case, values do', () => {
  const condition = { StringEquals: { 'AWS:PRINCIPALTAG/Team': 'blue' } };
  const identity = [policy(allow({ Condition: condition }))];
  expect(ask({ identity }, { context: [['aws:PrincipalTag/team', 'blue']] }).outcome).toBe('allow');
  expect(ask({ identity }, { context: [['aws:PrincipalTag/team', 'Blue']] }).outcome).toBe(
    'implicitDeny',
  );
});

// reference_policies_elements_principal.html
test('P2: every kind of principal has its own name', () => {
  expect(granted({ AWS: 'arn:aws:iam::111122223333:user/alice' })).toBe(true);
  expect(granted({ AWS: 'arn:aws:sts::111122223333:assumed-role/app/run' }, session)).toBe(true);
  expect(granted({ AWS: 'arn:aws:sts::111122223333:federated-user/fred' }, federatedUser)).toBe(
    true,
  );
  expect(
    granted({ Service: 'ec2.amazonaws.com' }, { type: 'service', service: 'ec2.amazonaws.com' }),
  ).toBe(true);
  const provider = `arn:aws:iam::${account}:saml-provider/idp`;
  expect(granted({ Federated: provider }, { type: 'saml', provider })).toBe(true);
  expect(granted('*', anonymous)).toBe(true);
});

test('P2: a canonical user is an account of S3', () => {
  const element = { CanonicalUser: 'a'.repeat(64) };
  expect(granted(element, root, { canonicalUserId: 'a'.repeat(64) })).toBe(true);
  expect(granted(element, stranger, { canonicalUserId: 'b'.repeat(64) })).toBe(false);
});

// reference_policies_condition-keys.html
test('P3: aws:PrincipalArn is what the caller says it is, the session ARN never comes from here', () => {
  const roleArn = `arn:aws:iam::${account}:role/team/app`;
  const condition = { ArnEquals: { 'aws:PrincipalArn': roleArn } };
  const resource = policy(allow({ Principal: '*', Condition: condition }));
  const context = [['aws:PrincipalArn', roleArn]] as const;
  expect(ask({ resource }, { principal: session, context }).outcome).toBe('allow');
  expect(ask({ resource }, { principal: session }).outcome).toBe('implicitDeny');
});

// reference_policies_elements_principal.html
describe('P4: a session is matched', () => {
  test.each([
    ['by its own ARN', { AWS: 'arn:aws:sts::111122223333:assumed-role/app/run' }, true],
    ['by the ARN of its role', { AWS: 'arn:aws:iam::111122223333:role/team/app' }, true],
    ['by the id of its role', { AWS: 'AROACKCEVSQ6C2EXAMPLE' }, true],
    ['by everyone', { AWS: '*' }, true],
    ['not by another session', { AWS: 'arn:aws:sts::111122223333:assumed-role/app/other' }, false],
    ['not by the same name elsewhere', { AWS: 'arn:aws:iam::444455556666:role/team/app' }, false],
    [
      'not by the same name in another partition',
      { AWS: 'arn:aws-cn:iam::111122223333:role/team/app' },
      false,
    ],
    ['not by a user of that name', { AWS: 'arn:aws:iam::111122223333:user/app' }, false],
    ['not by its account alone', { AWS: accountArn }, false],
  ])('%s', (_name, element, expected) => {
    expect(granted(element, session)).toBe(expected);
  });
});

test('P5: principal ARNs are compared literally, wildcards and case included', () => {
  expect(granted({ AWS: 'arn:aws:iam::111122223333:user/*' })).toBe(false);
  expect(granted({ AWS: 'arn:aws:iam::111122223333:user/alic?' })).toBe(false);
  expect(granted({ AWS: 'arn:aws:iam::111122223333:user/Alice' })).toBe(false);
  expect(granted({ AWS: 'ARN:aws:iam::111122223333:user/alice' })).toBe(false);
});

describe('P6: a policy means the principal that existed when it was saved', () => {
  const arn = 'arn:aws:iam::111122223333:user/alice';
  const statement = { Version: '2012-10-17', Statement: [allow({ Principal: { AWS: arn } })] };

  test('the same unique id matches', () => {
    const principalIds = new Map([[arn, 'AIDACKCEVSQ6C2EXAMPLE']]);
    expect(ask({ resource: policyOf(statement, { principalIds }) }).outcome).toBe('allow');
  });

  test('one made anew under the name does not', () => {
    const principalIds = new Map([[arn, 'AIDAOLDOLDOLDOLDOLDOL']]);
    const decision = ask({ resource: policyOf(statement, { principalIds }) });
    expect(decision.outcome).toBe('implicitDeny');
    const [layer] = decision.trace.layers;
    expect(layer?.policies[0]?.statements[0]?.elements[0]?.cause).toBe('principalRecreated');
  });

  test('the id of a deleted principal matches nobody else', () => {
    expect(granted({ AWS: 'AIDACKCEVSQ6C2EXAMPLE' })).toBe(true);
    expect(granted({ AWS: 'AIDAOLDOLDOLDOLDOLDOL' })).toBe(false);
  });

  test('and says so', () => {
    const { trace } = ask({
      resource: policy(allow({ Principal: { AWS: 'AROAOLDOLDOLDOLDOLDOL' } })),
    });
    const [statement] = trace.layers.at(-2)?.policies[0]?.statements ?? [];
    expect(statement?.elements[0]?.cause).toBe('principalDeleted');
  });

  test('an ARN inside a condition is never tied to an id', () => {
    const condition = { ArnEquals: { 'aws:PrincipalArn': arn } };
    const principalIds = new Map([[arn, 'AIDAOLDOLDOLDOLDOLDOL']]);
    const json = {
      Version: '2012-10-17',
      Statement: [allow({ Principal: '*', Condition: condition })],
    };
    const resource = policyOf(json, { principalIds });
    expect(ask({ resource }, { context: [['aws:PrincipalArn', arn]] }).outcome).toBe('allow');
  });
});

test('P7: everyone includes the anonymous; across accounts the identity must allow too', () => {
  expect(granted('*', anonymous)).toBe(true);
  expect(granted({ AWS: '*' }, anonymous)).toBe(true);
  expect(granted({ AWS: account }, anonymous)).toBe(false);
  expect(granted('*', stranger)).toBe(false);
});

test('P8: an account delegates and grants nothing by itself', () => {
  const resource = policy(allow({ Principal: { AWS: [account, otherAccount] } }));
  const identity = [policy(allow())];
  expect(ask({ resource }).outcome).toBe('implicitDeny');
  expect(ask({ resource, identity }).outcome).toBe('allow');
  expect(ask({ resource }, { principal: stranger }).outcome).toBe('implicitDeny');
  expect(ask({ resource, identity }, { principal: stranger }).outcome).toBe('allow');
});

// reference_policies_elements_notprincipal.html, access_policies_boundaries.html
describe('P9: Deny with NotPrincipal', () => {
  const outcome = (names: readonly string[], principal: Principal, bounded = false) => {
    const boundary = policy(allow());
    const resource = policy(deny({ NotPrincipal: { AWS: names } }));
    const policies = { identity: [policy(allow())], resource, ...(bounded && { boundary }) };
    return ask(policies, { principal }).outcome;
  };
  const userArn = 'arn:aws:iam::111122223333:user/alice';
  const roleArn = 'arn:aws:iam::111122223333:role/team/app';
  const sessionArn = 'arn:aws:sts::111122223333:assumed-role/app/run';

  test('spares a user whose ARN and account are listed', () => {
    expect(outcome([userArn, accountArn], user)).toBe('allow');
    expect(outcome([userArn], user)).toBe('explicitDeny');
    expect(outcome([accountArn], user)).toBe('explicitDeny');
  });

  test('spares a session when session, role and account are listed', () => {
    expect(outcome([sessionArn, roleArn, accountArn], session)).toBe('allow');
    expect(outcome([roleArn, accountArn], session)).toBe('explicitDeny');
    expect(outcome([sessionArn, accountArn], session)).toBe('explicitDeny');
  });

  test('always denies a principal that has a permissions boundary', () => {
    expect(outcome([userArn, accountArn], user, true)).toBe('explicitDeny');
  });

  test('spares root when the account is listed', () => {
    expect(outcome([accountArn], root)).toBe('allow');
  });
});

test('P10: a service needs the resource-based policy alone', () => {
  const principal: Principal = { type: 'service', service: 'logs.amazonaws.com' };
  const resource = policy(allow({ Principal: { Service: 'logs.amazonaws.com' } }));
  expect(ask({ resource, serviceControl: [[policy(deny())]] }, { principal }).outcome).toBe(
    'allow',
  );
  expect(ask({ identity: [policy(allow())] }, { principal }).outcome).toBe('implicitDeny');
  const resourceControl = [[policy(deny({ Principal: '*' }))]];
  expect(ask({ resource, resourceControl }, { principal }).outcome).toBe('explicitDeny');
});

test('P11: a resource-based policy that names nobody matches nobody', () => {
  expect(ask({ resource: policy(allow()) }).outcome).toBe('implicitDeny');
  const identity = [policy(allow())];
  expect(ask({ identity, resource: policy(deny()) }).outcome).toBe('allow');
});
