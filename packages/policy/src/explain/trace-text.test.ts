/** Tests of the explanation: the nearest statement, and proposals that are executed. */
import { describe, expect, test } from 'vitest';
import type { TracedDecision } from '../authorize/authorize.ts';
import { authorize } from '../authorize/authorize.ts';
import {
  allow,
  ask,
  deny,
  federatedUser,
  policy,
  root,
  session,
  stranger,
  user,
} from '../examples.contract.ts';
import type { PolicySet, PolicySource, Principal } from '../request.ts';
import { partingOffset } from './parting.ts';
import { type Proposal, proposeChange } from './proposal.ts';
import { explain } from './trace-text.ts';
import { explanationWords } from './words.ts';

const nothing = policy(allow({ Action: 'ec2:*' }));
const english = (decision: TracedDecision) => explain(decision, { language: 'en' }).join('\n');

function apply(policies: PolicySet, proposal: Proposal): PolicySet {
  if (proposal.change !== 'addStatement') return policies;
  const added: PolicySource = policy({ ...proposal.statement });
  switch (proposal.policyType) {
    case 'identity-based policy':
      return { ...policies, identity: [...policies.identity, added] };
    case 'resource-based policy':
    case 'role trust policy':
      return { ...policies, resource: added };
    case 'permissions boundary':
      return { ...policies, boundary: added };
    case 'session policy':
      return { ...policies, session: [...(policies.session ?? []), added] };
    case 'VPC endpoint policy':
      return { ...policies, vpcEndpoint: [added] };
    default:
      return {
        ...policies,
        serviceControl: (policies.serviceControl ?? []).map((level, index) =>
          index === proposal.level ? [...level, added] : level,
        ),
      };
  }
}

describe('the proposed statements', () => {
  const limits = {
    serviceControl: [[nothing], [nothing]],
    vpcEndpoint: [nothing],
    boundary: nothing,
    session: [nothing],
  };
  test.each<[string, Principal, Partial<PolicySet>]>([
    ['a user', user, {}],
    ['a user with every limit', user, limits],
    ['a session with every limit', session, limits],
    ['a user of another account with every limit', stranger, limits],
    ['a federated user', federatedUser, {}],
    ['root under an SCP', root, { serviceControl: [[nothing]] }],
    ['a key policy', session, { combining: 'resource-required' }],
    ['a key policy and every limit', session, { combining: 'resource-required', ...limits }],
    ['a service', { type: 'service', service: 'logs.amazonaws.com' }, {}],
    ['anonymous', { type: 'anonymous' }, {}],
  ])('together allow the request, and none can be left out: %s', (_name, principal, given) => {
    const policies: PolicySet = { identity: [], ...given };
    const { request, trace } = ask(policies, { principal, resource: 'arn:aws:s3:::b/a*?$' });
    const proposals = trace.refusals.map((refusal) => proposeChange(request, refusal));
    const changed = proposals.reduce(apply, policies);
    expect(proposals.length).toBeGreaterThan(0);
    expect(authorize(request, changed).outcome).toBe('allow');
    for (const left of proposals) {
      const others = proposals.filter((proposal) => proposal !== left).reduce(apply, policies);
      expect(authorize(request, others).outcome).not.toBe('allow');
    }
  });

  test('write characters of the resource so that they mean themselves', () => {
    const { request, trace } = ask({}, { resource: 'arn:aws:s3:::b/a*' });
    const [refusal] = trace.refusals;
    const proposal = refusal && proposeChange(request, refusal);
    expect(proposal).toMatchObject({ statement: { Resource: 'arn:aws:s3:::b/a${*}' } });
  });
});

describe('the words', () => {
  test('name the layer, the nearest statement and where the values part', () => {
    const identity = [
      policy(
        allow({ Sid: 'Far', Action: 'ec2:*', Resource: 'arn:aws:ec2:::x' }),
        allow({ Sid: 'Near', Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/other/*' }),
      ),
    ];
    const text = english(ask({ identity }));
    expect(text).toContain('Implicit deny: no identity-based policy allows it.');
    expect(text).toContain('statement 2 (Sid "Near") of the policy');
    expect(text).not.toContain('Far');
    expect(text).toContain('which parts at character 34');
    expect(text).toContain('"Action":"s3:GetObject"');
  });

  test('show the values of a condition that failed', () => {
    const condition = { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2'] } };
    const identity = [policy(allow({ Condition: condition }))];
    const text = english(ask({ identity }, { context: [['aws:RequestedRegion', 'eu-west-1']] }));
    expect(text).toContain('Condition StringEquals aws:RequestedRegion does not match');
    expect(text).toContain('the policy has "us-east-1", "us-west-2"; the request has "eu-west-1"');
    expect(english(ask({ identity }))).toContain('the condition key is not in the request context');
  });

  test('name a policy variable without a value', () => {
    const identity = [policy(allow({ Resource: 'arn:aws:s3:::b/${aws:username}/*' }))];
    expect(english(ask({ identity }))).toContain('policy variable aws:username');
  });

  test('name the Deny that decided', () => {
    const identity = [policy(allow(), deny({ Sid: 'NoReading' }))];
    const text = english(ask({ identity }));
    expect(text).toContain('Explicit deny: identity-based policy');
    expect(text).toContain('statement 2 (Sid "NoReading")');
  });

  test('list every layer that must change', () => {
    const text = english(ask({ boundary: nothing, serviceControl: [[nothing]] }));
    expect(text).toContain('service control policy (SCP), level 1 from the organization root');
    expect(text).toContain('no permissions boundary allows it');
  });

  test('say what allowed', () => {
    expect(english(ask({ identity: [policy(allow({ Sid: 'Read' }))] }))).toContain(
      'The deciding Allow is statement 1 (Sid "Read") of the policy.',
    );
    expect(english(ask({}, { principal: root }))).toContain('root user is allowed by default');
  });

  test('are there in Japanese, in the terms of the AWS pages', () => {
    const lines = explain(ask({ boundary: nothing }), { language: 'ja' }).join('\n');
    expect(lines).toContain('許可するアイデンティティベースのポリシーがありません');
    expect(lines).toContain('アクセス許可の境界');
    const trust = { resourceIsTrustPolicy: true, combining: 'resource-required' } as const;
    expect(explain(ask(trust), { language: 'ja' }).join('\n')).toContain('信頼ポリシー');
  });

  test('exist for everything in both languages', () => {
    const { en, ja } = explanationWords;
    expect(Object.keys(ja)).toEqual(Object.keys(en));
    expect(Object.keys(ja.cause)).toEqual(Object.keys(en.cause));
    expect(Object.keys(ja.policyType)).toEqual(Object.keys(en.policyType));
  });
});

describe('where a pattern and a text part', () => {
  test.each([
    ['abc', 'abd', 2],
    ['a*c', 'abbb', 4],
    ['a?c', 'abx', 2],
    ['*', 'abc', 3],
    ['', 'abc', 0],
    ['a*b*c', 'axbxd', 5],
  ])('%s and %s', (pattern, text, offset) => {
    expect(partingOffset(pattern, text)).toBe(offset);
  });
});
