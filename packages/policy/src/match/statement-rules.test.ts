/** The rules of statements and variables, M1 to M8 and V1 to V7. */
import { describe, expect, test } from 'vitest';
import { allow, allows, ask, deny, objectArn, policy, policyOf } from '../examples.contract.ts';

const action = (value: string, requested = 's3:GetObject') =>
  allows(allow({ Action: value }), { action: requested });
const resource = (value: string | string[], requested = objectArn) =>
  allows(allow({ Resource: value }), { resource: requested });

// reference_policies_elements_action.html
test('M1: vendor and name of an action do not mind case; wildcards stand behind the colon', () => {
  expect(action('S3:getOBJECT')).toBe(true);
  expect(action('s3:*Obj?ct')).toBe(true);
  expect(action('*')).toBe(true);
  expect(action('s3:')).toBe(false);
  expect(action('s3: ')).toBe(false);
  expect(action('s3:Get')).toBe(false);
});

test('M1: a wildcard before the colon is undocumented: it allows nothing and denies', () => {
  expect(action('s*:GetObject')).toBe(false);
  const denying = policy(deny({ Action: 's*:GetObject' }));
  expect(ask({ identity: [policy(allow()), denying] }).outcome).toBe('explicitDeny');
});

test('T32: letters beyond ASCII are never folded into an action', () => {
  expect(action('\u212Ams:Decrypt', 'kms:Decrypt')).toBe(false);
  expect(action('\u017F3:GetObject')).toBe(false);
});

// reference_policies_elements_notaction.html, …_notresource.html
test('M2: NotAction and NotResource match when no value does', () => {
  const { Action: _action, ...rest } = allow();
  expect(allows({ ...rest, NotAction: ['iam:*', 'ec2:*'] })).toBe(true);
  expect(allows({ ...rest, NotAction: ['iam:*', 's3:*'] })).toBe(false);
  const { Resource: _resource, ...other } = allow();
  expect(allows({ ...other, NotResource: ['arn:aws:s3:::x'] })).toBe(true);
  expect(allows({ ...other, NotResource: ['arn:aws:s3:::x', 'arn:aws:s3:::amzn*'] })).toBe(false);
});

// reference_policies_elements_resource.html
test('M3: wildcards cross / and : in the sixth field and no field before it', () => {
  expect(resource('arn:aws:s3:::amzn*')).toBe(true);
  expect(resource('arn:aws:s3:::*key')).toBe(true);
  expect(resource('arn:aws:*amzn-s3-demo-bucket/key')).toBe(false);
  expect(resource('arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:us-east-1:1:log-group:a:b')).toBe(
    true,
  );
});

test('M4: the sixth field minds case; of the others AWS does not say', () => {
  expect(resource('arn:aws:s3:::Amzn-s3-demo-bucket/key')).toBe(false);
  expect(resource('arn:aws:S3:::amzn-s3-demo-bucket/key')).toBe(false);
  const denying = policy(deny({ Resource: 'arn:aws:S3:::amzn-s3-demo-bucket/key' }));
  expect(ask({ identity: [policy(allow()), denying] }).outcome).toBe('explicitDeny');
});

test('M5: a call without a resource is matched by * only', () => {
  const request = { action: 'ec2:DescribeInstances', resource: '*', wildcardOnlyAction: true };
  const describes = (value: string) =>
    allows(allow({ Action: 'ec2:Describe*', Resource: value }), request);
  expect(describes('*')).toBe(true);
  expect(describes('arn:aws:ec2:*:*:instance/*')).toBe(false);
  expect(describes('arn:aws:ec2:us-east-1:111122223333:*')).toBe(false);
  const list = { action: 's3:ListAllMyBuckets', resource: '*', wildcardOnlyAction: true };
  expect(allows(allow({ Action: 's3:*', Resource: 'arn:aws:s3:::*' }), list)).toBe(true);
  expect(allows(allow({ Action: 's3:*', Resource: 'arn:aws:s3:::b' }), list)).toBe(false);
});

test('M6: what a short ARN lacks depends on the type of policy', () => {
  const short = (value: string) => policy(allow({ Action: '*', Resource: value, Principal: '*' }));
  const { Principal: _principal, ...plain } = { ...allow({ Action: '*' }), Principal: '*' };
  expect(resource('arn:aws:s3')).toBe(true);
  expect(resource('arn:aws:sqs')).toBe(false);
  expect(ask({ resource: short('arn:aws:s3') }).outcome).toBe('implicitDeny');
  expect(ask({ resource: short('arn:aws:s3:*') }).outcome).toBe('allow');
  const scp = (value: string) =>
    ask({
      identity: [policy(allow())],
      serviceControl: [[policy({ ...plain, Resource: value })]],
    }).outcome;
  expect(scp('arn:aws:s3:*')).toBe('allow');
  expect(scp('arn:*:s3')).toBe('implicitDeny');
});

test('M6: a short ARN spares nothing from a Deny', () => {
  const { Resource: _resource, ...bare } = allow();
  const spared = (NotResource: string) =>
    ask({ identity: [policy(allow(), { ...bare, Effect: 'Deny', NotResource })] }).outcome;
  expect(spared('?*?*?*')).toBe('explicitDeny');
  expect(spared('arn:aws:s3')).toBe('explicitDeny');
  expect(spared('*')).toBe('allow');
  const others = ask({ identity: [policy({ ...bare, NotResource: 'arn:aws:s3' })] });
  expect(others.outcome).toBe('implicitDeny');
});

