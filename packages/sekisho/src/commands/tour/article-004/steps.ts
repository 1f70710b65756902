/** The steps of article 004: image, execution role, tasks with secrets, a pull through a VPC endpoint. */
import { stepOf as step } from '../article-step.ts';
import { json, nothing, text } from '../expectation.ts';
import { type Step, type Text, words } from '../step.ts';
import { executionPolicy, secretsCorrected, trustPolicy } from './documents.ts';
import { privateNetwork } from './private-network.ts';
import { image, logged, register, roleArn, runs, runTask, start, stop } from './tasks.ts';

const repository = '--repository-name article-app';

/** The calls of the API behind a push, so that no container engine is needed. */
function upload(file: string, bytes: number, digest: string, fact: string): readonly Step[] {
  const part = `--part-first-byte 0 --part-last-byte ${bytes - 1}`;
  const title: Text = { en: `Upload ${file}`, ja: `${file} をアップロード` };
  return [
    step('004-0', 'precondition', title, `aws ecr initiate-layer-upload ${repository}`, {
      learns: { [fact]: ['uploadId'] },
    }),
    step(
      '004-0',
      'precondition',
      title,
      `aws ecr upload-layer-part ${repository} --upload-id <${fact}> ${part} --layer-part-blob fileb://${file}`,
    ),
    step(
      '004-0',
      'precondition',
      title,
      `aws ecr complete-layer-upload ${repository} --upload-id <${fact}> --layer-digests ${digest}`,
      { expectation: json({ layerDigest: digest }) },
    ),
  ];
}

const preconditions: readonly Step[] = [
  step(
    '004-0',
    'precondition',
    { en: 'Who am I? (the account id)', ja: '自分は誰か(アカウント ID の確認)' },
    'aws sts get-caller-identity',
    { learns: { account: ['Account'] } },
  ),
  step(
    '004-0',
    'precondition',
    { en: 'Create the repository article-app', ja: 'リポジトリ article-app を作成' },
    `aws ecr create-repository ${repository}`,
    { undo: [words(`aws ecr delete-repository ${repository} --force`)] },
  ),
  ...upload(
    'layer.tar',
    1024,
    'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    'layerUpload',
  ),
  ...upload(
    'image-config.json',
    164,
    'sha256:ea8c5e05bbd72dc486110f21d5f888a8d34c30e7d9ca46ed3f603dce2f41a167',
    'configUpload',
  ),
  step(
    '004-0',
    'precondition',
    { en: 'Put the image together', ja: 'イメージを登録' },
    `aws ecr put-image ${repository} --image-tag latest --image-manifest file://image-manifest.json`,
  ),
  step(
    '004-0',
    'precondition',
    { en: 'Create the cluster article', ja: 'クラスター article を作成' },
    'aws ecs create-cluster --cluster-name article',
    { undo: [words('aws ecs delete-cluster --cluster article')] },
  ),
  step(
    '004-0',
    'precondition',
    { en: 'Create the log group /ecs/article', ja: 'ロググループ /ecs/article を作成' },
    'aws logs create-log-group --log-group-name /ecs/article',
    {
      expectation: nothing,
      undo: [words('aws logs delete-log-group --log-group-name /ecs/article')],
    },
  ),
  step(
    '004-0',
    'precondition',
    { en: 'Look up a subnet', ja: 'サブネットを確認' },
    'aws ec2 describe-subnets --filters Name=default-for-az,Values=true',
    { learns: { subnet: ['Subnets', 0, 'SubnetId'] } },
  ),
];

const role = '--role-name ecsTaskExecutionRole';
const managedPolicy = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

const executionRole: readonly Step[] = [
  step(
    '004-1',
    'article',
    { en: 'The managed policy has the six actions', ja: '管理ポリシーに 6 つのアクションがある' },
    `aws iam get-policy-version --policy-arn ${managedPolicy} --version-id v1`,
    { expectation: json({ PolicyVersion: { Document: JSON.parse(executionPolicy) } }) },
  ),
  step(
    '004-4',
    'article',
    {
      en: 'Create the role ecsTaskExecutionRole with its trust policy',
      ja: '信頼ポリシーを指定してロール ecsTaskExecutionRole を作成',
    },
    `aws iam create-role ${role} --assume-role-policy-document file://ecs-tasks-trust-policy.json`,
    {
      expectation: json({
        Role: {
          Arn: roleArn('ecsTaskExecutionRole'),
          AssumeRolePolicyDocument: JSON.parse(trustPolicy),
        },
      }),
      undo: [words(`aws iam delete-role ${role}`)],
    },
  ),
  step(
    '004-4',
    'article',
    { en: 'Attach the managed policy', ja: '管理ポリシーをアタッチ' },
    `aws iam attach-role-policy ${role} --policy-arn ${managedPolicy}`,
    {
      expectation: nothing,
      undo: [words(`aws iam detach-role-policy ${role} --policy-arn ${managedPolicy}`)],
    },
  ),
  step(
    '004-2',
    'article',
    {
      en: 'Permissions: the policy is attached',
      ja: '[アクセス許可]: ポリシーがアタッチされている',
    },
    `aws iam list-attached-role-policies ${role}`,
    { expectation: json({ AttachedPolicies: [{ PolicyArn: managedPolicy }] }) },
  ),
  step(
    '004-2',
    'article',
    {
      en: 'Trust relationships: the policy is the article’s',
      ja: '[信頼関係]: ポリシーが記事と一致する',
    },
    `aws iam get-role ${role}`,
    { expectation: json({ Role: { AssumeRolePolicyDocument: JSON.parse(trustPolicy) } }) },
  ),
];

