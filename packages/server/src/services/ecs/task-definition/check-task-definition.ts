/**
 * What RegisterTaskDefinition refuses, with ClientException. Whether roles exist and trust ECS is
 * not looked at: it shows when a task is launched.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
import type { RegisterTaskDefinitionRequest } from '@sekisho/catalog/types/ecs';
import { clientException } from '../errors.ts';
import { containersPerTaskDefinitionMax, taskDefinitionBytesMax } from '../limits.ts';
import { plainCopy } from '../plain.ts';
import { checkContainer } from './check-container.ts';
import { checkFargate, isForFargate } from './check-fargate.ts';
import { readCpu, readMemory } from './task-size.ts';

const nameForm = /^[A-Za-z0-9_-]{1,255}$/;
const roleForm =
  /^(?:arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\x21-\x7e]{1,510}\/)?)?[A-Za-z0-9_+=,.@-]{1,64}$/;

/** From 0.125 to 192 vCPUs. */
const cpuMin = 128;
const cpuMax = 196_608;

/** Throws ClientException. */
export function checkTaskDefinition(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): void {
  checkNames(input);
  for (const container of input.containerDefinitions) checkContainer(container, input);
  if (input.containerDefinitions.every(({ essential }) => essential === false)) {
    // Unverified: the text.
    throw clientException('A task definition must have at least one essential container.');
  }
  checkRoles(input);
  if (isForFargate(input)) checkFargate(input, isEcrImage);
  else checkSize(input);
  checkTotals(input);
  checkVolumes(input);
  const { length } = new TextEncoder().encode(JSON.stringify(plainCopy(input)));
  if (length > taskDefinitionBytesMax) {
    throw clientException(
      `Actual length: '${length}'. Max allowed length is '${taskDefinitionBytesMax}' bytes.`,
    );
  }
}

// Unverified: the texts of this function.
function checkNames(input: RegisterTaskDefinitionRequest): void {
  const { family, containerDefinitions } = input;
  if (family === '') throw clientException('Family should not be null or empty.');
  if (!nameForm.test(family)) throw clientException('Family contains invalid characters.');
  if (containerDefinitions.length === 0) {
    throw clientException('Container list cannot be empty.');
  }
  if (containerDefinitions.length > containersPerTaskDefinitionMax) {
    throw clientException(
      `Task definition does not support more than ${containersPerTaskDefinitionMax} containers.`,
    );
  }
  const names = containerDefinitions.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw clientException(`Duplicate container name '${repeated}' in the task definition.`);
  }
}

function checkRoles(input: RegisterTaskDefinitionRequest): void {
  const { containerDefinitions, executionRoleArn, taskRoleArn } = input;
  for (const role of [taskRoleArn, executionRoleArn]) {
    if (role && !roleForm.test(role)) throw clientException('Role is not valid');
  }
  if (executionRoleArn) return;
  const needed = containerDefinitions.flatMap(({ secrets, repositoryCredentials }) => [
    ...(secrets?.length ? ['container secrets'] : []),
    ...(repositoryCredentials === undefined ? [] : ['container repositoryCredentials']),
  ]);
  if (needed.length > 0) {
    throw clientException(
      `When you are specifying ${needed[0]}, you must also specify a value for ` +
        "'executionRoleArn'.",
    );
  }
}

/** The task's size on container instances, where it may be left out. */
function checkSize({ cpu, memory }: RegisterTaskDefinitionRequest): void {
  const units = cpu === undefined ? cpuMin : readCpu(cpu);
  if (units === undefined || units < cpuMin || units > cpuMax) throw invalidSize('cpu');
  const mebibytes = memory === undefined ? 1 : readMemory(memory);
  if (mebibytes === undefined || mebibytes < 1) throw invalidSize('memory');
}

function invalidSize(member: 'cpu' | 'memory') {
  return clientException(
    `Invalid '${member}' setting for task. For more information, see the Troubleshooting ` +
      'section of the Amazon ECS Developer Guide.',
  );
}

// Unverified: the texts of the two functions below.
function checkTotals({ containerDefinitions, cpu, memory }: RegisterTaskDefinitionRequest): void {
  const taskCpu = cpu === undefined ? undefined : readCpu(cpu);
  const taskMemory = memory === undefined ? undefined : readMemory(memory);
  const total = containerDefinitions.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (taskCpu !== undefined && total > taskCpu) {
    throw clientException("The total 'cpu' of the containers is greater than for the task.");
  }
  for (const { memory: own = 0, memoryReservation = 0 } of containerDefinitions) {
    if (taskMemory !== undefined && Math.max(own, memoryReservation) > taskMemory) {
      throw clientException("The 'memory' setting for container is greater than for the task.");
    }
  }
}

function checkVolumes(input: RegisterTaskDefinitionRequest): void {
  const { containerDefinitions, taskRoleArn, volumes = [] } = input;
  const named = new Set(volumes.map(({ name }) => name));
  for (const { mountPoints = [] } of containerDefinitions) {
    const unknown = mountPoints.find(({ sourceVolume }) => !named.has(sourceVolume));
    if (unknown !== undefined) {
      throw clientException(`Unknown volume '${unknown.sourceVolume ?? ''}'.`);
    }
  }
  const needsRole = volumes.some(
    ({ efsVolumeConfiguration: efs }) => efs?.authorizationConfig?.iam === 'ENABLED',
  );
  if (needsRole && !taskRoleArn) {
    throw clientException('EFS IAM authorization requires a task role.');
  }
}
