/** The rules of the decision, E1 to E18. Page: reference_policies_evaluation-logic_policy-eval-denyallow. */
import { describe, expect, test } from 'vitest';
import {
  account,
  allow,
  ask,
  deny,
  federatedUser,
  objectArn,
  otherAccount,
  policy,
  root,
  session,
  stranger,
  user,
} from '../examples.contract.ts';
import type { PolicySet, Principal } from '../request.ts';

const everything = policy(allow({ Action: '*' }));
const nothing = policy(allow({ Action: 'ec2:*' }));
const identity = [policy(allow())];
const to = (element: unknown) => policy(allow({ Principal: element }));

describe('E1: an explicit deny in any policy is final', () => {
  const denying = policy(deny());
  const denyingAll = policy(deny({ Principal: '*' }));
  const cases: [string, Partial<PolicySet>][] = [
    ['resource control policy', { resourceControl: [[denyingAll]] }],
    ['service control policy', { serviceControl: [[everything, denying]] }],
    ['VPC endpoint policy', { vpcEndpoint: [to('*'), denyingAll] }],
    ['resource-based policy', { resource: denyingAll }],
    ['identity-based policy', { identity: [...identity, denying] }],
    ['permissions boundary', { boundary: policy(allow(), deny()) }],
    ['session policy', { session: [policy(allow(), deny())] }],
  ];
  test.each(cases)('in a %s', (policyType, policies) => {
    const decision = ask({ identity, ...policies }, { principal: session });
    expect(decision).toMatchObject({ outcome: 'explicitDeny', reason: { policyType } });
  });

  test('in the policy of either account', () => {
    const resource = policy(allow({ Principal: '*' }), deny({ Principal: '*' }));
    expect(ask({ identity, resource }, { principal: stranger }).outcome).toBe('explicitDeny');
  });
});

describe('E2: organization policies', () => {
  test('without an organization nothing is asked of them', () => {
    expect(ask({ identity }).outcome).toBe('allow');
  });

  test('every level of SCPs must allow, by any of its policies', () => {
    const scp = (...serviceControl: (typeof everything)[][]) => ask({ identity, serviceControl });
    expect(scp([everything], [nothing, everything]).outcome).toBe('allow');
    expect(scp([everything], [nothing], [everything])).toMatchObject({
      outcome: 'implicitDeny',
      reason: { policyType: 'service control policy' },
    });
    expect(scp([everything], []).outcome).toBe('implicitDeny');
  });

  test('of RCPs only a Deny matters', () => {
    expect(ask({ identity, resourceControl: [[]] }).outcome).toBe('allow');
  });
});

test('E3: service-linked roles are bound by neither SCPs nor RCPs, root is bound by both', () => {
  const linked: Principal = { ...session, type: 'role-session', serviceLinked: true } as Principal;
  const serviceControl = [[policy(deny())]];
  const resourceControl = [[policy(deny({ Principal: '*' }))]];
  expect(ask({ identity, serviceControl, resourceControl }, { principal: linked }).outcome).toBe(
    'allow',
  );
  expect(ask({ serviceControl }, { principal: root }).outcome).toBe('explicitDeny');
  expect(ask({ resourceControl }, { principal: root }).outcome).toBe('explicitDeny');
});

test('E4: in one account the identity or the resource may allow', () => {
  expect(ask({ identity }).outcome).toBe('allow');
  expect(ask({ resource: to({ AWS: user.type === 'user' ? user.arn : '' }) }).outcome).toBe(
    'allow',
  );
  expect(ask({}).outcome).toBe('implicitDeny');
});

describe('E5: a direct grant in the same account is not limited by implicit denies', () => {
  const limits = { boundary: nothing, session: [nothing] };
  test.each<[string, unknown, Principal]>([
    ['to the user', { AWS: `arn:aws:iam::${account}:user/alice` }, user],
    ['to the session', { AWS: `arn:aws:sts::${account}:assumed-role/app/run` }, session],
    [
      'to the federated user',
      { AWS: `arn:aws:sts::${account}:federated-user/fred` },
      federatedUser,
    ],
    ['to everyone', '*', session],
  ])('%s', (_name, element, principal) => {
    expect(ask({ resource: to(element), ...limits }, { principal }).outcome).toBe('allow');
  });
});

describe('E6: a grant to the role', () => {
  const resource = to({ AWS: `arn:aws:iam::${account}:role/team/app` });
  const outcome = (policies: Partial<PolicySet>) =>
    ask({ resource, ...policies }, { principal: session });

  test('needs no identity-based policy', () => {
    expect(outcome({}).outcome).toBe('allow');
  });

  test('is limited by the boundary and by session policies', () => {
    expect(outcome({ boundary: nothing }).reason?.policyType).toBe('permissions boundary');
    expect(outcome({ session: [nothing] }).reason?.policyType).toBe('session policy');
    expect(outcome({ boundary: everything, session: [everything] }).outcome).toBe('allow');
  });
});

