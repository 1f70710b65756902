/**
 * What RegisterTaskDefinition refuses in a task definition that requires Fargate.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
import type { RegisterTaskDefinitionRequest } from '@sekisho/catalog/types/ecs';
import { clientException } from '../errors.ts';
import { isFargateSize } from './fargate-sizes.ts';
import { readCpu, readMemory } from './task-size.ts';

export function isForFargate({ requiresCompatibilities = [] }: FargateMembers): boolean {
  return requiresCompatibilities.includes('FARGATE');
}

type FargateMembers = Pick<RegisterTaskDefinitionRequest, 'requiresCompatibilities'>;

/** Throws ClientException. `isEcrImage`: whether it lies in a private registry of Amazon ECR. */
export function checkFargate(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): void {
  // AWS prints typographic quotes here.
  if (input.networkMode !== 'awsvpc') {
    throw clientException('Fargate only supports network mode ‘awsvpc’.');
  }
  checkSize(input);
  checkExecutionRole(input, isEcrImage);
  if (input.pidMode === 'host') {
    throw clientException(
      "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value " +
        "for pidMode is 'task'.",
    );
  }
  checkUnsupported(input);
}

function checkSize({ cpu, memory }: RegisterTaskDefinitionRequest): void {
  for (const [member, value] of [
    ['cpu', cpu],
    ['memory', memory],
  ] as const) {
    if (!value) {
      throw clientException(`Fargate requires that '${member}' be defined at the task level.`);
    }
  }
  const units = readCpu(cpu ?? '');
  const mebibytes = readMemory(memory ?? '');
  if (units !== undefined && mebibytes !== undefined && isFargateSize(units, mebibytes)) return;
  throw clientException(
    `No Fargate configuration exists for given values: ${units ?? cpu} CPU, ` +
      `${mebibytes ?? memory} memory`,
  );
}

function checkExecutionRole(
  input: RegisterTaskDefinitionRequest,
  isEcrImage: (image: string) => boolean,
): void {
  if (input.executionRoleArn) return;
  const start = 'Fargate requires task definition to have execution role ARN to support';
  if (input.containerDefinitions.some(({ image = '' }) => isEcrImage(image))) {
    throw clientException(`${start} ECR images.`);
  }
  const logs = input.containerDefinitions.some(
    ({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs',
  );
  if (logs) throw clientException(`${start} log driver awslogs.`);
}

// Unverified: the names of what is not supported, and the range.
function checkUnsupported(input: RegisterTaskDefinitionRequest): void {
  const { containerDefinitions, ephemeralStorage, volumes = [] } = input;
  const unsupported = [
    [containerDefinitions.some(({ privileged }) => privileged === true), 'privileged'],
    [containerDefinitions.some((each) => each.linuxParameters?.devices?.length), 'devices'],
    [volumes.some(({ host }) => host?.sourcePath !== undefined), 'sourcePath'],
    [volumes.some((each) => each.dockerVolumeConfiguration !== undefined), 'docker volumes'],
    [input.inferenceAccelerators?.length, 'inference accelerators'],
    [input.placementConstraints?.length, 'placement constraints'],
    [input.ipcMode !== undefined, 'ipcMode'],
  ] as const;
  const found = unsupported.find(([is]) => is === true || (typeof is === 'number' && is > 0));
  if (found !== undefined) {
    throw clientException(`Fargate compatible task definitions do not support ${found[1]}`);
  }
  const size = ephemeralStorage?.sizeInGiB ?? 21;
  if (size < 21 || size > 200) {
    throw clientException('The ephemeral storage must be from 21 to 200 GiB.');
  }
}
