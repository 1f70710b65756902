/** The quick evaluator by itself: handles, bounds, hostile documents, packed requests. */
import { describe, expect, test } from 'vitest';
import { authorize } from '../authorize/authorize.ts';
import {
  account,
  allow,
  deny,
  objectArn,
  otherAccount,
  policy,
  session,
  stranger,
  user,
} from '../examples.contract.ts';
import type { AuthorizationRequest, PolicySet } from '../request.ts';
import { CompiledPolicies } from './compiled-policies.ts';

const catalogue = ['s3:GetObject', 's3:GetObjectAcl', 's3:PutObject', 'iam:PassRole'];

const request: AuthorizationRequest = {
  principal: user,
  action: 's3:GetObject',
  resource: objectArn,
  resourceAccount: account,
  context: [],
};

function decide(
  policies: PolicySet,
  more: Partial<AuthorizationRequest> = {},
  quick = new CompiledPolicies({ actions: catalogue }),
) {
  return quick.decide(quick.principalSet(policies), { ...request, ...more }, policies);
}

describe('decisions', () => {
  test('are those of the plain evaluator, with a catalogue of actions and without', () => {
    const identity = [policy(allow({ Action: 's3:Get*' }), deny({ Action: 's3:*Acl' }))];
    for (const quick of [new CompiledPolicies(), new CompiledPolicies({ actions: catalogue })]) {
      const outcome = (action: string) => decide({ identity }, { action }, quick);
      expect(['s3:GetObject', 's3:GetObjectAcl', 's3:PutObject', 's3:GetNew'].map(outcome)).toEqual(
        ['allow', 'explicitDeny', 'implicitDeny', 'allow'],
      );
    }
  });

  test('E8: across accounts need both sides', () => {
    const resource = policy({ ...allow(), Principal: { AWS: otherAccount } });
    const across = { principal: stranger };
    expect(decide({ identity: [], resource }, across)).toBe('implicitDeny');
    expect(decide({ identity: [policy(allow())], resource }, across)).toBe('allow');
    expect(decide({ identity: [policy(allow())] }, across)).toBe('implicitDeny');
  });

  test('E18: a text that is no action, and a request that throws, are denied', () => {
    const identity = [policy(allow({ Action: '*', Condition: { StringEquals: { k: 'v' } } }))];
    expect(decide({ identity }, { action: 's3' })).toBe('implicitDeny');
    const context = {
      [Symbol.iterator]: () => {
        throw new Error('no context');
      },
    };
    expect(decide({ identity }, { context })).toBe('implicitDeny');
  });

  test('see a condition key that only a later policy names', () => {
    const quick = new CompiledPolicies();
    const condition = (key: string) => ({ Condition: { StringEquals: { [key]: 'v' } } });
    const identity = [policy(allow(), deny(condition('first')))];
    const resource = policy({ ...deny(condition('second')), Principal: '*' });
    const context = [['SECOND', 'v']] as const;
    expect(decide({ identity, resource }, { context }, quick)).toBe('explicitDeny');
  });
});

describe('handles', () => {
  test('are the same for the same object and for equal content', () => {
    const quick = new CompiledPolicies();
    const set = { identity: [policy(allow()), policy(deny())] };
    const equal = { identity: [policy(deny()), policy(allow())] };
    expect(quick.principalSet(set)).toBe(quick.principalSet(set));
    expect(quick.principalSet(equal).set).toBe(quick.principalSet(set).set);
  });

  test('of a generation that is gone are denied, new ones go on', () => {
    const quick = new CompiledPolicies({ statementWordsMax: 100 });
    const set = { identity: [policy(allow())] };
    const handle = quick.principalSet(set);
    const packed = quick.packedRequests();
    expect(quick.pack(packed, handle, request)).toBe(true);
    expect(quick.decidePacked(packed, 0)).toBe('allow');
    for (let number = 0; number < 20; number++) {
      quick.principalSet({ identity: [policy(allow({ Resource: `arn:aws:s3:::b${number}` }))] });
    }
    expect(quick.decide(handle, request)).toBe('implicitDeny');
    expect(quick.decidePacked(packed, 0)).toBe('implicitDeny');
    expect(quick.decide(quick.principalSet(set), request)).toBe('allow');
  });

  test('of actions outlive the forgetting of strangers only as denials', () => {
    const quick = new CompiledPolicies();
    const handle = quick.principalSet({ identity: [policy(allow({ Action: 'x:A1' }))] });
    const first = quick.actionNumber('x:A1');
    expect(quick.decideAction(handle, first, request)).toBe('allow');
    for (let number = 2; number < 25_000; number++) quick.actionNumber(`x:A${number}`);
    expect(quick.decideAction(handle, first, request)).toBe('implicitDeny');
    expect(quick.decideAction(handle, quick.actionNumber('x:A1'), request)).toBe('allow');
  });
});

