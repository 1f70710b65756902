/** A task as far as its permissions go: its definition, its roles, its place in the network. */
import type { TaskDefinition } from '@sekisho/catalog/types/ecs';
import { ecsArn } from '../../services/ecs/arn.ts';
import type { TaskRecord } from '../../services/ecs/entities/task.ts';
import type { TaskDefinitionRecord } from '../../services/ecs/entities/task-definition.ts';
import { lookUpTaskDefinition } from '../../services/ecs/entities/task-definition.ts';
import type { DemandContext } from '../../services/service.ts';

/** A task that ran, runs, or could run. */
export interface TaskSetting {
  readonly taskArn: string;
  readonly taskId: string;
  readonly clusterName: string;
  readonly definition: TaskDefinition;
  readonly taskDefinitionArn: string;
  readonly isFargate: boolean;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly subnetId?: string;
  readonly privateIpv4?: string;
}

/** Of a task's record; undefined when its definition was deleted. */
export function settingOfTask(task: TaskRecord, context: DemandContext): TaskSetting | undefined {
  const definition = lookUpTaskDefinition(context, task.taskDefinitionArn)?.record.definition;
  if (definition === undefined) return undefined;
  const { executionRoleArn, taskRoleArn, networkInterface } = task;
  return {
    taskArn: task.taskArn,
    taskId: task.taskId,
    clusterName: task.clusterName,
    definition,
    taskDefinitionArn: task.taskDefinitionArn,
    isFargate: task.launchType === 'FARGATE',
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(networkInterface === undefined
      ? {}
      : { subnetId: networkInterface.subnetId, privateIpv4: networkInterface.privateIp }),
  };
}

/** Of a task that somebody could start from the definition in that cluster. */
export function settingOfDefinition(
  { definition }: TaskDefinitionRecord,
  clusterName: string,
  context: DemandContext,
): TaskSetting {
  const taskId = '0'.repeat(32);
  const { executionRoleArn, taskRoleArn, requiresCompatibilities = [] } = definition;
  return {
    taskArn: ecsArn(context, 'task', clusterName, taskId),
    taskId,
    clusterName,
    definition,
    taskDefinitionArn: definition.taskDefinitionArn,
    isFargate: requiresCompatibilities.includes('FARGATE'),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
  };
}
