/** Tests of the explanation's words, and of the positions that they name. */
import { describe, expect, test } from 'vitest';
import type { TracedDecision } from '../authorize/authorize.ts';
import { allow, ask, deny, policy, root } from '../examples.contract.ts';
import { partingOffset } from './parting.ts';
import { explain } from './trace-text.ts';
import { explanationWords } from './words.ts';

const nothing = policy(allow({ Action: 'ec2:*' }));
const english = (decision: TracedDecision) => explain(decision, { language: 'en' }).join('\n');

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
    expect(text).toContain('; they part at character 34');
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

  test('004-7: two keys of a condition are nearer than another action of the service', () => {
    const StringEquals = { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-1' };
    const identity = [
      policy(
        allow({ Sid: 'Far', Action: 's3:PutObject' }),
        allow({ Sid: 'Near', Condition: { StringEquals } }),
      ),
    ];
    const text = english(ask({ identity }));
    expect(text).toContain('statement 2 (Sid "Near") of the policy');
    expect(text).toContain('aws:SourceVpce');
    expect(text).toContain('aws:SourceVpc ');
    expect(text).not.toContain('Far');
  });

  test('say it once, and only what helps', () => {
    const Condition = { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2'] } };
    const identity = [policy(allow({ Condition }))];
    expect(english(ask({ identity }))).not.toContain('the request does not have it');
    const context = [['aws:RequestedRegion', 'us-east-2']] as const;
    const text = english(ask({ identity }, { context }));
    expect(text).toContain('nearest is "us-east-1", which parts at character 9');
    const other = [['aws:RequestedRegion', 'eu-west-1']] as const;
    expect(english(ask({ identity }, { context: other }))).not.toContain('parts at');
  });

  test('say that NotAction excepts the request', () => {
    const all = { Effect: 'Allow', NotAction: ['s3:*', 'iam:*'], Resource: '*' };
    const decision = ask({ identity: [policy(all)] });
    expect(english(decision)).toContain(
      'NotAction names the request, which is therefore excepted: the policy has "s3:*", "iam:*"',
    );
    expect(explain(decision, { language: 'ja' }).join('\n')).toContain(
      'NotAction に含まれるため、ステートメントの対象外です',
    );
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

  test('tell the condition of each Deny under it', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const identity = [policy(allow(), deny({ Sid: 'Tls', Condition }), deny({ Sid: 'Never' }))];
    const text = english(ask({ identity }, { context: [['aws:SecureTransport', 'false']] }));
    expect(text).toMatch(/Sid "Tls".*\n {4}Condition Bool.*\n {2}.*Sid "Never".*\nThe smallest/);
    expect(text).toContain('both are needed');
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

  test.each([
    ['inline policy own of user alice', 'ユーザー alice のインラインポリシー own'],
    ['trust policy of role R', 'ロール R の信頼ポリシー'],
    ['bucket policy of b', 'バケット b のバケットポリシー'],
    ['key policy of K', 'キー K のキーポリシー'],
    ['key policy of K and its grants', 'キー K のキーポリシーとグラント'],
    ['policy of repository a/b', 'リポジトリ a/b のリポジトリポリシー'],
    ['ReadOnlyAccess', 'ReadOnlyAccess'],
  ])('call the policy %s', (name, japanese) => {
    expect(explanationWords.ja.policyName(name)).toBe(japanese);
    expect(explanationWords.en.policyName(name)).toBe(name);
  });

  test('exist for everything in both languages', () => {
    const { en, ja } = explanationWords;
    const shape = (words: object): unknown =>
      Object.entries(words).map(([name, word]) => [
        name,
        typeof word === 'function' ? word.length : typeof word === 'object' ? shape(word) : '',
      ]);
    expect(shape(ja)).toEqual(shape(en));
    const texts = (words: object): string[] =>
      Object.values(words).flatMap((word) => (typeof word === 'object' ? texts(word) : [word]));
    const plain = texts(ja).filter((word) => typeof word === 'string');
    expect(plain.filter((word) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(word))).toEqual([]);
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
