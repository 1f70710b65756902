/** The refusals of article 004: tasks that do not start, in ECS's words, and what would start them. */
import { nothing } from '../expectation.ts';
import { because, by, outside, setUp, type Title } from '../refusal.ts';
import { type Principal, type Step, words } from '../step.ts';
import {
  boundaryWithoutPull,
  deployerPolicy,
  secretsAsWritten,
  secretsWithoutKey,
  trustOfInstances,
  vpcPolicyWithToken,
} from './documents.ts';
import { logged, register, roleArn, runTask, start, stopped } from './tasks.ts';

const role = '--role-name ecsTaskExecutionRole';
const managedPolicy = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const run = (id: string, args: readonly string[]): Step =>
  start(id, 'set-up', { en: 'Run a task', ja: 'タスクを実行' }, args);

function rolePolicy(id: string, title: Title, document: string, name = 'secrets'): Step {
  const target = `${role} --policy-name ${name}`;
  return setUp(
    id,
    title,
    [...words(`aws iam put-role-policy ${target} --policy-document`), document],
    { expectation: nothing },
  );
}

const noToken = 'unable to retrieve ecr registry auth';
const forbidden = ['CannotPullContainerError', '/v2/article-app/manifests/latest: 403 Forbidden'];

const roles: readonly Step[] = [
  outside({
    id: '004-1',
    title: { en: 'The managed policy without its path', ja: 'パスのない管理ポリシー ARN' },
    args: words(
      `aws iam attach-role-policy ${role} --policy-arn arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy`,
    ),
    says: ['(NoSuchEntity)', 'does not exist or is not attachable.'],
    fix: {
      en: `Its ARN has the path service-role/: ${managedPolicy}`,
      ja: `ARN にパス service-role/ が必要: ${managedPolicy}`,
    },
  }),
  setUp(
    '004-2',
    { en: 'A role that trusts ec2.amazonaws.com', ja: 'ec2.amazonaws.com を信頼するロール' },
    [
      ...words('aws iam create-role --role-name article-other --assume-role-policy-document'),
      trustOfInstances,
    ],
    { undo: [words('aws iam delete-role --role-name article-other')] },
  ),
  outside({
    id: '004-2',
    title: { en: 'Run a task with it', ja: 'そのロールでタスクを実行' },
    args: runTask('app', 'article-other'),
    says: [
      `ECS was unable to assume the role '${roleArn('article-other')}' that was provided for this task.`,
    ],
    deniedAction: 'sts:AssumeRole',
    fix: {
      en: 'aws iam update-assume-role-policy with ecs-tasks-trust-policy.json',
      ja: 'aws iam update-assume-role-policy で ecs-tasks-trust-policy.json にする',
    },
  }),
  setUp(
    '004-4',
    {
      en: 'Correct its trust policy; it has no permissions yet',
      ja: '信頼ポリシーを直す。アクセス許可はまだない',
    },
    words(
      'aws iam update-assume-role-policy --role-name article-other --policy-document file://ecs-tasks-trust-policy.json',
    ),
  ),
  run('004-4', runTask('app', 'article-other')),
  stopped({
    id: '004-4',
    title: { en: 'A role without permissions', ja: 'アクセス許可のないロール' },
    says: ['ResourceInitializationError', noToken, because('ecr:GetAuthorizationToken')],
    deniedAction: 'ecr:GetAuthorizationToken',
    fix: {
      en: 'Attach AmazonECSTaskExecutionRolePolicy to the role',
      ja: 'ロールに AmazonECSTaskExecutionRolePolicy をアタッチする',
    },
  }),
  setUp(
    '004-3',
    { en: 'A boundary without the pull', ja: 'プルを含まないアクセス許可の境界' },
    [
      ...words('aws iam create-policy --policy-name article-boundary --policy-document'),
      boundaryWithoutPull,
    ],
    {
      undo: [
        words('aws iam delete-policy --policy-arn arn:aws:iam::<account>:policy/article-boundary'),
      ],
    },
  ),
  setUp(
    '004-3',
    { en: 'Set it on ecsTaskExecutionRole', ja: 'ecsTaskExecutionRole に設定' },
    words(
      `aws iam put-role-permissions-boundary ${role} --permissions-boundary arn:aws:iam::<account>:policy/article-boundary`,
    ),
    { undo: [words(`aws iam delete-role-permissions-boundary ${role}`)] },
  ),
  run('004-3', runTask('app')),
  stopped({
    id: '004-3',
    title: { en: 'A pull beyond the permissions boundary', ja: 'アクセス許可の境界を越えるプル' },
    says: forbidden,
    deniedAction: 'ecr:BatchGetImage',
    fix: {
      en: 'Create the role without a boundary, or allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer in it',
      ja: '境界なしでロールを作成するか、境界で ecr:BatchGetImage と ecr:GetDownloadUrlForLayer を許可する',
    },
  }),
  setUp(
    '004-3',
    { en: 'Take the boundary away', ja: '境界を外す' },
    words(`aws iam delete-role-permissions-boundary ${role}`),
  ),
];

