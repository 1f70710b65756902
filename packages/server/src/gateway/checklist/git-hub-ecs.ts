/**
 * What a GitHub Actions workflow needs to push an image to ECR and to deploy it to ECS: the provider,
 * the role that the job gets, what that role may do, and the roles of the task.
 */

import { readEcrImage } from '../../services/ecr/image-name.ts';
import { findRepository } from '../../services/ecr/registry-store.ts';
import { clusterNameOf } from '../../services/ecs/arn.ts';
import { lookUpCluster } from '../../services/ecs/entities/cluster.ts';
import { lookUpService, primaryOf } from '../../services/ecs/entities/service.ts';
import {
  lookUpTaskDefinition,
  type TaskDefinitionRecord,
} from '../../services/ecs/entities/task-definition.ts';
import { settingOfDefinition } from '../diagnosis/task-setting.ts';
import { renderFix } from '../fixes/render.ts';
import { cluster as clusterFix, repository, service as serviceFix } from '../fixes/resources.ts';
import type { Subject } from '../questions/subject.ts';
import type { Checklist } from './checklist.ts';
import { addTask } from './ecs-task.ts';
import { addFederation } from './git-hub-trust.ts';

/** `role` (the job's); `repo` (ORG/REPO), `ref`, `repository`, `cluster`, `service`, `taskDefinition`. */
export async function checkGitHubEcs(list: Checklist): Promise<void> {
  const role = addFederation(list);
  const target = addTarget(list);
  if (role !== undefined) {
    await addPush(list, role, target.repositoryName);
    await addDeployment(list, role, target);
  }
  if (target.record === undefined) return;
  const setting = settingOfDefinition(target.record, target.clusterName, list.question.context);
  await addTask(list, setting);
}

/** What the workflow works on. */
interface Target {
  readonly clusterName: string;
  readonly serviceName: string | undefined;
  readonly record: TaskDefinitionRecord | undefined;
  readonly repositoryName: string | undefined;
}

/** Cluster, service, task definition and repository: named, or found by the ones that are named. */
function addTarget(list: Checklist): Target {
  const { context } = list.question;
  list.section('What is deployed', 'デプロイ対象');
  const clusterName = clusterNameOf(context, list.text('cluster'));
  const cluster = lookUpCluster(context, clusterName)?.record;
  list.add(
    cluster?.status === 'ACTIVE',
    { en: `The cluster ${clusterName} exists`, ja: `クラスター ${clusterName} が存在します` },
    { en: `There is no cluster ${clusterName}.`, ja: `クラスター ${clusterName} が存在しません。` },
    [
      renderFix(
        { en: 'Create the cluster.', ja: 'クラスターを作成します。' },
        clusterFix(clusterName),
      ),
    ],
  );
  const serviceName = list.text('service');
  const service =
    serviceName === undefined
      ? undefined
      : lookUpService(context, clusterName, serviceName, context.http.receivedAt)?.record;
  const deployed = service && primaryOf(service)?.source.taskDefinitionArn;
  const reference = list.text('taskDefinition') ?? deployed;
  const record =
    reference === undefined ? undefined : lookUpTaskDefinition(context, reference)?.record;
  if (serviceName !== undefined) {
    const family = record?.definition.family ?? list.text('taskDefinition') ?? 'TASK-DEFINITION';
    list.add(
      service?.status === 'ACTIVE',
      { en: `The service ${serviceName} exists`, ja: `サービス ${serviceName} が存在します` },
      {
        en: `There is no service ${serviceName} in the cluster ${clusterName}.`,
        ja: `クラスター ${clusterName} にサービス ${serviceName} が存在しません。`,
      },
      [
        renderFix(
          { en: 'Create the service.', ja: 'サービスを作成します。' },
          serviceFix(serviceName, clusterName, family),
        ),
      ],
    );
  }
  if (reference !== undefined) {
    list.add(
      record !== undefined,
      { en: `The task definition ${reference} exists`, ja: `タスク定義 ${reference} が存在します` },
      {
        en: `There is no task definition ${reference}: register one (aws ecs register-task-definition --cli-input-json file://taskdef.json).`,
        ja: `タスク定義 ${reference} が存在しません。登録してください (aws ecs register-task-definition --cli-input-json file://taskdef.json)。`,
      },
    );
  }
  const repositoryName = list.text('repository') ?? repositoryOf(record, list);
  addRepository(list, repositoryName);
  return { clusterName, serviceName, record, repositoryName };
}

function addRepository(list: Checklist, name: string | undefined): void {
  if (name === undefined) return;
  list.add(
    findRepository(name, undefined, list.question.context) !== undefined,
    { en: `The repository ${name} exists`, ja: `リポジトリ ${name} が存在します` },
    { en: `There is no repository ${name}.`, ja: `リポジトリ ${name} が存在しません。` },
    [renderFix({ en: 'Create the repository.', ja: 'リポジトリを作成します。' }, repository(name))],
  );
}

/** The first image of the task definition that lies in ECR. */
function repositoryOf(
  record: TaskDefinitionRecord | undefined,
  list: Checklist,
): string | undefined {
  const { account, region, runtime } = list.question.context;
  for (const { image = '' } of record?.definition.containerDefinitions ?? []) {
    const named = readEcrImage(image, runtime.endpoint(), { account, region });
    if (named !== undefined) return named.repositoryName;
  }
  return undefined;
}

const pushOperations = [
  'BatchCheckLayerAvailability',
  'InitiateLayerUpload',
  'UploadLayerPart',
  'CompleteLayerUpload',
  'PutImage',
  'BatchGetImage',
] as const;

async function addPush(
  list: Checklist,
  role: Subject,
  repositoryName: string | undefined,
): Promise<void> {
  list.section('Push to ECR', 'ECR へのプッシュ');
  const ask = (operation: string, input: object) =>
    list.addAttempt({ service: 'ecr', operation, input }, role, 'deployer');
  await ask('GetAuthorizationToken', {});
  if (repositoryName === undefined) return;
  for (const operation of pushOperations) await ask(operation, { repositoryName });
}

async function addDeployment(
  list: Checklist,
  role: Subject,
  { clusterName, serviceName, record }: Target,
): Promise<void> {
  list.section('Deployment to ECS', 'ECS へのデプロイ');
  const ask = (operation: string, input: object) =>
    list.addAttempt({ service: 'ecs', operation, input }, role, 'deployer');
  await ask('DescribeTaskDefinition', { taskDefinition: record?.definition.family ?? 'family' });
  if (record !== undefined) {
    const { family, containerDefinitions, taskRoleArn, executionRoleArn, cpu, memory } =
      record.definition;
    // With both roles: iam:PassRole is among what it asks for.
    await ask('RegisterTaskDefinition', {
      family,
      containerDefinitions,
      taskRoleArn,
      executionRoleArn,
      cpu,
      memory,
    });
  }
  if (serviceName === undefined) return;
  await ask('DescribeServices', { cluster: clusterName, services: [serviceName] });
  const taskDefinition = record?.definition.taskDefinitionArn;
  await ask('UpdateService', {
    cluster: clusterName,
    service: serviceName,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
  });
}
