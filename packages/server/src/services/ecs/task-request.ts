/** What RunTask and StartTask have in common: the request read, checked, and made into tasks. */
import type { Failure, RunTaskRequest, StartTaskRequest } from '@sekisho/catalog/types/ecs';
import type { Change } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import { requirePassRolesAsked } from './authorization/pass-role.ts';
import { type ClusterRecord, findCluster } from './entities/cluster.ts';
import type { TaskRecord } from './entities/task.ts';
import { findActiveTaskDefinition, type TaskDefinitionRecord } from './entities/task-definition.ts';
import { ecsError, invalidParameter } from './errors.ts';
import { overrideCharactersMax, startedByCharactersMax } from './limits.ts';
import { plainCopy } from './plain.ts';
import type { LaunchType } from './scheduler/capacity.ts';
import { schedulerOf } from './scheduler/scheduler.ts';
import { type TaskOrder, tagsOfTask } from './scheduler/task-making.ts';
import { checkNetwork, readNetwork } from './scheduler/task-network.ts';
import { shapeOf } from './scheduler/task-shape.ts';

/** The request with everything found that it names. */
export interface ReadTaskRequest {
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinitionRecord;
  /** The order of one task, without where it goes. */
  readonly order: Omit<TaskOrder, 'containerInstance' | 'placement'>;
}

/** Throws ECS's errors for what is contradictory or not there. */
export function readTaskRequest(
  input: RunTaskRequest | StartTaskRequest,
  context: OperationContext,
): ReadTaskRequest {
  const cluster = findCluster(context, input.cluster).record;
  const definition = findActiveTaskDefinition(context, input.taskDefinition).record;
  const overrides = plainCopy(input.overrides ?? {});
  if (JSON.stringify(overrides).length > overrideCharactersMax) {
    throw invalidParameter(`Container Overrides length must be at most ${overrideCharactersMax}`);
  }
  const shape = shapeOf(definition.definition, overrides);
  requirePassRolesAsked(context, [shape.taskRoleArn, shape.executionRoleArn]);
  refuseUnsupported(input);
  checkStartedBy(input.startedBy);
  const { networkConfiguration } = input;
  return {
    cluster,
    definition,
    order: {
      cluster,
      definition,
      shape,
      overrides,
      group: readGroup(input.group, definition),
      startedBy: input.startedBy,
      referenceId: input.referenceId,
      networkConfiguration: readNetwork(networkConfiguration),
      enableExecuteCommand: readExecuteCommand(input, shape.taskRoleArn),
      tags: tagsOfTask({
        own: input.tags ?? [],
        propagated: readPropagation(input.propagateTags) ? definition.tags : [],
        managed: input.enableECSManagedTags === true,
        clusterName: cluster.clusterName,
      }),
    },
  };
}

/** Throws unless the network configuration fits the task definition. */
export function checkTaskNetwork(
  { order }: ReadTaskRequest,
  launchType: LaunchType,
  context: OperationContext,
) {
  const { networkMode } = order.definition.definition;
  checkNetwork(order.networkConfiguration, networkMode, launchType, context);
}

const startedByForm = /^[A-Za-z0-9_/-]*$/;

function checkStartedBy(startedBy = ''): void {
  if (startedBy.length > startedByCharactersMax) {
    throw invalidParameter(`startedBy longer than ${startedByCharactersMax}.`);
  }
  // Unverified: the text. The characters are the API reference's.
  if (!startedByForm.test(startedBy)) {
    throw invalidParameter('startedBy contains invalid characters.');
  }
}

function readGroup(group: string | undefined, { definition }: TaskDefinitionRecord): string {
  if (group === undefined || group === '') return `family:${definition.family}`;
  // Unverified: the text. Groups of services are the scheduler's own.
  if (group.startsWith('service:')) throw invalidParameter('Invalid namespace for group.');
  return group;
}

function readPropagation(propagateTags: string | undefined): boolean {
  if (propagateTags === undefined || propagateTags === 'NONE') return false;
  if (propagateTags === 'TASK_DEFINITION') return true;
  // Unverified: the text.
  throw invalidParameter(`Invalid value for propagateTags: ${propagateTags}`);
}

function readExecuteCommand(
  { enableExecuteCommand }: Pick<RunTaskRequest, 'enableExecuteCommand'>,
  taskRoleArn: string | undefined,
): boolean {
  if (enableExecuteCommand !== true) return false;
  if (taskRoleArn !== undefined) return true;
  // Unverified: that a task is refused in the words in which a service is.
  throw invalidParameter(
    "The task couldn't be started because a valid taskRoleArn is not being used. Specify a valid " +
      'task role in your task definition and try again.',
  );
}

function refuseUnsupported({ volumeConfigurations }: Pick<RunTaskRequest, 'volumeConfigurations'>) {
  if (volumeConfigurations === undefined || volumeConfigurations.length === 0) return;
  throw ecsError(
    'UnsupportedFeatureException',
    'Amazon EBS volumes of tasks are not implemented by this server.',
  );
}

/** Tasks that were made, and why others were not. */
export interface MadeTasks {
  readonly tasks: readonly TaskRecord[];
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
}

/** Writes the tasks and starts them. */
export async function startTasks(
  { tasks, changes }: MadeTasks,
  context: OperationContext,
): Promise<void> {
  if (changes.length > 0) await context.commit(changes);
  const { engine } = schedulerOf(context.runtime);
  for (const task of tasks) engine.begin({ task, place: placeOf(context) });
}

/** The place outlives the request. */
function placeOf({ partition, region, account, runtime }: OperationContext) {
  return { partition, region, account, runtime };
}
