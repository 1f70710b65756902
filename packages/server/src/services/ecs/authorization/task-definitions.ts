/** Demands of the operations on task definitions. */
import type {
  DeleteTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
} from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { readCpu, readMemory } from '../task-definition/task-size.ts';
import { onNothing } from './clusters.ts';
import { askedTaskDefinition, ecsDemand, orAll, tagOnCreate } from './demand.ts';
import { keys, requestTagKeys } from './keys.ts';
import { passRoles } from './pass-role.ts';

function registerTaskDefinition(
  input: RegisterTaskDefinitionRequest,
  context: DemandContext,
): readonly Demand[] {
  const { family, tags, taskRoleArn, executionRoleArn } = input;
  // Unverified: `family:*`, as long as the revision is not known.
  const arn = ecsArn(context, 'task-definition', `${family}:*`);
  const privileged = input.containerDefinitions.some((container) => container.privileged === true);
  return [
    ecsDemand('RegisterTaskDefinition', { arn }, context, [
      ...requestTagKeys(tags),
      ...keys(
        ['ecs:compute-compatibility', input.requiresCompatibilities],
        ['ecs:privileged', privileged],
        ['ecs:task-cpu', input.cpu === undefined ? undefined : readCpu(input.cpu)],
        ['ecs:task-memory', input.memory === undefined ? undefined : readMemory(input.memory)],
      ),
    ]),
    ...tagOnCreate('RegisterTaskDefinition', arn, tags),
    ...passRoles(context, [taskRoleArn, executionRoleArn]),
  ];
}

export const taskDefinitionRules: Readonly<Record<string, DemandRule>> = {
  RegisterTaskDefinition: registerTaskDefinition,
  DeleteTaskDefinitions: (
    { taskDefinitions }: DeleteTaskDefinitionsRequest,
    context: DemandContext,
  ) =>
    orAll(taskDefinitions).map((reference) =>
      ecsDemand('DeleteTaskDefinitions', askedTaskDefinition(context, reference), context),
    ),
  // The three below have no resource type: a statement on a task definition's ARN grants none.
  DeregisterTaskDefinition: onNothing('DeregisterTaskDefinition'),
  DescribeTaskDefinition: onNothing('DescribeTaskDefinition'),
  ListTaskDefinitions: onNothing('ListTaskDefinitions'),
  ListTaskDefinitionFamilies: onNothing('ListTaskDefinitionFamilies'),
};
