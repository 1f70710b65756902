/** Article 000, whole: the foundation, a push, a deployment, the workflow, start and stop. */
import { addition, articleStep, type More, undo } from '../article-step.ts';
import { anything, json, nothing, text } from '../expectation.ts';
import type { Step } from '../step.ts';
import { byAuthor, foundation000, repository, service } from './foundation.ts';
import { blob, configuration, layer, manifest } from './image.ts';
import { job, operator, session, tokenStep } from './job.ts';

const byJob: More = { by: job };

/** Layers and configuration, as `docker push` uploads them. */
function upload(digest: string, bytes: number, what: Step['title']): readonly Step[] {
  const upload = `${repository} --upload-id <uploadId>`;
  return [
    articleStep(
      '000-9',
      { en: `Push ${what.en}: begin`, ja: `${what.ja}の push: 開始` },
      `aws ecr initiate-layer-upload ${repository}`,
      anything,
      { ...byJob, learns: { uploadId: ['uploadId'] } },
    ),
    articleStep(
      '000-9',
      { en: `Push ${what.en}: its bytes`, ja: `${what.ja}の push: 内容` },
      `aws ecr upload-layer-part ${upload} --part-first-byte 0 --part-last-byte ${bytes - 1}
       --layer-part-blob fileb://${blob(digest)}`,
      anything,
      byJob,
    ),
    articleStep(
      '000-9',
      { en: `Push ${what.en}: end`, ja: `${what.ja}の push: 完了` },
      `aws ecr complete-layer-upload ${upload} --layer-digests sha256:${digest}`,
      json({ layerDigest: `sha256:${digest}` }),
      byJob,
    ),
  ];
}

const push: readonly Step[] = [
  articleStep(
    '000-9',
    { en: 'What docker login asks for', ja: 'docker login が求めるもの' },
    'aws ecr get-authorization-token --query authorizationData[0].proxyEndpoint',
    anything,
    byJob,
  ),
  ...upload(layer, 1024, { en: 'the layer', ja: 'レイヤー' }),
  ...upload(configuration, 316, { en: 'the configuration', ja: '設定' }),
  articleStep(
    '000-9',
    { en: 'Push the manifest as latest', ja: 'マニフェストを latest として push' },
    `aws ecr put-image ${repository} --image-tag latest --image-manifest file://${blob(manifest)}`,
    json({ image: { imageId: { imageDigest: `sha256:${manifest}`, imageTag: 'latest' } } }),
    byJob,
  ),
  articleStep(
    '000-9',
    { en: 'See it in the repository', ja: 'リポジトリで確認' },
    `aws ecr list-images ${repository}`,
    json({ imageIds: [{ imageTag: 'latest' }] }),
    byJob,
  ),
];

const deployment: readonly Step[] = [
  articleStep(
    '000-11',
    { en: 'Describe the cluster', ja: 'クラスターを確認' },
    'aws ecs describe-clusters --clusters portfolio',
    json({ clusters: [{ status: 'ACTIVE' }], failures: [] }),
    byJob,
  ),
  articleStep(
    '000-12',
    { en: 'Register a revision with both roles', ja: '両方のロールを渡して新しいリビジョンを登録' },
    'aws ecs register-task-definition --cli-input-json file://taskdef.json',
    anything,
    {
      ...byJob,
      learns: { revision: ['taskDefinition', 'taskDefinitionArn'] },
      ...undo('aws ecs deregister-task-definition --task-definition <revision>'),
    },
  ),
  articleStep(
    '000-13',
    { en: 'Let the service run it', ja: 'サービスに反映して起動' },
    `aws ecs update-service ${service} --task-definition <revision> --desired-count 1`,
    json({ service: { desiredCount: 1 } }),
    byJob,
  ),
  articleStep(
    '000-13',
    { en: 'Wait until it is stable', ja: '安定するまで待つ' },
    'aws ecs describe-services --cluster portfolio --services flask',
    json({
      services: [
        { runningCount: 1, deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }] },
      ],
    }),
    { ...byJob, patienceSeconds: 60 },
  ),
  articleStep(
    '000-15',
    { en: 'The log stream of the task', ja: 'タスクのログストリーム' },
    'aws logs describe-log-streams --log-group-name /ecs/flask-app',
    text('app/app/'),
    addition,
  ),
  articleStep(
    '000-16',
    { en: 'The ARNs of the variables table', ja: '変数の表にある ARN' },
    'aws ecs describe-task-definition --task-definition flask-app --query taskDefinition.[executionRoleArn,taskRoleArn]',
    text('role/flaskAppTaskRole'),
    { shows: true },
  ),
];

const workflow: readonly Step[] = [
  articleStep(
    '000-14',
    {
      en: 'The whole workflow, as GitHub would run it',
      ja: 'ワークフロー全体を GitHub と同じように実行',
    },
    'sekisho github run deploy-cli.yml --repo octo-org/flask-app',
    anything,
    { ...addition, program: 'skopeo', shows: true },
  ),
  articleStep(
    '000-14',
    { en: 'The revision that it has made', ja: '作成されたリビジョン' },
    'aws ecs describe-task-definition --task-definition flask-app',
    anything,
    {
      ...addition,
      program: 'skopeo',
      learns: { lastRevision: ['taskDefinition', 'taskDefinitionArn'] },
      ...undo('aws ecs deregister-task-definition --task-definition <lastRevision>'),
    },
  ),
];

const small = '--role-name github-start-stop';

const startStop: readonly Step[] = [
  articleStep(
    '000-13',
    {
      en: '§0 A role that starts and stops, and nothing else',
      ja: '0 節 起動と停止だけのロールを作成',
    },
    `aws iam create-role ${small} --assume-role-policy-document file://trust-policy-as-written.json`,
    anything,
    { ...addition, ...byAuthor, ...undo(`aws iam delete-role ${small}`) },
  ),
  articleStep(
    '000-13',
    { en: 'Its two actions', ja: 'その 2 つのアクション' },
    `aws iam put-role-policy ${small} --policy-name start-stop --policy-document file://start-stop-policy.json`,
    nothing,
    {
      ...addition,
      ...byAuthor,
      ...undo(`aws iam delete-role-policy ${small} --policy-name start-stop`),
    },
  ),
  tokenStep(
    { en: 'The token of a manual start on main', ja: 'main での手動実行のトークン' },
    '--event',
    'workflow_dispatch',
  ),
  {
    ...session('000-13', 'operator', 'github-start-stop', {
      en: 'The start/stop job assumes its role',
      ja: '起動・停止のジョブがロールを引き受ける',
    }),
    part: 'addition',
  },
  articleStep(
    '000-13',
    { en: 'Stop', ja: '停止' },
    `aws ecs update-service ${service} --desired-count 0`,
    json({ service: { desiredCount: 0 } }),
    { ...addition, by: operator },
  ),
  articleStep(
    '000-13',
    { en: 'Nothing runs, nothing costs', ja: '何も動かず、費用もかからない' },
    'aws ecs describe-services --cluster portfolio --services flask',
    json({ services: [{ runningCount: 0 }] }),
    { ...addition, by: operator, patienceSeconds: 60 },
  ),
];

/** The whole article. */
export const steps000: readonly Step[] = [
  ...foundation000,
  articleStep(
    '000-7',
    { en: 'Who is the job?', ja: 'ジョブは誰か' },
    'aws sts get-caller-identity',
    json({ Arn: 'arn:aws:sts::<account>:assumed-role/github-deploy/GitHubActions' }),
    byJob,
  ),
  ...push,
  ...deployment,
  ...workflow,
  ...startStop,
];
