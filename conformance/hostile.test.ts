/** Hostile policies are decided in time or denied with their own reason; ordinary ones never are. */
import { type AuthorizationRequest, authorize, type PolicySet } from '@sekisho/policy';
import { describe, expect, test } from 'vitest';
import { decideQuickly } from './evaluators.ts';
import { hostileCases, hostileSource } from './hostile/documents.ts';
import { ordinaryPolicies, ordinaryRequests, subjectCount } from './hostile/ordinary.ts';
import { everything, hostileRequestOf, isExhausted } from './hostile/question.ts';

/** Five on a machine with nothing else to do: see `npm run bench -- hostile`. */
const millisecondsMax = 20;

/** CPU time of one call, the best of some rounds: the counter moves in steps of milliseconds. */
function milliseconds(action: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5 && fastest > millisecondsMax / 2; round++) {
    const start = process.cpuUsage();
    for (let call = 0; call < 4; call++) action();
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / 4000);
  }
  return fastest;
}

/** Both evaluators; the quick one may end where the plain one gives up, never the reverse. */
function decideTwice(request: AuthorizationRequest, policies: PolicySet) {
  const plain = authorize(request, policies);
  const quick = decideQuickly(request, policies);
  const exhausted = isExhausted(plain.failure);
  if (exhausted) expect(plain.outcome).toBe('implicitDeny');
  else expect(quick).toBe(plain.outcome);
  expect(milliseconds(() => authorize(request, policies))).toBeLessThan(millisecondsMax);
  expect(milliseconds(() => decideQuickly(request, policies))).toBeLessThan(millisecondsMax);
  return { exhausted, outcome: plain.outcome };
}

// A managed policy, the inline policies of a role, a bucket policy; twenty managed policies.
describe.each([
  [6_144, 1],
  [10_240, 1],
  [20_480, 1],
  [6_144, 20],
])('T31: of %i characters each, %i of them', (characters, count) => {
  test.each(hostileCases)('$name', (each) => {
    const hostile = Array.from({ length: count }, () => hostileSource(each, characters));
    decideTwice(hostileRequestOf(each), { identity: [everything, ...hostile] });
  });
});

test('T31: a single hostile document of any quota is mostly decided, not given up', () => {
  const decided = hostileCases.filter((each) => {
    const identity = [everything, hostileSource(each, 20_480)];
    return !isExhausted(authorize(hostileRequestOf(each), { identity }).failure);
  });
  expect(decided.length).toBeGreaterThan(hostileCases.length * 0.7);
});

describe('ordinary policies, every quota full, are decided', () => {
  test.each(ordinaryRequests.map((request, number) => [request.action, number]))(
    '%s',
    (_action, number) => {
      const request = ordinaryRequests[Number(number)];
      if (request === undefined) throw new Error('no request');
      for (const only of [undefined, ...Array(subjectCount).keys()]) {
        const { exhausted } = decideTwice(request, ordinaryPolicies(only));
        expect(exhausted).toBe(false);
      }
    },
  );

  test('and the same with an Allow of everything, or a Deny that comes last', () => {
    for (const request of ordinaryRequests) {
      const policies = ordinaryPolicies(undefined);
      const open = { identity: [...policies.identity, everything] };
      expect(['allow', 'explicitDeny']).toContain(decideTwice(request, open).outcome);
      expect(decideTwice(request, open).exhausted).toBe(false);
    }
  });
});
