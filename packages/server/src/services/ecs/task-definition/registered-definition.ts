/** A task definition as it is stored: what was asked for, with ECS's defaults filled in. */
import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from '@sekisho/catalog/types/ecs';
import { ServiceError } from '../../../protocol/service-error.ts';
import { storedArn } from '../../demands/entity-arn.ts';
import type { OperationContext } from '../../service.ts';
import { type StoredTaskDefinition, taskDefinitionArn } from '../entities/task-definition.ts';
import { plainCopy } from '../plain.ts';
import { checkTaskDefinition } from './check-task-definition.ts';
import { ecrImageReader } from './ecr-images.ts';
import { requiredAttributes } from './required-attributes.ts';
import { readCpu, readMemory } from './task-size.ts';

/** Of checked input. */
export function toStoredDefinition(
  input: RegisterTaskDefinitionRequest,
  revision: number,
  context: OperationContext,
): StoredTaskDefinition {
  const { tags: _, cpu, memory, ...given } = input;
  const { caller } = context;
  const isEcrImage = ecrImageReader(context);
  return plainCopy({
    ...given,
    taskDefinitionArn: taskDefinitionArn(context, input.family, revision),
    revision,
    containerDefinitions: input.containerDefinitions.map((container) =>
      withDefaults(container, input.networkMode),
    ),
    // A name alone stands for the role of that name in this account.
    taskRoleArn: roleArn(input.taskRoleArn, context),
    executionRoleArn: roleArn(input.executionRoleArn, context),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    requiresAttributes: requiredAttributes(input, isEcrImage),
    compatibilities: compatibilities(input, isEcrImage),
    cpu: cpu === undefined ? undefined : String(readCpu(cpu) ?? cpu),
    memory: memory === undefined ? undefined : String(readMemory(memory) ?? memory),
    registeredBy: 'arn' in caller ? caller.arn : undefined,
  });
}

function roleArn(role: string | undefined, context: OperationContext): string | undefined {
  if (!role) return undefined;
  return role.startsWith('arn:') ? role : storedArn(context, 'role', role);
}

function withDefaults(
  container: ContainerDefinition,
  networkMode: string | undefined,
): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    portMappings: (container.portMappings ?? []).map((port) => portWithDefaults(port, networkMode)),
    ...(container.healthCheck === undefined
      ? {}
      : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }),
    systemControls: container.systemControls ?? [],
  };
}

function portWithDefaults(port: PortMapping, networkMode: string | undefined): PortMapping {
  const isOwnNetwork = networkMode === 'awsvpc' || networkMode === 'host';
  const hostPort = port.hostPort || (isOwnNetwork ? port.containerPort : 0);
  return {
    ...port,
    ...(port.containerPortRange === undefined ? { hostPort } : {}),
    protocol: port.protocol ?? 'tcp',
  };
}

/** The launch types that can run it. Unverified: beyond EC2 and Fargate. */
function compatibilities(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): readonly string[] {
  const { networkMode } = input;
  if (networkMode !== 'awsvpc') return ['EXTERNAL', 'EC2'];
  return fitsFargate(input, isEcrImage) ? ['EC2', 'FARGATE'] : ['EC2'];
}

/** Whether it could require Fargate. */
function fitsFargate(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): boolean {
  try {
    checkTaskDefinition({ ...input, requiresCompatibilities: ['FARGATE'] }, isEcrImage);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
