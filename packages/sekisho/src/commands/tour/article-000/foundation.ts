/** The foundation of article 000: user, roles, identity provider, policies, and what is deployed to. */
import { addition, articleStep, type More, undo } from '../article-step.ts';
import { anything, json, nothing } from '../expectation.ts';
import type { Step } from '../step.ts';
import { author, session, tokenStep } from './job.ts';

/** The user signs. */
export const byAuthor: More = { by: author };
const user = '--user-name author';
const userPolicy = '--policy-arn arn:aws:iam::<account>:policy/article-000';

const userSteps: readonly Step[] = [
  articleStep(
    '000-1',
    { en: '§1 Create the user', ja: '1 節 ユーザーを作成' },
    `aws iam create-user ${user}`,
    json({ User: { Arn: 'arn:aws:iam::<account>:user/author' } }),
    { ...addition, ...undo(`aws iam delete-user ${user}`) },
  ),
  articleStep(
    '000-1',
    {
      en: 'Its policy: what the article does, no more',
      ja: 'そのポリシー: 記事の操作に必要な最小限',
    },
    'aws iam create-policy --policy-name article-000 --policy-document file://author-policy.json',
    anything,
    { ...addition, ...undo(`aws iam delete-policy ${userPolicy}`) },
  ),
  articleStep(
    '000-1',
    { en: 'Attach it', ja: 'アタッチ' },
    `aws iam attach-user-policy ${user} ${userPolicy}`,
    nothing,
    { ...addition, ...undo(`aws iam detach-user-policy ${user} ${userPolicy}`) },
  ),
  articleStep(
    '000-1',
    { en: 'Its access key', ja: 'アクセスキーを作成' },
    `aws iam create-access-key ${user}`,
    anything,
    {
      ...addition,
      learns: {
        authorKeyId: ['AccessKey', 'AccessKeyId'],
        authorSecret: ['AccessKey', 'SecretAccessKey'],
      },
      ...undo(`aws iam delete-access-key ${user} --access-key-id <authorKeyId>`),
    },
  ),
  articleStep(
    '000-1',
    { en: 'Who am I?', ja: '自分は誰か' },
    'aws sts get-caller-identity',
    json({ Arn: 'arn:aws:iam::<account>:user/author' }),
    { ...addition, ...byAuthor },
  ),
];

const execution = '--role-name ecsTaskExecutionRole';
/** The managed policy of the execution role. */
export const executionPolicy =
  '--policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const taskTrust = '--assume-role-policy-document file://task-trust-policy.json';

const taskRoles: readonly Step[] = [
  articleStep(
    '000-2',
    {
      en: '§2 Create ecsTaskExecutionRole for ecs-tasks.amazonaws.com',
      ja: '2 節 ecs-tasks.amazonaws.com 用の ecsTaskExecutionRole を作成',
    },
    `aws iam create-role ${execution} ${taskTrust}`,
    json({ Role: { Arn: 'arn:aws:iam::<account>:role/ecsTaskExecutionRole' } }),
    { ...byAuthor, ...undo(`aws iam delete-role ${execution}`) },
  ),
  articleStep(
    '000-2',
    {
      en: 'Attach AmazonECSTaskExecutionRolePolicy',
      ja: 'AmazonECSTaskExecutionRolePolicy をアタッチ',
    },
    `aws iam attach-role-policy ${execution} ${executionPolicy}`,
    nothing,
    { ...byAuthor, ...undo(`aws iam detach-role-policy ${execution} ${executionPolicy}`) },
  ),
  articleStep(
    '000-3',
    { en: 'Create the task role', ja: 'タスクロールを作成' },
    `aws iam create-role --role-name flaskAppTaskRole ${taskTrust}`,
    anything,
    { ...addition, ...byAuthor, ...undo('aws iam delete-role --role-name flaskAppTaskRole') },
  ),
  articleStep(
    '000-3',
    {
      en: 'Register taskdef.json with the ARN of the role',
      ja: 'ロールの ARN を書いた taskdef.json を登録',
    },
    'aws ecs register-task-definition --cli-input-json file://taskdef.json',
    json({
      taskDefinition: { executionRoleArn: 'arn:aws:iam::<account>:role/ecsTaskExecutionRole' },
    }),
    {
      ...byAuthor,
      learns: { firstRevision: ['taskDefinition', 'taskDefinitionArn'] },
      ...undo('aws ecs deregister-task-definition --task-definition <firstRevision>'),
    },
  ),
];

const provider = 'arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com';
const deploy = '--role-name github-deploy';
/** The managed policy of the deploy role. */
export const powerUser = '--policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser';

