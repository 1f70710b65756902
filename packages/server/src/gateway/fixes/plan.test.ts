/** Tests of fixes for several refusals: each policy is written once and says all of it. */
import {
  type AuthorizationRequest,
  authorize,
  type PolicySet,
  parsePolicyDocument,
} from '@sekisho/policy';
import { describe, expect, test } from 'vitest';
import { Directory } from '../../directory/directory.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import { FixPlan } from './plan.ts';
import { policyFixes } from './policy-fixes.ts';

const account = '123456789012';
const directory = new Directory(await State.open(new MemoryStore()));

function source(name: string, Statement: readonly object[], arn?: string) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  const { document } = parsePolicyDocument(text);
  if (document === undefined) throw new Error(text);
  return { name, document, ...(arn === undefined ? {} : { arn }) };
}

const session = 'a'.repeat(32);

function request(action: string, resource: string): AuthorizationRequest {
  return {
    principal: {
      type: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/r/${session}`,
      roleArn: `arn:aws:iam::${account}:role/r`,
      id: 'AROAEXAMPLE',
    },
    action,
    resource,
    context: [],
  };
}

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
const decide = (action: string, resource: string, policies: PolicySet) =>
  authorize(request(action, resource), policies);

describe('several refusals', () => {
  test('by one boundary are one new version of it', () => {
    const arn = `arn:aws:iam::${account}:policy/b`;
    const boundary = source('b', [allow('logs:*', '*')], arn);
    const policies = { identity: [source('p', [allow('*', '*')])], boundary };
    const plan = new FixPlan(directory);
    for (const action of ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']) {
      plan.add(decide(action, `arn:aws:ecr:us-east-1:${account}:repository/a`, policies));
    }
    expect(plan.fixes).toHaveLength(1);
    expect(plan.fixes[0]?.cli).toMatch(/^aws iam create-policy-version/);
    expect(plan.fixes[0]?.cli).toMatch(/BatchGetImage.*GetDownloadUrlForLayer/);
    expect(plan.fixes[0]?.cli).toContain('--set-as-default');
  });

  test('of one action are one policy with both resources', () => {
    const plan = new FixPlan(directory);
    for (const key of ['one', 'two']) {
      plan.add(decide('s3:GetObject', `arn:aws:s3:::bucket/${key}`, { identity: [] }));
    }
    expect(plan.fixes).toHaveLength(1);
    expect(plan.fixes[0]?.cli).toContain('["arn:aws:s3:::bucket/one","arn:aws:s3:::bucket/two"]');
  });

  test('the second asks for nothing when the first change allows it', () => {
    const plan = new FixPlan(directory);
    const decision = decide('s3:GetObject', 'arn:aws:s3:::bucket/one', { identity: [] });
    expect(plan.add(decision).fixes).toHaveLength(1);
    expect(plan.add(decision).fixes).toEqual([]);
  });
});

test('what names one task names any: its log stream', () => {
  const stream = `arn:aws:logs:us-east-1:${account}:log-group:/app:log-stream:p/c/${session}`;
  const { fixes, proven } = policyFixes(
    decide('logs:CreateLogStream', stream, { identity: [] }),
    directory,
  );
  expect(proven).toBe(true);
  expect(fixes[0]?.cli).toContain(':log-stream:p/c/*"');
});

test('what names one task names any: the source of a trust policy', () => {
  const policies: PolicySet = {
    identity: [],
    resource: source('trust', [
      { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:TagSession' },
    ]),
    combining: 'resource-required',
    resourceIsTrustPolicy: true,
  };
  const decision = authorize(
    {
      principal: { type: 'service', service: 'ecs-tasks.amazonaws.com' },
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${account}:role/r`,
      context: [
        ['aws:SourceAccount', account],
        ['aws:SourceArn', `arn:aws:ecs:us-east-1:${account}:task/c/${session}`],
      ],
    },
    policies,
  );
  const { fixes, proven } = policyFixes(decision, directory);
  expect(proven).toBe(true);
  expect(fixes[0]?.cli).toContain(
    `"ArnLike":{"aws:SourceArn":"arn:aws:ecs:us-east-1:${account}:*"}`,
  );
  expect(fixes[0]?.cli).toContain(`"StringEquals":{"aws:SourceAccount":"${account}"}`);
});

test('an AWS managed policy that denies is copied: it cannot be changed', () => {
  const arn = 'arn:aws:iam::aws:policy/Restrict';
  const deny = source('Restrict', [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }], arn);
  const policies = { identity: [source('p', [allow('s3:*', '*')]), deny] };
  const { fixes } = policyFixes(decide('s3:GetObject', 'arn:aws:s3:::b/k', policies), directory);
  expect(fixes[0]?.cli).toMatch(/^aws iam create-policy \\/);
  expect(fixes[0]?.cli).toContain('RestrictCopy');
});

describe('a trust policy with what is left of a deleted principal', () => {
  const deleted = 'AROAOLDOLDOLDOLDOLDOL';
  const roleArn = `arn:aws:iam::${account}:role/r`;
  const fixed = (...Statement: readonly object[]) =>
    policyFixes(
      decide('sts:AssumeRole', `arn:aws:iam::${account}:role/target`, {
        identity: [],
        resource: source('trust policy of role target', Statement),
        combining: 'resource-required',
        resourceIsTrustPolicy: true,
      }),
      directory,
    );
  const trust = (Principal: object, more = {}) => ({
    ...{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
    ...more,
  });

  test('gets the new principal in its place', () => {
    const { fixes, proven } = fixed(trust({ AWS: deleted }));
    expect(proven).toBe(true);
    expect(fixes[0]?.text.en).toBe(
      `Replace ${deleted} by ${roleArn} in Principal of statement 1 of trust policy of role target.`,
    );
    expect(fixes[0]?.text.ja).toContain(`の ${deleted} を ${roleArn} に置き換えます`);
    expect(fixes[0]?.cli).toContain(`"Principal":{"AWS":"${roleArn}"}`);
    expect(fixes[0]?.cli).not.toContain(deleted);
  });

  test('is written without it where another statement is added', () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const [fix] = fixed(trust({ AWS: [deleted, account] }, { Condition })).fixes;
    expect(fix?.cli).toContain(`"Principal":{"AWS":"${account}"}`);
    expect(fix?.cli).not.toContain(deleted);
    const alone = fixed(trust({ AWS: deleted }, { Condition })).fixes[0];
    expect(alone?.cli).toContain(`"Principal":{"AWS":"${roleArn}"}`);
    expect(alone?.cli).not.toContain('MultiFactor');
  });
});