test('M7: variables stand only behind the fifth colon', () => {
  const context = [['aws:PrincipalAccount', '111122223333']] as const;
  const request = { context, resource: 'arn:aws:sqs:us-east-1:111122223333:q', action: 'sqs:Send' };
  const value = 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q';
  expect(allows(allow({ Action: 'sqs:*', Resource: value }), request)).toBe(false);
});

test('M8: the policy of a resource may leave Resource out, an identity-based one may not', () => {
  const { Resource: _resource, ...bare } = allow();
  expect(ask({ resource: policy({ ...bare, Principal: '*' }) }).outcome).toBe('allow');
  expect(ask({ identity: [policy(bare)] }).outcome).toBe('implicitDeny');
});

// reference_policies_variables.html
describe('variables', () => {
  const home = 'arn:aws:s3:::b/${aws:username}/*';
  const context = [['aws:username', 'alice']] as const;
  const read = (
    value: string,
    requested: string,
    entries: Parameters<typeof ask>[1] = { context },
  ) => allows(allow({ Resource: value }), { resource: requested, ...entries });

  test('V1: exist only in version 2012-10-17', () => {
    const old = policyOf({ Version: '2008-10-17', Statement: [allow({ Resource: home })] });
    const request = { context, resource: 'arn:aws:s3:::b/alice/f' };
    expect(ask({ identity: [old] }, request).outcome).toBe('implicitDeny');
    expect(read(home, 'arn:aws:s3:::b/alice/f')).toBe(true);
  });

  test('V2: may have a default; the key does not mind case and must be single-valued', () => {
    const value = "arn:aws:s3:::b/${AWS:PrincipalTag/team, 'common}'}/*";
    expect(read(value, 'arn:aws:s3:::b/common}/f')).toBe(true);
    const blue = { context: [['aws:PrincipalTag/team', 'blue']] as const };
    expect(read(value, 'arn:aws:s3:::b/blue/f', blue)).toBe(true);
    const several = { context: [['aws:PrincipalTag/team', ['blue']]] as const };
    expect(read(value, 'arn:aws:s3:::b/blue/f', several)).toBe(false);
    expect(read(value, 'arn:aws:s3:::b/common}/f', several)).toBe(false);
  });

  test('V3: write *, ? and $ that mean themselves', () => {
    expect(read('arn:aws:s3:::b/${*}${?}${$}', 'arn:aws:s3:::b/*?$')).toBe(true);
    expect(read('arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/abc')).toBe(false);
    const condition = { StringEquals: { 's3:prefix': '${*}' } };
    const request = { context: [['s3:prefix', '*']] as const };
    expect(allows(allow({ Condition: condition }), request)).toBe(true);
  });

  test('V4: without a value match nothing, and under a negated operator everything', () => {
    const none = { context: [['s3:prefix', 'x']] as const };
    expect(read(home, 'arn:aws:s3:::b/alice/f', none)).toBe(false);
    const positive = { StringLike: { 's3:prefix': '${aws:username}*' } };
    const negated = { StringNotLike: { 's3:prefix': '${aws:username}*' } };
    expect(allows(allow({ Condition: positive }), none)).toBe(false);
    expect(allows(allow({ Condition: negated }), none)).toBe(true);
  });

  test('V4: without a value under NotResource allow nothing and deny', () => {
    const { Resource: _resource, ...rest } = allow();
    const { Resource: _other, ...denying } = deny();
    expect(allows({ ...rest, NotResource: home })).toBe(false);
    const identity = [policy(allow()), policy({ ...denying, NotResource: home })];
    expect(ask({ identity }).outcome).toBe('explicitDeny');
  });

  test('V5: put in literal text, wildcards and colons included', () => {
    const star = { context: [['aws:username', '*']] as const };
    expect(read(home, 'arn:aws:s3:::b/alice/f', star)).toBe(false);
    expect(read(home, 'arn:aws:s3:::b/*/f', star)).toBe(true);
    const condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:${aws:username}' } };
    const colon = {
      context: [
        ['aws:username', 'a:b'],
        ['aws:SourceArn', 'arn:aws:sns:r:1:a:b'],
      ] as const,
    };
    expect(allows(allow({ Condition: condition }), colon)).toBe(true);
  });

  test('V6: are replaced in String and Arn operators only', () => {
    const context = [
      ['aws:username', '5'],
      ['k', '5'],
    ] as const;
    const holds = (operator: string) =>
      allows(allow({ Condition: { [operator]: { k: '${aws:username}' } } }), { context });
    expect(['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'].map(holds)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['NumericEquals', 'DateEquals', 'Bool'].map(holds)).toEqual([false, false, false]);
  });

  test('V7: aws:username is absent for roles, so that it matches nothing', () => {
    expect(read(home, 'arn:aws:s3:::b//f', { context: [] })).toBe(false);
  });

  test('that are not well formed match nothing', () => {
    for (const value of ['${', '${}', '${aws:username', '${a, b}', "${a,'x}", '${{a}}']) {
      expect(read(`arn:aws:s3:::b/${value}`, `arn:aws:s3:::b/${value}`)).toBe(false);
    }
  });
});
