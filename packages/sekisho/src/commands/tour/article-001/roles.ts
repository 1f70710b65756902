/** Article 001's first half: a role that a user assumes, and the trust policy for EC2. */
import { json, nothing } from '../expectation.ts';
import { type Step, words } from '../step.ts';
import { assume, precondition, session, step, user } from './step-forms.ts';

const readOnly = '--role-name Test1 --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

/** The account, the user, and a bucket to be listed. */
export const preconditions: readonly Step[] = [
  precondition(
    '001-0',
    { en: 'Who am I? (the account id)', ja: '自分は誰か(アカウント ID の確認)' },
    'aws sts get-caller-identity',
    { learns: { account: ['Account'] } },
  ),
  precondition(
    '001-0',
    { en: 'Create the user user-name', ja: 'ユーザー user-name を作成' },
    'aws iam create-user --user-name user-name',
    { undo: [words('aws iam delete-user --user-name user-name')] },
  ),
  precondition(
    '001-0',
    { en: 'Create an access key for it', ja: 'そのアクセスキーを作成' },
    'aws iam create-access-key --user-name user-name',
    {
      learns: {
        userKeyId: ['AccessKey', 'AccessKeyId'],
        userSecret: ['AccessKey', 'SecretAccessKey'],
      },
      undo: [words('aws iam delete-access-key --user-name user-name --access-key-id <userKeyId>')],
    },
  ),
  precondition(
    '001-0',
    { en: 'Create a bucket', ja: 'バケットを作成' },
    'aws s3 mb s3://article-001-<account>',
    { undo: [words('aws s3 rb s3://article-001-<account> --force')] },
  ),
  precondition(
    '001-0',
    { en: 'Put an object into it', ja: 'オブジェクトを 1 つ置く' },
    'aws s3 cp trust-ec2.json s3://article-001-<account>/trust-ec2.json',
  ),
];

/** A role for a user. */
export const userRole: readonly Step[] = [
  step(
    '001-1',
    {
      en: 'Create a role with the first trust policy, corrected',
      ja: '最初の信頼ポリシー(修正版)でロールを作成',
    },
    'aws iam create-role --role-name Test1 --assume-role-policy-document file://trust-user.json',
    {
      expectation: json({
        Role: {
          AssumeRolePolicyDocument: {
            Statement: [{ Principal: { AWS: 'arn:aws:iam::<account>:user/user-name' } }],
          },
        },
      }),
      undo: [words('aws iam delete-role --role-name Test1')],
    },
  ),
  step(
    '001-1',
    {
      en: 'Attach a permissions policy to it',
      ja: 'アクセス権限ポリシーをロールにアタッチ',
    },
    `aws iam attach-role-policy ${readOnly}`,
    { expectation: nothing, undo: [words(`aws iam detach-role-policy ${readOnly}`)] },
  ),
  step('001-2', { en: 'Assume the role', ja: 'ロールを引き受ける' }, '', {
    ...assume('Test1', 'session'),
    by: user,
    expectation: json({
      AssumedRoleUser: { Arn: 'arn:aws:sts::<account>:assumed-role/Test1/work' },
    }),
  }),
  step(
    '001-2',
    { en: 'Use its permissions', ja: 'ロールの権限で操作' },
    'aws s3 ls s3://article-001-<account>',
    { by: session },
  ),
  step(
    '001-3',
    {
      en: 'Create a role that EC2 may assume',
      ja: 'EC2 が引き受けられるロールを作成',
    },
    'aws iam create-role --role-name Test2 --assume-role-policy-document file://trust-ec2.json',
    {
      expectation: json({
        Role: {
          AssumeRolePolicyDocument: {
            Statement: [{ Principal: { Service: 'ec2.amazonaws.com' } }],
          },
        },
      }),
      undo: [words('aws iam delete-role --role-name Test2')],
    },
  ),
];
