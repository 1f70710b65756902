/** Property tests of the decision point: total, closed, and a Deny always wins. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionOperators } from '../condition/operators.ts';
import type { PolicyDocument, Statement } from '../document/policy-document.ts';
import { account, allow, ask, objectArn, policy, session, user } from '../examples.contract.ts';
import { denialMessage } from '../explain/message.ts';
import { explain } from '../explain/trace-text.ts';
import type { ContextValue, PolicySet, PolicySource, Principal } from '../request.ts';
import { authorize } from './authorize.ts';

const span = { start: 0, end: 0 };
const text = fc.oneof(
  fc.constantFrom(
    '*',
    's3:*',
    's3:GetObject',
    'arn:aws:s3:::*',
    objectArn,
    '${aws:username}',
    'true',
  ),
  fc.constantFrom(
    'arn:aws:s3',
    '::::::',
    '${',
    "${a, 'b'}",
    '10.0.0.0/8',
    '2024-01-01',
    account,
    '',
  ),
  fc.string({ maxLength: 20 }),
);
const positioned = text.map((value) => ({ value, span }));
const strings = fc.array(positioned, { maxLength: 3 }).map((values) => ({ values, span }));
const operatorName = fc
  .tuple(
    fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:', 'forEach:'),
    fc.oneof(
      fc.constantFrom(
        ...conditionOperators.flatMap((o) => [o.name, o.negatedName ?? o.name]),
        'Null',
      ),
      fc.string({ maxLength: 8 }),
    ),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''));
const keyName = fc.constantFrom('aws:username', 'AWS:TagKeys', 'k', '__proto__', 'constructor');
const condition = fc
  .array(
    fc.record({
      operator: operatorName,
      key: keyName,
      values: fc.array(positioned, { maxLength: 3 }),
      span: fc.constant(span),
    }),
    { maxLength: 3 },
  )
  .map((entries) => ({ entries, span }));
const kind = fc.constantFrom(
  'AWS' as const,
  'Service' as const,
  'Federated' as const,
  'CanonicalUser' as const,
);
const principalElement = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.record({ kind, value: text, span: fc.constant(span) }), { maxLength: 3 }),
  )
  .map(([any, entries]) => ({ any, entries, span }));
const statement: fc.Arbitrary<Statement> = fc
  .record(
    {
      effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      principal: principalElement,
      notPrincipal: principalElement,
      action: strings,
      notAction: strings,
      resource: strings,
      notResource: strings,
      condition,
    },
    { requiredKeys: ['effect'] },
  )
  .map((parts) => ({ index: 0, span, ...parts }));
const source: fc.Arbitrary<PolicySource> = fc
  .tuple(
    fc.array(statement, { maxLength: 4 }),
    fc.constantFrom('2008-10-17' as const, '2012-10-17' as const),
  )
  .map(([statements, version]) => {
    const document: PolicyDocument = { text: '', version, versionGiven: true, statements };
    return { name: 'p', document };
  });
const sources = fc.array(source, { maxLength: 2 });
const policySet: fc.Arbitrary<PolicySet> = fc.record(
  {
    identity: sources,
    resource: source,
    boundary: source,
    session: sources,
    serviceControl: fc.array(sources, { maxLength: 2 }),
    resourceControl: fc.array(sources, { maxLength: 2 }),
    vpcEndpoint: sources,
    combining: fc.constantFrom('either' as const, 'resource-required' as const),
  },
  { requiredKeys: ['identity'] },
);
const principal = fc.constantFrom<Principal>(
  user,
  session,
  { type: 'service', service: 'ec2.amazonaws.com' },
  { type: 'web-identity', provider: 'accounts.google.com' },
  { type: 'anonymous' },
);
const contextValue: fc.Arbitrary<ContextValue> = fc.oneof(text, fc.array(text, { maxLength: 3 }));
const context = fc.array(fc.tuple(keyName, contextValue), { maxLength: 4 });
const request = fc.record({
  principal,
  context,
  action: fc.oneof(fc.constantFrom('s3:GetObject', 's3:getobject'), text),
  resource: fc.oneof(fc.constant(objectArn), text),
});

const everyDeny = policy({ Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' });

describe('a decision', () => {
  test('is always one of three outcomes, is explained, and never throws', () => {
    fc.assert(
      fc.property(policySet, request, (policies, asked) => {
        const decision = authorize(asked, policies);
        expect(['allow', 'explicitDeny', 'implicitDeny']).toContain(decision.outcome);
        for (const language of ['en', 'ja'] as const) {
          expect(explain(decision, { language }).length).toBeGreaterThan(0);
        }
        expect(denialMessage({ decision })).toContain('uthorized to perform');
      }),
      { numRuns: 2000 },
    );
  });

  test('is a denial whenever an explicit deny applies', () => {
    const plainDeny = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
    fc.assert(
      fc.property(policySet, context, fc.constantFrom(0, 1, 2, 3), (policies, entries, place) => {
        const denying: Partial<PolicySet>[] = [
          { identity: [...policies.identity, plainDeny] },
          { resource: everyDeny },
          { session: [...(policies.session ?? []), plainDeny] },
          { vpcEndpoint: [everyDeny] },
        ];
        const decision = ask({ ...policies, ...denying[place] }, { context: entries });
        expect(decision.outcome).toBe('explicitDeny');
      }),
    );
  });

  test('is not made more generous by a boundary or a Deny', () => {
    fc.assert(
      fc.property(policySet, source, request, (policies, boundary, asked) => {
        if (authorize(asked, policies).outcome === 'allow') return;
        if (policies.boundary !== undefined) return;
        expect(authorize(asked, { ...policies, boundary }).outcome).not.toBe('allow');
      }),
      { numRuns: 1000 },
    );
  });

  test('T29: no name of a condition key reaches a prototype', () => {
    const identity = [policy(allow({ Condition: { Null: { constructor: 'true' } } }))];
    expect(ask({ identity }).outcome).toBe('allow');
  });

  test('T31: a document of quota size decides quickly or is denied with its reason', () => {
    const hostile = `arn:aws:s3:::${'*a'.repeat(2990)}b`;
    const identity = Array.from({ length: 10 }, () => policy(allow({ Resource: hostile })));
    const resource = `arn:aws:s3:::${'a'.repeat(1024)}`;
    ask({ identity }, { resource });
    const startedAt = performance.now();
    const decision = ask({ identity }, { resource });
    // Generous against slow machines: the aim is 5 ms.
    expect(performance.now() - startedAt).toBeLessThan(100);
    expect(decision.outcome).toBe('implicitDeny');
  });
});