const secretRefusals: readonly Step[] = [
  rolePolicy(
    '004-6',
    { en: 'The article’s policy as written', ja: '記事のとおりのポリシー' },
    secretsAsWritten,
  ),
  run('004-6', runTask('secrets')),
  stopped({
    id: '004-6',
    title: {
      en: 'D21: parameters without ssm:GetParameters',
      ja: 'D21: ssm:GetParameters なしのパラメータ',
    },
    says: [
      'ResourceInitializationError',
      'unable to retrieve secrets from ssm',
      because('ssm:GetParameters'),
    ],
    deniedAction: 'ssm:GetParameters',
    fix: {
      en: 'Allow ssm:GetParameters on arn:aws:ssm:…:parameter/article/token: the text says so, the sample forgets it',
      ja: 'arn:aws:ssm:…:parameter/article/token への ssm:GetParameters を許可する。本文にあるが例から抜けている',
    },
  }),
  register({
    id: '004-5',
    part: 'set-up',
    title: {
      en: 'A task with a private registry’s credentials',
      ja: 'プライベートレジストリの認証を使うタスク',
    },
    family: 'private',
    container: {
      image: 'registry.example.com/team/app:1',
      repositoryCredentials: { credentialsParameter: '<secret>' },
    },
  }),
  run('004-5', runTask('private')),
  stopped({
    id: '004-5',
    title: {
      en: 'D20: secret:article-database is not the secret’s ARN',
      ja: 'D20: secret:article-database はシークレットの ARN ではない',
    },
    says: [
      'unable to get registry auth from asm',
      'is not authorized to perform: secretsmanager:GetSecretValue on resource: <secret> because no identity-based policy allows',
    ],
    deniedAction: 'secretsmanager:GetSecretValue',
    fix: {
      en: 'secret:article-database-??????: the ARN ends in six characters of AWS’s',
      ja: 'secret:article-database-?????? とする。ARN の末尾には AWS が付ける 6 文字がある',
    },
  }),
  rolePolicy(
    '004-5',
    { en: 'The right ARN, but no kms:Decrypt', ja: '正しい ARN。ただし kms:Decrypt がない' },
    secretsWithoutKey,
  ),
  run('004-5', runTask('private')),
  stopped({
    id: '004-5',
    title: { en: 'A key of one’s own without kms:Decrypt', ja: 'kms:Decrypt なしのカスタムキー' },
    says: ['unable to get registry auth from asm', 'Access to KMS is not allowed'],
    deniedAction: 'kms:Decrypt',
    fix: {
      en: 'Allow kms:Decrypt on the key’s ARN; with the key aws/secretsmanager it is not needed',
      ja: 'キーの ARN への kms:Decrypt を許可する。aws/secretsmanager のキーなら不要',
    },
  }),
];

