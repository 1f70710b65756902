/** What a task definition comes to once a request has overridden parts of it. */
import type { ContainerDefinition, TaskOverride } from '@sekisho/catalog/types/ecs';
import type { ReservedResources } from '../entities/task.ts';
import type { StoredTaskDefinition } from '../entities/task-definition.ts';
import { invalidParameter } from '../errors.ts';
import type { TaskRoles } from './task-roles.ts';

/** The task's own figures; absent members are absent in the definition, too. */
export interface TaskShape extends TaskRoles {
  readonly cpu?: string;
  readonly memory?: string;
  readonly reserved: ReservedResources;
}

const digits = /^\d{1,7}$/;

/** Throws InvalidParameterException for overrides of containers that are not there. */
export function shapeOf(definition: StoredTaskDefinition, overrides: TaskOverride): TaskShape {
  const containers = definition.containerDefinitions ?? [];
  const names = new Set(containers.map(({ name }) => name));
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!names.has(name)) {
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
  }
  for (const figure of [overrides.cpu, overrides.memory]) {
    // Unverified: the text.
    if (figure !== undefined && !digits.test(figure)) {
      throw invalidParameter(`Invalid setting for task override: ${figure}`);
    }
  }
  const reserved = reservedBy(containers, definition, overrides);
  const cpu = overrides.cpu ?? definition.cpu ?? String(reserved.cpu);
  const memory = overrides.memory ?? definition.memory ?? String(reserved.memoryMib);
  const executionRoleArn = overrides.executionRoleArn ?? definition.executionRoleArn;
  const taskRoleArn = overrides.taskRoleArn ?? definition.taskRoleArn;
  return {
    cpu,
    memory,
    reserved,
    ...(executionRoleArn ? { executionRoleArn } : {}),
    ...(taskRoleArn ? { taskRoleArn } : {}),
  };
}

function reservedBy(
  containers: readonly ContainerDefinition[],
  definition: StoredTaskDefinition,
  overrides: TaskOverride,
): ReservedResources {
  const overrideOf = (name: string | undefined) =>
    overrides.containerOverrides?.find((override) => override.name === name);
  const sum = (figures: readonly (number | undefined)[]) =>
    figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
  const cpu = sum(containers.map(({ name, cpu: own }) => overrideOf(name)?.cpu ?? own));
  const memory = sum(
    containers.map((container) => {
      const override = overrideOf(container.name);
      return (
        override?.memoryReservation ??
        override?.memory ??
        container.memoryReservation ??
        container.memory
      );
    }),
  );
  const ports = containers.flatMap(({ portMappings }) => portMappings ?? []);
  const hostPorts = (protocol: 'tcp' | 'udp') =>
    // An awsvpc task has ports of its own.
    definition.networkMode === 'awsvpc'
      ? []
      : ports
          .filter((port) => (port.protocol ?? 'tcp') === protocol && (port.hostPort ?? 0) > 0)
          .map((port) => String(port.hostPort));
  const taskCpu = overrides.cpu ?? definition.cpu;
  const taskMemory = overrides.memory ?? definition.memory;
  return {
    cpu: taskCpu === undefined ? cpu : Number(taskCpu),
    memoryMib: taskMemory === undefined ? memory : Number(taskMemory),
    ports: hostPorts('tcp'),
    portsUdp: hostPorts('udp'),
  };
}
