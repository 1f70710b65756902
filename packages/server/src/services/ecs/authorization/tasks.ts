/** Demands of the operations on tasks. */
import type {
  ExecuteCommandRequest,
  GetTaskProtectionRequest,
  ListTasksRequest,
  RunTaskRequest,
  StartTaskRequest,
  Tag,
  Task,
} from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ecsArn, readEcsArn } from '../arn.ts';
import { inCluster } from '../entities/cluster.ts';
import { lookUpTaskDefinition, type TaskDefinitionRecord } from '../entities/task-definition.ts';
import { readCpu, readMemory } from '../task-definition/task-size.ts';
import { capacityProviderKeys } from './clusters.ts';
import { instanceDemands } from './container-instances.ts';
import {
  askedCluster,
  askedInCluster,
  askedTaskDefinition,
  clusterKey,
  clusterWord,
  ecsDemand,
  orAll,
  tagOnCreate,
} from './demand.ts';
import { type Keys, keys, requestTagKeys } from './keys.ts';
import { passRoles } from './pass-role.ts';

/** The tasks of the request, one demand each. */
function taskDemands(
  action: string,
  cluster: string | undefined,
  tasks: readonly string[],
  context: DemandContext,
  more: Keys = [],
): readonly Demand[] {
  return orAll(tasks).map((task) =>
    ecsDemand(action, askedInCluster(context, 'task', cluster, task), context, [
      ...clusterKey(context, cluster),
      ...more,
    ]),
  );
}

/** `ecs:task-cpu` and `ecs:task-memory`: of the overrides, else of the task definition. */
export function taskSizeKeys(
  record: TaskDefinitionRecord | undefined,
  overrides: RunTaskRequest['overrides'],
): Keys {
  const cpu = overrides?.cpu ?? record?.definition.cpu;
  const memory = overrides?.memory ?? record?.definition.memory;
  return keys(
    ['ecs:task-cpu', cpu === undefined ? undefined : readCpu(cpu)],
    ['ecs:task-memory', memory === undefined ? undefined : readMemory(memory)],
  );
}

/** The task definition that the request would start; undefined where there is none. */
export function startedDefinition(
  context: DemandContext,
  reference: string | undefined,
): TaskDefinitionRecord | undefined {
  if (reference === undefined) return undefined;
  // A foreign ARN is refused by the operation, after the authorization.
  if (reference.startsWith('arn:') && !reference.startsWith(ecsArn(context, 'task-definition'))) {
    return undefined;
  }
  return lookUpTaskDefinition(context, reference)?.record;
}

/** What RunTask and StartTask ask besides themselves. */
function startDemands(
  createAction: string,
  input: RunTaskRequest | StartTaskRequest,
  record: TaskDefinitionRecord | undefined,
  context: DemandContext,
): readonly Demand[] {
  const { cluster, overrides, propagateTags, tags = [], volumeConfigurations = [] } = input;
  const tasks = ecsArn(context, 'task', clusterWord(cluster), '*');
  const propagated = propagateTags === 'TASK_DEFINITION' ? (record?.tags ?? []) : [];
  const definition = record?.definition;
  return [
    ...tagOnCreate(createAction, tasks, mergedTags(propagated, tags)),
    ...passRoles(context, [
      definition?.taskRoleArn,
      definition?.executionRoleArn,
      overrides?.taskRoleArn,
      overrides?.executionRoleArn,
    ]),
    ...passRoles(
      context,
      volumeConfigurations.map(({ managedEBSVolume }) => managedEBSVolume?.roleArn),
      'ecs.amazonaws.com',
    ),
  ];
}

function mergedTags(propagated: readonly Tag[], own: readonly Tag[]): readonly Tag[] {
  const named = new Set(own.map(({ key }) => key));
  return [...propagated.filter(({ key }) => !named.has(key)), ...own];
}

function startKeys(input: RunTaskRequest | StartTaskRequest, context: DemandContext): Keys {
  return [
    ...requestTagKeys(input.tags),
    ...clusterKey(context, input.cluster),
    ...keys(
      ['ecs:enable-execute-command', input.enableExecuteCommand],
      ['ecs:enable-ebs-volumes', input.volumeConfigurations?.length ? true : undefined],
    ),
  ];
}

function runTask(input: RunTaskRequest, context: DemandContext): readonly Demand[] {
  const record = startedDefinition(context, input.taskDefinition);
  return [
    ecsDemand('RunTask', askedTaskDefinition(context, input.taskDefinition), context, [
      ...startKeys(input, context),
      ...capacityProviderKeys(context, input.capacityProviderStrategy),
      ...taskSizeKeys(record, input.overrides),
    ]),
    ...startDemands('RunTask', input, record, context),
  ];
}

function startTask(input: StartTaskRequest, context: DemandContext): readonly Demand[] {
  const record = startedDefinition(context, input.taskDefinition);
  const asked = askedTaskDefinition(context, input.taskDefinition);
  // The key has one value: each container instance is asked about by itself.
  const own = input.containerInstances.map((instance) => {
    const { arn } = askedInCluster(context, 'container-instance', input.cluster, instance);
    return ecsDemand('StartTask', asked, context, [
      ...startKeys(input, context),
      ...keys(['ecs:container-instances', arn]),
    ]);
  });
  const whole = own.length > 0 ? own : [ecsDemand('StartTask', asked, context)];
  return [...whole, ...startDemands('StartTask', input, record, context)];
}

/** The container that is meant where none is named: the only one of the task. */
function onlyContainer(context: DemandContext, taskArn: string): string | undefined {
  const [cluster = '', id = ''] = readEcsArn(taskArn)?.parts ?? [];
  const record = inCluster<TaskContainers>(context, 'task', cluster).find(id)?.record;
  const [first, ...others] = record?.containers ?? [];
  return others.length === 0 ? first?.name : undefined;
}

type TaskContainers = Pick<Task, 'containers'> & { readonly tags: readonly Tag[] };

function executeCommand(input: ExecuteCommandRequest, context: DemandContext): readonly Demand[] {
  const task = askedInCluster(context, 'task', input.cluster, input.task);
  const more = [
    ...clusterKey(context, input.cluster),
    ...keys(
      ['ecs:container-name', input.container ?? onlyContainer(context, task.arn)],
      ['ecs:task', task.arn],
    ),
  ];
  return [
    ecsDemand('ExecuteCommand', askedCluster(context, input.cluster), context, more),
    ecsDemand('ExecuteCommand', task, context, more),
  ];
}

/** Operations that name several tasks. */
function onTasks(action: string): DemandRule {
  return ({ cluster, tasks = [] }: Partial<GetTaskProtectionRequest>, context: DemandContext) =>
    taskDemands(action, cluster, tasks, context);
}

export const taskRules: Readonly<Record<string, DemandRule>> = {
  DescribeTasks: onTasks('DescribeTasks'),
  ExecuteCommand: executeCommand,
  GetTaskProtection: onTasks('GetTaskProtection'),
  // Unverified: every container instance of the cluster where the request names none.
  ListTasks: ({ cluster, containerInstance }: ListTasksRequest, context: DemandContext) =>
    instanceDemands('ListTasks', cluster, [containerInstance], context),
  RunTask: runTask,
  StartTask: startTask,
  StopTask: (
    { cluster, task }: { readonly cluster?: string; readonly task: string },
    context: DemandContext,
  ) => taskDemands('StopTask', cluster, [task], context),
  UpdateTaskProtection: onTasks('UpdateTaskProtection'),
};
