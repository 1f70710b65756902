/** Article 000: what the deploy role is refused, and what comes of a lesser execution role. */
import { text } from '../expectation.ts';
import { because, by, setUp, type Title } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { executionPolicy, service } from './foundation.ts';
import { layer } from './image.ts';
import { job } from './job.ts';

interface Denial {
  readonly id: string;
  readonly title: Title;
  readonly args: string | readonly string[];
  readonly action: string;
  readonly resource: string;
  readonly fix: Title;
  readonly region?: string;
}

function denied({ action, resource, args, region, ...rest }: Denial): Step {
  const refused = by(job, {
    ...rest,
    args: typeof args === 'string' ? words(args) : args,
    says: [
      'User: arn:aws:sts::<account>:assumed-role/github-deploy/GitHubActions is not authorized to ' +
        `perform: ${action} on resource: ${resource} ${because(action)}`,
    ],
    deniedAction: action,
  });
  return region === undefined ? refused : { ...refused, region };
}

const ecr = (region: string, name: string): string =>
  `arn:aws:ecr:${region}:<account>:repository/${name}`;
const ecs = (resource: string): string => `arn:aws:ecs:us-west-2:<account>:${resource}`;
const asIntended: Title = { en: 'None is meant', ja: '意図どおり' };

const registry: readonly Step[] = [
  denied({
    id: '000-9',
    title: { en: 'Push to another repository', ja: '別のリポジトリへの push' },
    args: 'aws ecr initiate-layer-upload --repository-name other',
    action: 'ecr:InitiateLayerUpload',
    resource: ecr('us-west-2', 'other'),
    fix: asIntended,
  }),
  denied({
    id: '000-9',
    title: { en: 'D3: pull with “PushPull”', ja: 'D3: 「PushPull」での pull' },
    args: `aws ecr get-download-url-for-layer --repository-name flask-app --layer-digest sha256:${layer}`,
    action: 'ecr:GetDownloadUrlForLayer',
    resource: ecr('us-west-2', 'flask-app'),
    fix: {
      en: 'Add ecr:GetDownloadUrlForLayer to ECRPushPullRepoScoped, as deploy-policy.json does',
      ja: 'deploy-policy.json のように ECRPushPullRepoScoped に ecr:GetDownloadUrlForLayer を加える',
    },
  }),
  denied({
    id: '000-10',
    title: { en: 'Create a repository in Tokyo', ja: '東京リージョンにリポジトリを作成' },
    args: 'aws ecr create-repository --repository-name flask-app',
    region: 'ap-northeast-1',
    action: 'ecr:CreateRepository',
    resource: ecr('ap-northeast-1', 'flask-app'),
    fix: {
      en: 'None is meant: aws:RequestedRegion has to be us-west-2',
      ja: '意図どおり。aws:RequestedRegion は us-west-2 に限る',
    },
  }),
];

const cluster: readonly Step[] = [
  denied({
    id: '000-11',
    title: {
      en: 'D2: describe the task definition',
      ja: 'D2: タスク定義の取得',
    },
    args: 'aws ecs describe-task-definition --task-definition flask-app',
    action: 'ecs:DescribeTaskDefinition',
    resource: '*',
    fix: {
      en: 'A statement of its own with Resource "*": the action has no resource type',
      ja: 'リソースタイプのないアクションなので、Resource "*" の別のステートメントにする',
    },
  }),
  denied({
    id: '000-11',
    title: { en: 'Describe another cluster', ja: '別のクラスターの確認' },
    args: 'aws ecs describe-clusters --clusters other',
    action: 'ecs:DescribeClusters',
    resource: ecs('cluster/other'),
    fix: asIntended,
  }),
  denied({
    id: '000-12',
    title: { en: 'Pass a third role to the task', ja: '3 つ目のロールをタスクに渡す' },
    args: [
      ...words('aws ecs register-task-definition --cli-input-json file://taskdef.json'),
      ...words('--task-role-arn arn:aws:iam::<account>:role/third'),
    ],
    action: 'iam:PassRole',
    resource: 'arn:aws:iam::<account>:role/third',
    fix: {
      en: 'Add the role to the Resource of PassTaskRoles',
      ja: 'PassTaskRoles の Resource にそのロールを加える',
    },
  }),
  denied({
    id: '000-13',
    title: { en: 'Scale another service', ja: '別のサービスの起動' },
    args: 'aws ecs update-service --cluster portfolio --service other --desired-count 1',
    action: 'ecs:UpdateService',
    resource: ecs('service/portfolio/other'),
    fix: asIntended,
  }),
  denied({
    id: '000-13',
    title: { en: 'Run a task without the service', ja: 'サービスを使わずにタスクを実行' },
    args: 'aws ecs run-task --cluster portfolio --task-definition flask-app',
    action: 'ecs:RunTask',
    resource: ecs('task-definition/flask-app'),
    fix: {
      en: 'aws ecs update-service --desired-count 1; or allow ecs:RunTask',
      ja: 'aws ecs update-service --desired-count 1 を使うか、ecs:RunTask を許可する',
    },
  }),
];

const attachment = `--role-name ecsTaskExecutionRole ${executionPolicy}`;

/** Not a refusal of a command: the task does not start, and says why. */
const tasks: readonly Step[] = [
  setUp(
    '000-15',
    {
      en: 'Detach the policy of the execution role',
      ja: '実行ロールからポリシーをデタッチ',
    },
    words(`aws iam detach-role-policy ${attachment}`),
    { undo: [words(`aws iam attach-role-policy ${attachment}`)] },
  ),
  setUp(
    '000-15',
    { en: 'Start the service', ja: 'サービスを起動' },
    words(`aws ecs update-service ${service} --desired-count 1`),
    { undo: [words(`aws ecs update-service ${service} --desired-count 0`)] },
  ),
  setUp(
    '000-15',
    { en: 'Its task stops before it has started', ja: 'タスクが開始前に停止' },
    words('aws ecs list-tasks --cluster portfolio --desired-status STOPPED'),
    {
      expectation: text('task/portfolio/'),
      patienceSeconds: 30,
      learns: { stopped: ['taskArns', 0] },
    },
  ),
  {
    ...setUp(
      '000-15',
      { en: 'Why it stopped', ja: '停止した理由' },
      words(
        'aws ecs describe-tasks --cluster portfolio --tasks <stopped> --query tasks[0].stoppedReason',
      ),
    ),
    part: 'addition',
    expectation: text(because('ecr:GetAuthorizationToken')),
    shows: true,
  },
];

/** With the inline policy as printed, without PowerUser. */
export const deploymentRefusals: readonly Step[] = [...registry, ...cluster, ...tasks];
