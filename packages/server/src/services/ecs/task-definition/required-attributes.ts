/**
 * The attributes that a container instance must have for a task definition: capabilities of its
 * agent and its Docker. Unverified: that the list is complete.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-definition-parameters-ec2.html
 */
import type {
  Attribute,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Secret,
} from '@sekisho/catalog/types/ecs';

const amazon = 'com.amazonaws.ecs.capability';

/** In the order in which they were found, each once. `isEcrImage`: see ecr-images.ts. */
export function requiredAttributes(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): readonly Attribute[] {
  const names = [
    ...input.containerDefinitions.flatMap((container) => ofContainer(container, input, isEcrImage)),
    ...ofTask(input),
  ];
  return [...new Set(names)].map((name) => ({ name }));
}

function ofTask(input: RegisterTaskDefinitionRequest): readonly string[] {
  const { cpu, memory, networkMode, pidMode, ipcMode, taskRoleArn, volumes = [] } = input;
  const host = networkMode === 'host';
  const efs = volumes.flatMap((volume) => volume.efsVolumeConfiguration ?? []);
  return [
    ...on(taskRoleArn, host ? `${amazon}.task-iam-role-network-host` : `${amazon}.task-iam-role`),
    ...on(networkMode === 'awsvpc', 'ecs.capability.task-eni'),
    ...on(cpu ?? memory, 'ecs.capability.task-cpu-mem-limit'),
    ...on(pidMode ?? ipcMode, 'ecs.capability.pid-ipc-namespace-sharing'),
    ...on(efs.length > 0, 'ecs.capability.efs'),
    ...on(
      efs.some(({ authorizationConfig }) => authorizationConfig !== undefined),
      'ecs.capability.efsAuth',
    ),
    ...on(input.proxyConfiguration, 'ecs.capability.aws-appmesh'),
    `${amazon}.docker-remote-api.1.18`,
  ];
}

function ofContainer(
  container: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): readonly string[] {
  const driver = container.logConfiguration?.logDriver;
  const isEcr = isEcrImage(container.image ?? '');
  const logSecrets = container.logConfiguration?.secretOptions ?? [];
  return [
    ...on(driver, `${amazon}.logging-driver.${driver ?? ''}`),
    ...on(driver === 'awslogs', `${amazon}.docker-remote-api.1.19`),
    ...on(driver === 'awslogs' && executionRoleArn, 'ecs.capability.execution-role-awslogs'),
    ...on(isEcr, `${amazon}.ecr-auth`),
    ...on(isEcr, `${amazon}.docker-remote-api.1.19`),
    ...on(isEcr && executionRoleArn, 'ecs.capability.execution-role-ecr-pull'),
    ...on(
      container.repositoryCredentials,
      'ecs.capability.private-registry-authentication.secretsmanager',
    ),
    ...secretAttributes(container.secrets ?? [], 'environment-variables'),
    ...secretAttributes(logSecrets, 'bootstrap.log-driver'),
    ...on(container.environmentFiles?.length, 'ecs.capability.env-files.s3'),
    ...on(container.privileged, `${amazon}.privileged-container`),
    ...on(container.healthCheck, 'ecs.capability.container-health-check'),
    ...on(container.healthCheck, `${amazon}.docker-remote-api.1.24`),
    ...on(container.dependsOn?.length, 'ecs.capability.container-ordering'),
    ...on(container.memoryReservation, `${amazon}.docker-remote-api.1.21`),
    ...on(container.firelensConfiguration, firelens(container)),
  ];
}

function firelens({ firelensConfiguration }: ContainerDefinition): string {
  return `ecs.capability.firelens.${firelensConfiguration?.type ?? ''}`;
}

function secretAttributes(secrets: readonly Secret[], use: string): readonly string[] {
  const stores = secrets.map(({ valueFrom }) =>
    /^arn:[^:]+:secretsmanager:/.test(valueFrom) ? 'asm' : 'ssm',
  );
  return [...new Set(stores)].map((store) => `ecs.capability.secrets.${store}.${use}`);
}

function on(condition: unknown, name: string): readonly string[] {
  return condition ? [name] : [];
}
