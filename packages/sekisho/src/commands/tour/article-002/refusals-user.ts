/** Article 002: what a user with too few permissions is refused. */

import { because, by, type Refusal, setUp, type Title } from '../refusal.ts';
import { type Principal, type Step, words } from '../step.ts';
import {
  launchWithoutPassRole,
  launchWithoutTags,
  launchWithPassRoleToTasks,
} from './documents.ts';
import { runInstances } from './steps.ts';

const umemoto: Principal = {
  key: 'user',
  name: { en: 'the user umemoto', ja: 'ユーザー umemoto' },
};
const byUser = (given: Refusal): Step => by(umemoto, given);

function userPolicy(title: Title, document: string, undo?: Step['undo']): Step {
  return setUp(
    '002-10',
    title,
    [
      ...words('aws iam put-user-policy --user-name umemoto --policy-name launch'),
      '--policy-document',
      document,
    ],
    undo === undefined ? {} : { undo },
  );
}

function launchRefused(title: Title, action: string, fix: Title): Step {
  return byUser({
    id: '002-10',
    title,
    args: runInstances(),
    says: [
      '(UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation.',
      because(action),
    ],
    deniedAction: action,
    fix,
  });
}

/** They need the foundation of the article. */
export const userRefusals: readonly Step[] = [
  setUp(
    '002-9',
    { en: 'Create the IAM user umemoto', ja: 'IAM ユーザー umemoto を作成' },
    words('aws iam create-user --user-name umemoto'),
    { undo: [words('aws iam delete-user --user-name umemoto')] },
  ),
  setUp(
    '002-9',
    { en: 'Create an access key for it', ja: 'そのアクセスキーを作成' },
    words('aws iam create-access-key --user-name umemoto'),
    {
      learns: {
        userKeyId: ['AccessKey', 'AccessKeyId'],
        userSecret: ['AccessKey', 'SecretAccessKey'],
      },
      undo: [words('aws iam delete-access-key --user-name umemoto --access-key-id <userKeyId>')],
    },
  ),
  byUser({
    id: '002-9',
    title: { en: 'A bucket without s3:CreateBucket', ja: 's3:CreateBucket なしでバケットを作成' },
    args: words('aws s3 mb s3://ut-wordpress-s3-of-umemoto'),
    says: ['(AccessDenied)', because('s3:CreateBucket')],
    deniedAction: 's3:CreateBucket',
    fix: {
      en: 'Allow the user s3:CreateBucket on arn:aws:s3:::ut-wordpress-s3-of-umemoto',
      ja: 'ユーザーに arn:aws:s3:::ut-wordpress-s3-of-umemoto への s3:CreateBucket を許可する',
    },
  }),
  userPolicy(
    {
      en: 'Allow the user ec2:RunInstances and ec2:CreateTags',
      ja: 'ユーザーに ec2:RunInstances と ec2:CreateTags を許可',
    },
    launchWithoutPassRole,
    [words('aws iam delete-user-policy --user-name umemoto --policy-name launch')],
  ),
  launchRefused(
    { en: 'Launch without iam:PassRole', ja: 'iam:PassRole なしで起動' },
    'iam:PassRole',
    {
      en: "Allow iam:PassRole on the role's ARN, with the condition iam:PassedToService = ec2.amazonaws.com",
      ja: 'ロールの ARN に iam:PassRole を許可する(条件 iam:PassedToService = ec2.amazonaws.com)',
    },
  ),
  userPolicy(
    {
      en: 'Add iam:PassRole, but to ecs-tasks.amazonaws.com',
      ja: 'iam:PassRole を追加。ただし渡す先は ecs-tasks.amazonaws.com',
    },
    launchWithPassRoleToTasks,
  ),
  launchRefused(
    {
      en: 'Launch with iam:PassRole to another service',
      ja: '別のサービスへの iam:PassRole で起動',
    },
    'iam:PassRole',
    {
      en: 'The value of iam:PassedToService has to be ec2.amazonaws.com',
      ja: 'iam:PassedToService の値を ec2.amazonaws.com にする',
    },
  ),
  userPolicy(
    {
      en: 'iam:PassRole to ec2.amazonaws.com, but no ec2:CreateTags',
      ja: 'iam:PassRole は ec2.amazonaws.com へ。ただし ec2:CreateTags がない',
    },
    launchWithoutTags,
  ),
  launchRefused(
    { en: 'Launch with tags without ec2:CreateTags', ja: 'ec2:CreateTags なしでタグを付けて起動' },
    'ec2:CreateTags',
    {
      en: 'Allow ec2:CreateTags, with the condition ec2:CreateAction = RunInstances',
      ja: 'ec2:CreateTags を許可する(条件 ec2:CreateAction = RunInstances)',
    },
  ),
];
