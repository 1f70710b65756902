/** Tests of the proposed changes: which one is chosen, and what executing it shows. */
import { describe, expect, test } from 'vitest';
import { authorize } from '../authorize/authorize.ts';
import {
  account,
  allow,
  ask,
  deny,
  federatedUser,
  objectArn,
  policy,
  policyOf,
  root,
  session,
  stranger,
  user,
} from '../examples.contract.ts';
import type { AuthorizationRequest, PolicySet, Principal } from '../request.ts';
import { applyChanges } from './apply.ts';
import { explainDecision } from './explanation.ts';
import { proposeChanges } from './proposal.ts';

/** A new object each time: the same object in two places is one policy. */
const nothing = () => policy(allow({ Action: 'ec2:*' }));
const principalArn = [['aws:PrincipalArn', `arn:aws:iam::${account}:user/alice`]] as const;

/** The changes, having checked that all together allow and none can be left out. */
function proposed(policies: Partial<PolicySet>, request: Partial<AuthorizationRequest> = {}) {
  const decision = ask(policies, request);
  const { changes, proven } = proposeChanges(decision);
  expect(decision.outcome).not.toBe('allow');
  expect(proven).toBe(true);
  const outcome = (left: readonly (typeof changes)[number][]) =>
    authorize(decision.request, applyChanges(decision.policies, left)).outcome;
  expect(outcome(changes)).toBe('allow');
  for (const change of changes) {
    expect(outcome(changes.filter((other) => other !== change))).not.toBe('allow');
  }
  return changes;
}

describe('together the changes allow the request, and none can be left out', () => {
  const limits = {
    serviceControl: [[nothing()], [nothing()]],
    vpcEndpoint: [nothing()],
    boundary: nothing(),
    session: [nothing()],
  };
  test.each<[string, Principal, Partial<PolicySet>, number]>([
    ['a user', user, {}, 1],
    ['a user with every limit', user, limits, 6],
    ['a session with every limit', session, limits, 6],
    ['a user of another account with every limit', stranger, limits, 7],
    ['a federated user', federatedUser, {}, 2],
    ['root under an SCP', root, { serviceControl: [[nothing()]] }, 1],
    ['a key policy', session, { combining: 'resource-required' }, 1],
    ['a key policy and every limit', session, { combining: 'resource-required', ...limits }, 6],
    ['a service', { type: 'service', service: 'logs.amazonaws.com' }, {}, 1],
    ['anonymous', { type: 'anonymous' }, {}, 1],
  ])('%s', (_name, principal, given, count) => {
    const changes = proposed(given, { principal, resource: 'arn:aws:s3:::b/a*?$' });
    expect(changes).toHaveLength(count);
  });
});

describe('a statement to add', () => {
  test('writes characters of the resource so that they mean themselves', () => {
    const [change] = proposed({}, { resource: 'arn:aws:s3:::b/a*' });
    expect(change).toMatchObject({ statement: { Resource: 'arn:aws:s3:::b/a${*}' } });
  });

  test('writes what is yet to be made as AWS does', () => {
    const Resource = `arn:aws:ec2:us-east-1:${account}:instance/*`;
    const [change] = proposed({}, { action: 'ec2:RunInstances', resource: Resource });
    expect(change).toMatchObject({ statement: { Resource } });
  });

  test('keeps to the service that gets a role', () => {
    const [change] = proposed(
      {},
      {
        action: 'iam:PassRole',
        resource: `arn:aws:iam::${account}:role/R`,
        context: [['iam:PassedToService', 'ec2.amazonaws.com']],
      },
    );
    expect(change).toMatchObject({
      statement: { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } },
    });
  });

  test('trusts a web identity with its audience and subject only', () => {
    const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    const [change] = proposed(
      { combining: 'resource-required', resourceIsTrustPolicy: true },
      {
        principal: { type: 'web-identity', provider },
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: `arn:aws:iam::${account}:role/R`,
        context: [
          ['token.actions.githubusercontent.com:aud', 'sts.amazonaws.com'],
          ['token.actions.githubusercontent.com:sub', 'repo:o/r:ref:refs/heads/main'],
        ],
      },
    );
    expect(change).toMatchObject({
      policyType: 'role trust policy',
      statement: {
        Principal: { Federated: provider },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': 'repo:o/r:ref:refs/heads/main',
          },
        },
      },
    });
  });
});

