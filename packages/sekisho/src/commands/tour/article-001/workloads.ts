/** Article 001 at work: the instance joins a cluster, and runs the task. */
import { anything, json, nothing, text } from '../expectation.ts';
import { type Step, words } from '../step.ts';
import { addition, precondition } from './step-forms.ts';

const inInstance = { where: 'in the instance' } as const;
const inTask = { where: 'in the task' } as const;

/** They need what the files create. */
export const workloads: readonly Step[] = [
  addition(
    '001-13',
    { en: 'Whose credentials does the instance have?', ja: 'インスタンスの認証情報を確認' },
    'aws sts get-caller-identity',
    {
      ...inInstance,
      expectation: json({
        Arn: 'arn:aws:sts::<account>:assumed-role/ec2_instance_role/<instance>',
      }),
    },
  ),
  addition(
    '001-13',
    { en: 'None of them lie on its disk', ja: 'ディスクにキーはない' },
    'aws configure list',
    { ...inInstance, expectation: text('iam-role') },
  ),
  precondition(
    '001-12',
    { en: 'Create the cluster default', ja: 'クラスター default を作成' },
    'aws ecs create-cluster --cluster-name default',
    { undo: [words('aws ecs delete-cluster --cluster default')] },
  ),
  addition(
    '001-12',
    {
      en: 'The container agent registers the instance',
      ja: 'コンテナエージェントがインスタンスを登録',
    },
    'bash register-container-instance.sh default',
    {
      ...inInstance,
      expectation: json({
        containerInstance: { status: 'ACTIVE', ec2InstanceId: '<instance>' },
      }),
      learns: { containerInstance: ['containerInstance', 'containerInstanceArn'] },
      undo: [
        words(
          'aws ecs deregister-container-instance --container-instance <containerInstance> --force',
        ),
      ],
    },
  ),
  addition(
    '001-12',
    { en: 'It asks where to poll', ja: 'ポーリング先を尋ねる' },
    'aws ecs discover-poll-endpoint --cluster default',
    { ...inInstance, expectation: anything },
  ),
  addition(
    '001-11',
    { en: 'Run the task on it', ja: 'タスクを実行' },
    'aws ecs run-task --task-definition ecs_task',
    {
      learns: { task: ['tasks', 0, 'taskArn'] },
      undo: [
        words('aws ecs stop-task --task <task>'),
        words('aws ecs wait tasks-stopped --tasks <task>'),
      ],
    },
  ),
  addition(
    '001-11',
    { en: 'Wait until it runs', ja: '起動するまで待つ' },
    'aws ecs wait tasks-running --tasks <task>',
    { expectation: nothing },
  ),
  addition(
    '001-10',
    { en: 'Whose credentials does the task have?', ja: 'タスクの認証情報を確認' },
    'aws sts get-caller-identity --query Arn',
    { ...inTask, expectation: text('assumed-role/task_role/') },
  ),
  addition(
    '001-10',
    { en: 'The task lists the bucket (s3:List*)', ja: 'タスクからバケットの一覧(s3:List*)' },
    'aws s3 ls s3://article-001-<account>',
    { ...inTask, expectation: text('trust-ec2.json') },
  ),
];
