/** What a task definition needs before a task of it runs: roles, trust, images, secrets, logs. */

import { readEcrImage } from '../../services/ecr/image-name.ts';
import { clusterNameOf } from '../../services/ecs/arn.ts';
import { lookUpTaskDefinition } from '../../services/ecs/entities/task-definition.ts';
import { checkTask } from '../diagnosis/task-check.ts';
import { settingOfDefinition, type TaskSetting } from '../diagnosis/task-setting.ts';
import { attachedPolicy, trustPolicy } from '../fixes/place.ts';
import { renderFix } from '../fixes/render.ts';
import type { Fix } from '../fixes/template.ts';
import { badQuestion, needed } from '../questions/question-body.ts';
import type { Checklist } from './checklist.ts';

/** `taskDefinition` (a family or ARN); `cluster`, `subnet`, `principal` (who starts it) if given. */
export async function checkEcsTask(list: Checklist): Promise<void> {
  const { texts, context } = list.question;
  const reference = needed({ texts, context: [] }, 'taskDefinition');
  const record = lookUpTaskDefinition(context, reference)?.record;
  if (record === undefined) throw badQuestion(`There is no task definition ${reference}.`);
  const cluster = clusterNameOf(context, list.text('cluster'));
  const subnetId = list.text('subnet');
  const plain = settingOfDefinition(record, cluster, context);
  const setting = subnetId === undefined ? plain : { ...plain, subnetId };
  list.section('Deployer', 'デプロイ実行者');
  const deployer = list.principal('principal');
  if (deployer !== undefined) {
    // As it is named: a revision, or the family.
    const input = { cluster, taskDefinition: reference };
    await list.addAttempt({ service: 'ecs', operation: 'RunTask', input }, deployer, 'deployer');
  }
  await addTask(list, setting);
}

/** The lines of the task itself: its roles, and everything that ECS does with them. */
export async function addTask(list: Checklist, setting: TaskSetting): Promise<void> {
  const { context, parts } = list.question;
  list.section('Roles of the task', 'タスクのロール');
  addRoles(list, setting);
  const checks = await checkTask(setting, context, parts, list.plan);
  list.addChecks(checks.filter(({ principal }) => principal === 'service'));
  list.section('Task execution role', 'タスク実行ロール');
  list.addChecks(checks.filter(({ principal }) => principal !== 'service'));
}

function addRoles(
  list: Checklist,
  { executionRoleArn, taskRoleArn, definition, isFargate }: TaskSetting,
): void {
  const { account, region, runtime } = list.question.context;
  const containers = definition.containerDefinitions ?? [];
  const pulls = containers.some(
    ({ image = '' }) => readEcrImage(image, runtime.endpoint(), { account, region }) !== undefined,
  );
  const isNeeded =
    (isFargate && pulls) ||
    containers.some(
      ({ secrets = [], logConfiguration, repositoryCredentials }) =>
        secrets.length > 0 ||
        repositoryCredentials !== undefined ||
        (isFargate && logConfiguration?.logDriver === 'awslogs'),
    );
  const named = {
    en: `The task definition names an execution role: ${executionRoleArn}`,
    ja: `タスク定義に実行ロールが指定されています: ${executionRoleArn}`,
  };
  const missing = {
    en: 'The task definition names no execution role, which its images, secrets or logs need.',
    ja: 'タスク定義に実行ロールがありません。イメージ・シークレット・ログの取得に必要です。',
  };
  if (isNeeded || executionRoleArn !== undefined) {
    list.add(executionRoleArn !== undefined, named, missing, executionRoleFixes());
  }
  const none = {
    en: 'The task definition names no task role: the application has no AWS credentials.',
    ja: 'タスク定義にタスクロールがありません。アプリケーションは AWS 認証情報を持ちません。',
  };
  const role = {
    en: `The task definition names a task role: ${taskRoleArn}`,
    ja: `タスク定義にタスクロールが指定されています: ${taskRoleArn}`,
  };
  list.add(taskRoleArn !== undefined, role, none, [], 'note');
}

const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
};

/** A role that ECS may assume. */
export function roleFix(name: string): Fix {
  const text = { en: `Create the role ${name}.`, ja: `ロール ${name} を作成します。` };
  return renderFix(text, trustPolicy(name, trust, true));
}

function executionRoleFixes(): readonly Fix[] {
  const name = 'ecsTaskExecutionRole';
  const policy = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
  const text = {
    en: 'Attach AmazonECSTaskExecutionRolePolicy, and name the role as executionRoleArn.',
    ja: 'AmazonECSTaskExecutionRolePolicy をアタッチし、executionRoleArn に指定します。',
  };
  return [roleFix(name), renderFix(text, attachedPolicy(name, policy, trust))];
}