describe('bounds', () => {
  test('programs are written anew when there are too many', () => {
    const quick = new CompiledPolicies({ programWordsMax: 1000 });
    const identity = [policy(allow({ Action: 'x:*', Resource: objectArn }))];
    for (let number = 0; number < 500; number++) {
      expect(decide({ identity }, { action: `x:A${number}` }, quick)).toBe('allow');
    }
    expect(quick.size.programEntries).toBeLessThan(500);
  });

  test('equal policies of many principals are stored once', () => {
    const quick = new CompiledPolicies();
    for (let number = 0; number < 100; number++) {
      quick.principalSet({ identity: [policy(allow()), policy(deny({ Action: 's3:Put*' }))] });
    }
    expect(quick.size).toMatchObject({ statements: 2, sets: 1 });
  });

  test('a hostile document ends as a denial, in about the time of a step budget', () => {
    const slow = `arn:aws:s3:::*?${'a'.repeat(3000)}b*`;
    const statements = Array.from({ length: 20 }, () => allow({ Resource: slow }));
    const identity = [policy(...statements)];
    const quick = new CompiledPolicies();
    const long = { resource: `arn:aws:s3:::${'a'.repeat(10_000)}` };
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      expect(decide({ identity }, long, quick)).toBe('implicitDeny');
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(25);
    const plain = authorize({ ...request, ...long }, { identity });
    expect([plain.outcome, plain.failure]).toEqual([
      'implicitDeny',
      'the policies need more steps than a decision may take',
    ]);
  });

  test('a deny behind an exhausted budget is not passed over', () => {
    const slow = `arn:aws:s3:::*?${'a'.repeat(3000)}b`;
    const denies = Array.from({ length: 200 }, (_, index) =>
      deny({ Resource: `${slow}${index}*` }),
    );
    const identity = [policy(allow(), ...denies)];
    const resource = `arn:aws:s3:::${'a'.repeat(10_000)}`;
    expect(decide({ identity }, { resource })).toBe('implicitDeny');
  });
});

describe('packed requests', () => {
  test('are answered as when they are asked one by one', () => {
    const quick = new CompiledPolicies({ actions: catalogue });
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const template = 'arn:aws:s3:::b/${aws:PrincipalTag/team}/*';
    const identity = [policy(allow({ Condition: condition }), allow({ Resource: template }))];
    const compiled = quick.principalSet({ identity });
    const packed = quick.packedRequests();
    const asked: AuthorizationRequest[] = ['red', 'blue'].flatMap((team) =>
      [objectArn, 'arn:aws:s3:::b/blue/x'].map((resource) => ({
        ...request,
        principal: session,
        resource,
        context: [['aws:principaltag/team', team]],
      })),
    );
    for (const each of asked) expect(quick.pack(packed, compiled, each)).toBe(true);
    const answers = asked.map((_, number) => quick.decidePacked(packed, number));
    expect(answers).toEqual(['allow', 'allow', 'implicitDeny', 'allow']);
    expect(answers).toEqual(asked.map((each) => authorize(each, { identity }).outcome));
  });

  test('are refused where they cannot be told in full', () => {
    const quick = new CompiledPolicies();
    const compiled = quick.principalSet({ identity: [policy(allow())] });
    const packed = quick.packedRequests();
    const context = [
      ['k', 'v'],
      ['K', 'w'],
    ] as const;
    expect(quick.pack(packed, compiled, { ...request, context })).toBe(false);
    expect(quick.pack(packed, compiled, { ...request, resource: 'arn:aws:s3:::b/日' })).toBe(false);
    expect(quick.pack(packed, compiled, { ...request, action: 's3' })).toBe(false);
    expect(packed.count).toBe(0);
  });
});
