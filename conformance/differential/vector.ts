/** Random decision vectors of the kind that AWS's pages answer. */
import type { DecisionVector } from '../decision-vector.ts';
import { type Json, randomPolicy, type Subject } from './policy.ts';
import { type Random, randomFrom } from './random.ts';
import { accounts, operations, randomCaller, randomContext } from './request.ts';

/** The names by which policies may call the caller. */
function namesOf(principal: DecisionVector['principal'], account: string): readonly string[] {
  if (typeof principal !== 'string') {
    if (principal.type === 'Service') return [principal.service];
    return principal.type === 'Anonymous' ? ['*'] : [principal.federatedProvider];
  }
  const isRole = /:(?:assumed-)?role\//.test(principal);
  const role = `arn:aws:iam::${account}:role/app`;
  const root = `arn:aws:iam::${account}:root`;
  return [
    principal,
    ...(principal.startsWith('arn:') ? [root, account] : []),
    ...(isRole ? [role] : []),
  ];
}

const levels = (random: Random, make: () => Json): readonly (readonly Json[])[] =>
  Array.from({ length: 1 + random.below(3) }, () =>
    Array.from({ length: 1 + random.below(2) }, make),
  );

const everything: Json = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** The vector of a seed; `expect` says nothing. */
export function randomVector(seed: number): DecisionVector {
  const random = randomFrom(seed);
  const caller = randomCaller(random);
  const operation = random.pick(operations);
  const resource = random.pick(operation.resources);
  const context = { ...randomContext(random), ...caller.context };
  const account = /^arn:[^:]*:[^:]*::(\d{12}):/.exec(String(caller.principal))?.[1] ?? accounts[0];
  const principals = namesOf(caller.principal, account);
  const subject: Subject = { action: operation.action, resource, context, principals };
  const own = () => randomPolicy(random, subject, 'caller');
  const ofResource = () => randomPolicy(random, subject, 'resource');
  const between = () => randomPolicy(random, subject, 'between');
  const guard = () => (random.chance(0.6) ? everything : own());
  const list = (make: () => Json, atMost: number) =>
    Array.from({ length: random.below(atMost + 1) }, make);
  const isNamed = /^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(resource);
  const rcp = (): Json => {
    const statements = [between()['Statement']].flat() as Json[];
    // An RCP denies, and to everybody (orgs_manage_policies_rcps_syntax).
    const rewritten = statements.map(({ NotPrincipal: _, ...statement }) => ({
      ...statement,
      Effect: 'Deny',
      Principal: '*',
    }));
    return { Version: '2012-10-17', Statement: rewritten };
  };
  const hasPolicies = caller.has !== 'nothing';
  return {
    id: `seed-${seed}`,
    source: 'random',
    principal: caller.principal,
    action: operation.action,
    resource,
    ...(!isNamed && random.chance(0.8) && { resourceAccount: random.pick(accounts) }),
    ...(operation.wildcardOnlyAction && { wildcardOnlyAction: true }),
    ...(random.chance(0.15) && { orgManagementAccount: random.pick(accounts) }),
    context,
    policies: {
      identity: hasPolicies ? list(own, 3) : [],
      resource: random.chance(0.6) ? ofResource() : null,
      boundary: hasPolicies && random.chance(0.25) ? [guard()] : null,
      session: caller.has === 'policies and sessions' && random.chance(0.4) ? [guard()] : null,
      scp: random.chance(0.25) ? levels(random, guard) : null,
      rcp: random.chance(0.15) ? levels(random, rcp) : null,
      ...(random.chance(0.1) && { vpce: [between()] }),
    },
    expect: 'deny',
  };
}