/** The article's create-open-id-connect-provider. */
export const createProvider = `aws iam create-open-id-connect-provider
  --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com
  --thumbprint-list 6938fd4d98bab03faadb97b34396831e3780aea1`;

const identity: readonly Step[] = [
  articleStep(
    '000-4',
    { en: '§3 The identity provider', ja: '3 節 ID プロバイダを作成' },
    createProvider,
    json({ OpenIDConnectProviderArn: provider }),
    {
      ...byAuthor,
      ...undo(`aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${provider}`),
    },
  ),
  articleStep(
    '000-5',
    {
      en: '§4 The role for the web identity',
      ja: '4 節 ウェブアイデンティティのロールを作成',
    },
    `aws iam create-role ${deploy} --assume-role-policy-document file://trust-policy-as-written.json`,
    json({ Role: { Arn: 'arn:aws:iam::<account>:role/github-deploy' } }),
    { ...byAuthor, ...undo(`aws iam delete-role ${deploy}`) },
  ),
  articleStep(
    '000-5',
    {
      en: 'Attach AmazonEC2ContainerRegistryPowerUser',
      ja: 'AmazonEC2ContainerRegistryPowerUser をアタッチ',
    },
    `aws iam attach-role-policy ${deploy} ${powerUser}`,
    nothing,
    { ...byAuthor, ...undo(`aws iam detach-role-policy ${deploy} ${powerUser}`) },
  ),
  articleStep(
    '000-6',
    { en: '§5 Edit its trust policy', ja: '5 節 信頼ポリシーを編集' },
    `aws iam update-assume-role-policy ${deploy} --policy-document file://trust-policy-as-written.json`,
    nothing,
    byAuthor,
  ),
  articleStep(
    '000-8',
    {
      en: '§6 Its inline policy of seven statements',
      ja: '6 節 7 つのステートメントのインラインポリシー',
    },
    `aws iam put-role-policy ${deploy} --policy-name deploy --policy-document file://deploy-policy-as-written.json`,
    nothing,
    { ...byAuthor, ...undo(`aws iam delete-role-policy ${deploy} --policy-name deploy`) },
  ),
];

/** The service, for update-service. */
export const service = '--cluster portfolio --service flask';
/** The repository. */
export const repository = '--repository-name flask-app';

const workload: readonly Step[] = [
  articleStep(
    '000-9',
    { en: 'The repository', ja: 'リポジトリを作成' },
    `aws ecr create-repository ${repository}`,
    anything,
    { ...addition, ...byAuthor, ...undo(`aws ecr delete-repository ${repository} --force`) },
  ),
  articleStep(
    '000-15',
    { en: 'The log group', ja: 'ロググループを作成' },
    'aws logs create-log-group --log-group-name /ecs/flask-app',
    nothing,
    {
      ...addition,
      ...byAuthor,
      ...undo('aws logs delete-log-group --log-group-name /ecs/flask-app'),
    },
  ),
  articleStep(
    '000-11',
    { en: 'The cluster', ja: 'クラスターを作成' },
    'aws ecs create-cluster --cluster-name portfolio',
    anything,
    { ...addition, ...byAuthor, ...undo('aws ecs delete-cluster --cluster portfolio') },
  ),
  articleStep(
    '000-11',
    { en: 'A subnet for the service', ja: 'サービスのサブネット' },
    'aws ec2 describe-subnets --filters Name=default-for-az,Values=true',
    anything,
    { ...addition, ...byAuthor, learns: { subnet: ['Subnets', 0, 'SubnetId'] } },
  ),
  articleStep(
    '000-11',
    { en: 'The service, without a load balancer', ja: 'ロードバランサーなしのサービスを作成' },
    `aws ecs create-service --cluster portfolio --service-name flask --task-definition flask-app
     --desired-count 0 --launch-type FARGATE
     --network-configuration awsvpcConfiguration={subnets=[<subnet>],assignPublicIp=ENABLED}`,
    anything,
    { ...addition, ...byAuthor, ...undo(`aws ecs delete-service ${service} --force`) },
  ),
];

const jobSession: readonly Step[] = [
  tokenStep({ en: 'The token of a push to main', ja: 'main への push のトークン' }),
  session('000-7', 'job', 'github-deploy', {
    en: 'The job assumes the role',
    ja: 'ジョブがロールを引き受ける',
  }),
];

/** Everything up to the job's session. */
export const foundation000: readonly Step[] = [
  ...userSteps,
  ...taskRoles,
  ...identity,
  ...workload,
  ...jobSession,
];