const pulling: readonly Step[] = [
  register({
    id: '004-4',
    part: 'addition',
    title: { en: 'A task definition with that role', ja: 'そのロールを使うタスク定義を登録' },
    family: 'app',
    container: { image, ...logged('/ecs/article') },
  }),
  start('004-4', 'addition', { en: 'Run a task', ja: 'タスクを実行' }, runTask('app')),
  runs('004-4', 'addition', {
    en: 'Its image was pulled with the role; it runs',
    ja: 'ロールでイメージがプルされ、実行中になる',
  }),
  step(
    '004-8',
    'addition',
    { en: 'The role has created its log stream', ja: 'ロールがログストリームを作成している' },
    'aws logs describe-log-streams --log-group-name /ecs/article',
    { expectation: text('article/main/') },
  ),
  stop('004-4', 'addition'),
];

const inlinePolicy = (name: string): readonly string[] =>
  words(`aws iam delete-role-policy ${role} --policy-name ${name}`);

const secrets: readonly Step[] = [
  step(
    '004-6',
    'precondition',
    { en: 'Create a key of one’s own', ja: 'カスタムの KMS キーを作成' },
    'aws kms create-key',
    {
      learns: { key: ['KeyMetadata', 'KeyId'] },
      undo: [words('aws kms schedule-key-deletion --key-id <key> --pending-window-in-days 7')],
    },
  ),
  step(
    '004-6',
    'precondition',
    { en: 'Create a secret under that key', ja: 'そのキーでシークレットを作成' },
    'aws secretsmanager create-secret --name article-database --kms-key-id <key> --secret-string of-secrets-manager',
    {
      learns: { secret: ['ARN'] },
      undo: [
        words(
          'aws secretsmanager delete-secret --secret-id article-database --force-delete-without-recovery',
        ),
      ],
    },
  ),
  step(
    '004-6',
    'precondition',
    { en: 'Put a parameter', ja: 'パラメータを作成' },
    'aws ssm put-parameter --name /article/token --type SecureString --value of-parameter-store',
    { undo: [words('aws ssm delete-parameter --name /article/token')] },
  ),
  step(
    '004-6',
    'article',
    {
      en: 'Give the role the inline policy, corrected (D20, D21)',
      ja: 'ロールにインラインポリシーを追加(修正版: D20、D21)',
    },
    [
      ...words(`aws iam put-role-policy ${role} --policy-name secrets --policy-document`),
      secretsCorrected,
    ],
    { expectation: nothing, undo: [inlinePolicy('secrets')] },
  ),
  register({
    id: '004-6',
    part: 'article',
    title: {
      en: 'A task definition with both secrets',
      ja: '両方のシークレットを使うタスク定義を登録',
    },
    family: 'secrets',
    container: {
      image,
      secrets: [
        { name: 'TOKEN', valueFrom: '/article/token' },
        { name: 'DATABASE', valueFrom: '<secret>' },
      ],
    },
  }),
];

const withSecrets: readonly Step[] = [
  start('004-6', 'article', { en: 'Run it', ja: '実行' }, runTask('secrets')),
  runs('004-6', 'article', {
    en: 'Both secrets were read with the role; it runs',
    ja: 'ロールで両方のシークレットが取得され、実行中になる',
  }),
  stop('004-6', 'addition'),
];

const throughEndpoint: readonly Step[] = [
  start(
    '004-7',
    'article',
    { en: 'Run a task in that VPC with that role', ja: 'その VPC でそのロールのタスクを実行' },
    runTask('app', 'article-vpc', 'privateSubnet'),
  ),
  runs('004-7', 'article', {
    en: 'Its image came through the endpoint',
    ja: 'エンドポイント経由でイメージがプルされる',
  }),
  stop('004-7', 'article'),
];

/** Everything that the refusals need. */
export const foundation004: readonly Step[] = [
  ...preconditions,
  ...executionRole,
  ...pulling.slice(0, 1),
  ...secrets,
  ...privateNetwork,
];

/** The whole article. */
export const steps004: readonly Step[] = [
  ...preconditions,
  ...executionRole,
  ...pulling,
  ...secrets,
  ...withSecrets,
  ...privateNetwork,
  ...throughEndpoint,
];

/** Names that must be free. */
export const taken004 = [
  ...['ecsTaskExecutionRole', 'article-vpc'].map((name) => ({
    what: `role ${name}`,
    args: words(`aws iam get-role --role-name ${name}`),
  })),
  { what: 'cluster article', args: words('aws ecs list-tasks --cluster article') },
  {
    what: 'repository article-app',
    args: words('aws ecr list-images --repository-name article-app'),
  },
  {
    what: 'log group /ecs/article',
    args: words('aws logs describe-log-streams --log-group-name /ecs/article'),
  },
  {
    what: 'secret article-database',
    args: words('aws secretsmanager describe-secret --secret-id article-database'),
  },
  { what: 'parameter /article/token', args: words('aws ssm get-parameter --name /article/token') },
] as const;