describe('a value to add', () => {
  test('where the rest of the statement is exactly the request', () => {
    const identity = [policy(allow({ Resource: ['arn:aws:s3:::other/*'] }))];
    expect(proposed({ identity })).toMatchObject([
      { change: 'addValue', element: 'Resource', values: [objectArn] },
    ]);
    const list = [policy(allow({ Action: 's3:ListBucket', Resource: objectArn }))];
    expect(proposed({ identity: list })).toMatchObject([
      { change: 'addValue', element: 'Action', values: ['s3:GetObject'] },
    ]);
  });

  test('in a condition', () => {
    const condition = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    const identity = [policy(allow({ Resource: objectArn, Condition: condition }))];
    expect(proposed({ identity }, { context: [['aws:RequestedRegion', 'eu-west-1']] })).toEqual([
      expect.objectContaining({
        change: 'addValue',
        key: 'aws:RequestedRegion',
        statement: expect.objectContaining({
          Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
        }),
      }),
    ]);
  });

  test('in the principals of a trust policy', () => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/carol` },
      Action: 'sts:AssumeRole',
    });
    const changes = proposed(
      { resource: trust, combining: 'resource-required', resourceIsTrustPolicy: true },
      { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/R` },
    );
    expect(changes).toMatchObject([{ change: 'addValue', element: 'Principal' }]);
  });

  describe('in the place of a principal that was deleted', () => {
    const trusts = (AWS: unknown, ids: readonly [string, string][] = []) => {
      const trust = policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
      const resource = { ...trust, principalIds: new Map(ids) };
      return proposed(
        { resource, combining: 'resource-required', resourceIsTrustPolicy: true },
        { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/R` },
      );
    };
    const deleted = 'AIDAOLDOLDOLDOLDOLDOL';
    const alice = `arn:aws:iam::${account}:user/alice`;
    const carol = `arn:aws:iam::${account}:user/carol`;

    test('its id goes: AWS does not save it', () => {
      const values = [alice];
      const Principal = { AWS: alice };
      expect(trusts(deleted)).toMatchObject([
        { change: 'addValue', values, replaced: [deleted], statement: { Principal } },
      ]);
      expect(trusts([carol, deleted])).toMatchObject([
        { replaced: [deleted], statement: { Principal: { AWS: [carol, alice] } } },
      ]);
    });

    test('its name stays, to be saved again', () => {
      const Principal = { AWS: alice };
      expect(trusts(alice, [[alice, deleted]])).toMatchObject([
        { values: [alice], replaced: [alice], statement: { Principal } },
      ]);
    });
  });

  test('but not where the statement would open more than the request', () => {
    const identity = [policy(allow({ Action: 's3:*', Resource: ['arn:aws:s3:::other/*'] }))];
    expect(proposed({ identity })).toMatchObject([{ change: 'addStatement' }]);
  });

  test('nor in a policy that AWS manages', () => {
    const arn = 'arn:aws:iam::aws:policy/Example';
    const identity = [
      policyOf(
        { Version: '2012-10-17', Statement: [allow({ Resource: 'arn:aws:s3:::o/*' })] },
        { arn },
      ),
    ];
    expect(proposed({ identity })).toMatchObject([{ change: 'addStatement' }]);
  });
});

describe('a Deny is narrowed', () => {
  test('by excepting the principal, as AWS writes it', () => {
    const identity = [policy(allow(), deny({ Sid: 'No' }))];
    expect(proposed({ identity }, { context: principalArn })).toMatchObject([
      {
        change: 'narrowDeny',
        statement: {
          Sid: 'No',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': principalArn[0][1] } },
        },
      },
    ]);
  });

  test('by one more exception where there are some', () => {
    const condition = {
      ArnNotEquals: { 'AWS:PrincipalArn': `arn:aws:iam::${account}:role/Admin` },
    };
    const identity = [policy(allow(), deny({ Condition: condition }))];
    expect(proposed({ identity }, { context: principalArn })).toMatchObject([
      {
        statement: {
          Condition: {
            ArnNotEquals: {
              'AWS:PrincipalArn': [`arn:aws:iam::${account}:role/Admin`, principalArn[0][1]],
            },
          },
        },
      },
    ]);
  });

  test('by the resource where the request names no principal', () => {
    const identity = [policy(allow(), deny())];
    expect(proposed({ identity })).toMatchObject([{ statement: { NotResource: objectArn } }]);
  });

  test('and removed only where it denies nothing else', () => {
    const identity = [policy(allow(), deny({ Resource: objectArn }))];
    expect(proposed({ identity })).toMatchObject([{ change: 'removeDeny' }]);
  });

  test('each one that applies, in every layer', () => {
    const identity = [policy(allow(), deny()), policy(deny({ Action: 's3:*' }))];
    const serviceControl = [[policy(allow({ Action: '*' }), deny({ Action: '*' }))]];
    expect(proposed({ identity, serviceControl }, { context: principalArn })).toHaveLength(3);
  });

  test('also where there are very many', () => {
    const many = Array.from({ length: 60 }, () => deny());
    const identity = [policy(allow(), ...many)];
    const changes = proposed({ identity }, { context: principalArn });
    expect(changes).toHaveLength(60);
    expect(changes.every(({ change }) => change === 'narrowDeny')).toBe(true);
  });

  test('once, where one managed policy stands in two places', () => {
    const arn = `arn:aws:iam::${account}:policy/NoReading`;
    const shared = policyOf({ Version: '2012-10-17', Statement: [allow(), deny()] }, { arn });
    const changes = proposed({ identity: [shared], boundary: shared }, { context: principalArn });
    expect(changes).toHaveLength(1);
  });
});

describe('the explanation as data', () => {
  test('has place, compared values and the character where they part', () => {
    const identity = [
      policy(allow({ Sid: 'Near', Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/x' })),
    ];
    const { refusals, changes } = explainDecision(ask({ identity }));
    expect(refusals[0]?.nearest[0]).toMatchObject({
      policy: 'the policy',
      statement: 1,
      sid: 'Near',
      startLine: 1,
      failed: [
        {
          element: 'Resource',
          requestValues: [objectArn],
          parting: { value: 'arn:aws:s3:::amzn-s3-demo-bucket/x', character: 34 },
        },
      ],
    });
    expect(changes).toHaveLength(1);
    expect(() => JSON.stringify(changes)).not.toThrow();
  });

  test('proposes nothing for what failed to be evaluated', () => {
    const { changes, proven } = proposeChanges(ask({}, { action: 'none' }));
    expect({ changes, proven }).toEqual({ changes: [], proven: false });
  });
});