const further: readonly Step[] = [
  register({
    id: '004-8',
    part: 'set-up',
    title: { en: 'A task with awslogs-create-group', ja: 'awslogs-create-group を使うタスク' },
    family: 'logs',
    container: {
      image: 'busybox',
      ...logged('/ecs/article-new', { 'awslogs-create-group': 'true' }),
    },
  }),
  run('004-8', runTask('logs')),
  stopped({
    id: '004-8',
    title: {
      en: 'D22: a log group without logs:CreateLogGroup',
      ja: 'D22: logs:CreateLogGroup なしのロググループ作成',
    },
    says: [
      'ResourceInitializationError: failed to validate logger args',
      'failed to create Cloudwatch log group',
      because('logs:CreateLogGroup'),
    ],
    deniedAction: 'logs:CreateLogGroup',
    fix: {
      en: 'An inline policy with logs:CreateLogGroup (create-log-group.json): the managed policy lacks it',
      ja: 'logs:CreateLogGroup のインラインポリシーを追加(create-log-group.json)。管理ポリシーには含まれない',
    },
  }),
  run('004-7', runTask('app', 'article-vpc')),
  stopped({
    id: '004-7',
    title: { en: 'The pull from outside the VPC', ja: 'VPC の外からのプル' },
    says: forbidden,
    deniedAction: 'ecr:BatchGetImage',
    fix: {
      en: 'Run the task in a subnet of the VPC; both keys must hold at once (D23)',
      ja: 'その VPC のサブネットで実行する。2 つのキーは両方とも一致が必要(D23)',
    },
  }),
  setUp(
    '004-7',
    {
      en: 'The same condition on ecr:GetAuthorizationToken',
      ja: 'ecr:GetAuthorizationToken にも同じ条件',
    },
    [
      ...words(
        'aws iam put-role-policy --role-name article-vpc --policy-name vpc --policy-document',
      ),
      vpcPolicyWithToken,
    ],
  ),
  run('004-7', runTask('app', 'article-vpc', 'privateSubnet')),
  stopped({
    id: '004-7',
    title: {
      en: 'The registry token, even in the VPC',
      ja: 'VPC の中でもレジストリのトークンは取れない',
    },
    says: [noToken, because('ecr:GetAuthorizationToken')],
    deniedAction: 'ecr:GetAuthorizationToken',
    fix: {
      en: 'No condition on ecr:GetAuthorizationToken: Fargate asks for the token over a network of its own',
      ja: 'ecr:GetAuthorizationToken に条件を付けない。Fargate は自身のネットワークからトークンを取得する',
    },
  }),
];

const deployer: Principal = {
  key: 'deployer',
  name: { en: 'the user article-deployer', ja: 'ユーザー article-deployer' },
};
const user = '--user-name article-deployer';

const passing: readonly Step[] = [
  setUp(
    '004-10',
    { en: 'A user who may pass ecsTaskExecutionRole', ja: 'ecsTaskExecutionRole を渡せるユーザー' },
    words(`aws iam create-user ${user}`),
    { undo: [words(`aws iam delete-user ${user}`)] },
  ),
  setUp(
    '004-10',
    { en: 'Its policy', ja: 'そのポリシー' },
    [
      ...words(`aws iam put-user-policy ${user} --policy-name run --policy-document`),
      deployerPolicy,
    ],
    { undo: [words(`aws iam delete-user-policy ${user} --policy-name run`)] },
  ),
  setUp(
    '004-10',
    { en: 'Its access key', ja: 'そのアクセスキー' },
    words(`aws iam create-access-key ${user}`),
    {
      learns: {
        deployerKeyId: ['AccessKey', 'AccessKeyId'],
        deployerSecret: ['AccessKey', 'SecretAccessKey'],
      },
      undo: [words(`aws iam delete-access-key ${user} --access-key-id <deployerKeyId>`)],
    },
  ),
  by(deployer, {
    id: '004-10',
    title: { en: 'A task with another execution role', ja: '別の実行ロールでタスクを実行' },
    args: runTask('app', 'article-vpc'),
    says: [
      '(AccessDeniedException)',
      `is not authorized to perform: iam:PassRole on resource: ${roleArn('article-vpc')}`,
      because('iam:PassRole'),
    ],
    deniedAction: 'iam:PassRole',
    fix: {
      en: 'Allow iam:PassRole on that role too, with iam:PassedToService = ecs-tasks.amazonaws.com',
      ja: 'そのロールにも iam:PassRole を許可する(条件 iam:PassedToService = ecs-tasks.amazonaws.com)',
    },
  }),
];

/** All of them, in an order in which each has what it needs. */
export const refusals004: readonly Step[] = [...roles, ...secretRefusals, ...further, ...passing];

/** Further names that must be free. */
export const takenByRefusals004 = [
  { what: 'role article-other', args: words('aws iam get-role --role-name article-other') },
  {
    what: 'policy article-boundary',
    args: words('aws iam get-policy --policy-arn arn:aws:iam::<account>:policy/article-boundary'),
  },
  { what: 'user article-deployer', args: words('aws iam get-user --user-name article-deployer') },
] as const;