describe('E7: a federated user', () => {
  const outcome = (policies: Partial<PolicySet>) =>
    ask(policies, { principal: federatedUser }).outcome;

  test('has no permissions without a session policy', () => {
    expect(outcome({ identity })).toBe('implicitDeny');
    expect(outcome({ identity, session: [everything] })).toBe('allow');
    expect(outcome({ session: [everything] })).toBe('implicitDeny');
  });

  test('shares in a grant to its user, limited by boundary and session policies', () => {
    const resource = to({ AWS: `arn:aws:iam::${account}:user/alice` });
    expect(outcome({ resource })).toBe('implicitDeny');
    expect(outcome({ resource, session: [everything] })).toBe('allow');
    expect(outcome({ resource, session: [everything], boundary: nothing })).toBe('implicitDeny');
  });
});

describe('E8: across accounts both sides must allow', () => {
  const resource = to({ AWS: `arn:aws:iam::${otherAccount}:user/bob` });
  const outcome = (policies: Partial<PolicySet>) => ask(policies, { principal: stranger });

  test('neither is enough', () => {
    expect(outcome({ identity }).reason?.policyType).toBe('resource-based policy');
    expect(outcome({ resource }).reason?.policyType).toBe('identity-based policy');
    expect(outcome({ identity, resource }).outcome).toBe('allow');
  });

  test('a direct grant does not pass the boundary or the session', () => {
    expect(outcome({ identity, resource, boundary: nothing }).outcome).toBe('implicitDeny');
    expect(outcome({ identity, resource, session: [nothing] }).outcome).toBe('implicitDeny');
  });

  test('the account comes from the ARN where the caller names none', () => {
    const arn = `arn:aws:sqs:us-east-1:${account}:queue`;
    const { trace } = ask({ identity: [everything] }, { principal: stranger, resource: arn });
    expect(trace).toMatchObject({ crossAccount: true, resourceAccount: account });
  });
});

// access_policies_boundaries.html
test('E9: boundary and session policies intersect and grant nothing', () => {
  expect(ask({ identity, boundary: everything }).outcome).toBe('allow');
  expect(ask({ identity, boundary: nothing }).outcome).toBe('implicitDeny');
  expect(ask({ boundary: everything }).reason?.policyType).toBe('identity-based policy');
  expect(ask({ identity, session: [nothing, everything] }).outcome).toBe('allow');
  expect(ask({ identity, session: [] }).outcome).toBe('implicitDeny');
});

test('E10: root is allowed by default, in its own account', () => {
  expect(ask({}, { principal: root }).outcome).toBe('allow');
  expect(ask({ boundary: nothing }, { principal: root }).outcome).toBe('allow');
  expect(ask({}, { principal: root, resourceAccount: otherAccount }).outcome).toBe('implicitDeny');
});

// kms/latest/developerguide/key-policy-default.html
describe('E11: a key policy', () => {
  const combining = 'resource-required';
  const toAccount = to({ AWS: `arn:aws:iam::${account}:root` });

  test('must allow, or hand over to the account', () => {
    expect(ask({ combining, identity }).outcome).toBe('implicitDeny');
    expect(ask({ combining, resource: toAccount }).outcome).toBe('implicitDeny');
    expect(ask({ combining, identity, resource: toAccount }).outcome).toBe('allow');
    const toUser = to({ AWS: `arn:aws:iam::${account}:user/alice` });
    expect(ask({ combining, resource: toUser }).outcome).toBe('allow');
  });

  test('binds root as well', () => {
    const resource = to({ AWS: `arn:aws:iam::${account}:user/alice` });
    expect(ask({ combining, resource }, { principal: root }).outcome).toBe('implicitDeny');
    expect(ask({ combining, resource: toAccount }, { principal: root }).outcome).toBe('allow');
  });
});

// id_roles_update-role-trust-policy.html
describe('E12: a role trust policy', () => {
  const role = `arn:aws:iam::${account}:role/target`;
  const assume = (element: unknown, policies: Partial<PolicySet>, principal: Principal = user) =>
    ask(
      {
        combining: 'resource-required',
        resourceIsTrustPolicy: true,
        resource: policy({ Effect: 'Allow', Principal: element, Action: 'sts:AssumeRole' }),
        ...policies,
      },
      { principal, action: 'sts:AssumeRole', resource: role },
    );
  const may = { identity: [policy(allow({ Action: 'sts:AssumeRole', Resource: role }))] };
  const userArn = `arn:aws:iam::${account}:user/alice`;

  test('is enough when it names the principal of its own account', () => {
    expect(assume({ AWS: userArn }, {}).outcome).toBe('allow');
  });

  test('that names the account needs the identity as well', () => {
    expect(assume({ AWS: account }, {}).reason?.policyType).toBe('identity-based policy');
    expect(assume({ AWS: account }, may).outcome).toBe('allow');
  });

  test('is needed whatever the identity may do', () => {
    expect(assume({ AWS: `${userArn}x` }, may).reason?.policyType).toBe('role trust policy');
  });

  test('always needs the identity across accounts', () => {
    const bob = `arn:aws:iam::${otherAccount}:user/bob`;
    expect(assume({ AWS: bob }, {}, stranger).outcome).toBe('implicitDeny');
    expect(assume({ AWS: bob }, may, stranger).outcome).toBe('allow');
  });
});

