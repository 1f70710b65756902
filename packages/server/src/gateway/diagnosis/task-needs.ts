/**
 * What ECS does with a task's execution role before its containers start, request by request.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import { readValueFrom } from '../../endpoints/tasks/value-from.ts';
import { type EcrImage, readEcrImage } from '../../services/ecr/image-name.ts';
import type { TaskStep } from '../../services/ecs/task-cause.ts';
import { findGroup } from '../../services/logs/log-store.ts';
import type { DemandContext } from '../../services/service.ts';
import type { Attempt } from './attempt.ts';
import type { TaskSetting } from './task-setting.ts';

/** One request of the execution role. */
export interface TaskNeed extends Attempt {
  readonly step: TaskStep;
  readonly container: string;
  /** As in a TaskCause. */
  readonly subject: string;
  readonly jsonKey?: string;
  readonly region: string;
  /** The VPC endpoint service that it goes through; absent: it never does (Fargate's own network). */
  readonly through?: string;
  /** What it asks for is made by the request before it. */
  readonly isMade?: true;
}

/** All requests, in the order in which Fargate makes them. */
export function needsOf(setting: TaskSetting, context: DemandContext): readonly TaskNeed[] {
  const containers = setting.definition.containerDefinitions ?? [];
  const needs = [
    ...containers.flatMap((container) => tokenNeeds(container, setting, context)),
    ...containers.flatMap((container) => credentialNeeds(container, context)),
    ...containers.flatMap((container) => secretNeeds(container, context)),
    ...containers.flatMap((container) => fileNeeds(container, context)),
    ...containers.flatMap((container) => logNeeds(container, setting, context)),
    ...containers.flatMap((container) => pullNeeds(container, context)),
  ];
  const seen = new Set<string>();
  return needs.filter(({ operation, input, region }) => {
    const key = JSON.stringify([operation, input, region]);
    return !seen.has(key) && seen.add(key);
  });
}

function imageOf({ image = '' }: ContainerDefinition, context: DemandContext) {
  const { account, region, runtime } = context;
  return readEcrImage(image, runtime.endpoint(), { account, region });
}

function tokenNeeds(
  container: ContainerDefinition,
  { isFargate }: TaskSetting,
  context: DemandContext,
): readonly TaskNeed[] {
  const image = imageOf(container, context);
  if (image === undefined) return [];
  return [
    {
      step: 'registryToken',
      container: container.name ?? '',
      subject: container.image ?? '',
      service: 'ecr',
      operation: 'GetAuthorizationToken',
      input: {},
      region: image.region,
      ...(isFargate ? {} : { through: 'ecr.api' }),
    },
  ];
}

function pullNeeds(container: ContainerDefinition, context: DemandContext): readonly TaskNeed[] {
  const image = imageOf(container, context);
  if (image === undefined) return [];
  return (['BatchGetImage', 'GetDownloadUrlForLayer'] as const).map((operation) => ({
    step: 'pull' as const,
    container: container.name ?? '',
    subject: container.image ?? '',
    service: 'ecr',
    operation,
    input: pullInput(operation, image),
    region: image.region,
    through: 'ecr.dkr',
  }));
}

function pullInput(
  operation: 'BatchGetImage' | 'GetDownloadUrlForLayer',
  { account, repositoryName, reference }: EcrImage,
): object {
  const target = { registryId: account, repositoryName };
  if (operation === 'GetDownloadUrlForLayer') return { ...target, layerDigest: '' };
  const isDigest = reference.startsWith('sha256:');
  return {
    ...target,
    imageIds: [isDigest ? { imageDigest: reference } : { imageTag: reference }],
  };
}

function credentialNeeds(
  { name = '', repositoryCredentials }: ContainerDefinition,
  context: DemandContext,
): readonly TaskNeed[] {
  const secretId = repositoryCredentials?.credentialsParameter;
  if (secretId === undefined) return [];
  const region = readValueFrom(secretId, context.region)?.region ?? context.region;
  return [secretNeed('registryCredentials', name, secretId, { SecretId: secretId }, region)];
}

function secretNeeds(container: ContainerDefinition, context: DemandContext): readonly TaskNeed[] {
  const { name = '', secrets = [], logConfiguration } = container;
  const all = [...secrets, ...(logConfiguration?.secretOptions ?? [])];
  return all.flatMap(({ valueFrom }): readonly TaskNeed[] => {
    const source = readValueFrom(valueFrom, context.region);
    if (source?.kind === 'secret') {
      const { secretId, versionStage, versionId, jsonKey, region } = source;
      const input = {
        SecretId: secretId,
        ...(versionStage === undefined ? {} : { VersionStage: versionStage }),
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      };
      const need = secretNeed('secrets', name, valueFrom, input, region);
      return [{ ...need, ...(jsonKey === undefined ? {} : { jsonKey }) }];
    }
    if (source === undefined) return [];
    return [
      {
        step: 'secrets',
        container: name,
        subject: source.name,
        service: 'ssm',
        operation: 'GetParameters',
        input: { Names: [source.name], WithDecryption: true },
        region: source.region,
        through: 'ssm',
      },
    ];
  });
}

function secretNeed(
  step: TaskStep,
  container: string,
  subject: string,
  input: object,
  region: string,
): TaskNeed {
  return {
    step,
    container,
    subject,
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    input,
    region,
    through: 'secretsmanager',
  };
}

function fileNeeds(
  { name = '', environmentFiles = [] }: ContainerDefinition,
  { region }: DemandContext,
): readonly TaskNeed[] {
  return environmentFiles.flatMap(({ value }): readonly TaskNeed[] => {
    const [, bucket, key] = /^arn:[a-z-]+:s3:::([^/]+)\/(.+)$/.exec(value) ?? [];
    if (bucket === undefined || key === undefined) return [];
    return [
      {
        step: 'environmentFiles',
        container: name,
        subject: value,
        service: 's3',
        operation: 'GetObject',
        input: { Bucket: bucket, Key: key },
        region,
        through: 's3',
      },
    ];
  });
}

/** On instances it is the instance's role that writes the logs. */
function logNeeds(
  { name = '', logConfiguration }: ContainerDefinition,
  { isFargate, taskId }: TaskSetting,
  context: DemandContext,
): readonly TaskNeed[] {
  if (!isFargate || logConfiguration?.logDriver !== 'awslogs') return [];
  const options = new Map(Object.entries(logConfiguration.options ?? {}));
  const group = options.get('awslogs-group') ?? '';
  const region = options.get('awslogs-region') ?? context.region;
  const prefix = options.get('awslogs-stream-prefix') ?? '';
  const isAbsent = findGroup(group, { ...context, region }) === undefined;
  const creates = isAbsent && options.get('awslogs-create-group') === 'true';
  const stream = { logGroupName: group, logStreamName: `${prefix}/${name}/${taskId}` };
  const inputs: readonly (readonly [string, object])[] = [
    ...(creates ? [['CreateLogGroup', { logGroupName: group }] as const] : []),
    ['CreateLogStream', stream],
    ['PutLogEvents', { ...stream, logEvents: [] }],
  ];
  return inputs.map(([operation, input]) => ({
    step: 'logs',
    container: name,
    subject: group,
    service: 'logs',
    operation,
    input,
    region,
    through: 'logs',
    ...(creates ? { isMade: true as const } : {}),
  }));
}