test('E16: a VPC endpoint policy is one more intersection', () => {
  expect(ask({ identity, vpcEndpoint: [to('*')] }).outcome).toBe('allow');
  expect(ask({ identity, vpcEndpoint: [nothing] }).reason?.policyType).toBe('VPC endpoint policy');
  expect(ask({ vpcEndpoint: [to('*')] }).outcome).toBe('implicitDeny');
});

describe('E18: what cannot be evaluated is denied, with a reason', () => {
  test('an action without the form service:Action', () => {
    const decision = ask({ identity: [everything] }, { action: 'GetObject' });
    expect(decision).toMatchObject({ outcome: 'implicitDeny', failure: expect.any(String) });
  });

  test('a context that throws', () => {
    const context: Iterable<readonly [string, string]> = {
      [Symbol.iterator]: () => {
        throw new Error('unreadable');
      },
    };
    expect(ask({ identity }, { context }).failure).toContain('unreadable');
  });

  test('policies that need more steps than a decision may take', () => {
    const patterns = Array.from(
      { length: 200 },
      (_, index) => `arn:aws:s3:::*?${'a'.repeat(450)}${index}*`,
    );
    const resource = `arn:aws:s3:::${'a'.repeat(1000)}`;
    const decision = ask(
      { identity: [everything, policy(allow({ Resource: patterns }))] },
      { resource },
    );
    expect(decision.outcome).toBe('implicitDeny');
    expect(decision.failure).toContain('steps');
  });

  test('a Deny whose condition cannot be decided denies, and says so', () => {
    const condition = { NumericNotEquals: { 's3:max-keys': 'many' } };
    const context = [['s3:max-keys', '5']] as const;
    const decision = ask(
      { identity: [everything, policy(deny({ Condition: condition }))] },
      { context },
    );
    expect(decision).toMatchObject({ outcome: 'explicitDeny', failure: expect.any(String) });
    const allowing = [policy(allow({ Condition: condition }))];
    expect(ask({ identity: allowing }, { context }).outcome).toBe('implicitDeny');
  });

  test('a key given twice decides nothing', () => {
    const context = [
      ['aws:username', 'alice'],
      ['AWS:UserName', 'bob'],
    ] as const;
    const condition = { StringEquals: { 'aws:username': 'bob' } };
    expect(ask({ identity: [policy(allow({ Condition: condition }))] }, { context }).outcome).toBe(
      'implicitDeny',
    );
    expect(
      ask({ identity: [everything, policy(deny({ Condition: condition }))] }, { context }).outcome,
    ).toBe('explicitDeny');
  });
});

describe('the reason that is named when several refuse', () => {
  test('is the first in the order of the page', () => {
    const policies = {
      serviceControl: [[nothing]],
      vpcEndpoint: [nothing],
      boundary: nothing,
      session: [nothing],
    };
    const { reason, trace } = ask(policies);
    expect(reason?.policyType).toBe('service control policy');
    expect(trace.refusals.map(({ layer }) => layer.policyType)).toEqual([
      'service control policy',
      'VPC endpoint policy',
      'identity-based policy',
      'permissions boundary',
      'session policy',
    ]);
  });

  test('is an explicit deny before any implicit one', () => {
    const { reason } = ask({ serviceControl: [[nothing]], boundary: policy(deny()) });
    expect(reason?.policyType).toBe('permissions boundary');
  });

  test('lists what would still refuse once an explicit deny were gone', () => {
    const { trace } = ask({ identity: [policy(deny())], boundary: nothing });
    expect(trace.refusals.map(({ verdict, layer }) => [verdict, layer.policyType])).toEqual([
      ['explicitDeny', 'identity-based policy'],
      ['implicitDeny', 'identity-based policy'],
      ['implicitDeny', 'permissions boundary'],
    ]);
  });

  test('of an allow is the statement that was enough', () => {
    const { reason } = ask({ identity: [nothing, policy(deny({ Action: 'ec2:*' }), allow())] });
    expect(reason).toMatchObject({ policyType: 'identity-based policy', statementIndex: 1 });
    expect(ask({ resource: to('*') }, { resource: objectArn }).reason?.policyType).toBe(
      'resource-based policy',
    );
  });
});
