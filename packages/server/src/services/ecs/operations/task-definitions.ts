/** Operations on one task definition: register, describe, deregister, delete. */
import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  Failure,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@sekisho/catalog/types/ecs';
import type { Change } from '../../../store/store.ts';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { askedTaskDefinition } from '../authorization/demand.ts';
import {
  familiesOf,
  findTaskDefinition,
  lookUpTaskDefinition,
  readTaskDefinitionName,
  revisionsOf,
  type TaskDefinitionRecord,
  toTaskDefinition,
} from '../entities/task-definition.ts';
import { clientException, invalidParameter } from '../errors.ts';
import {
  deletedTaskDefinitionMilliseconds,
  deletedTaskDefinitionsMax,
  revisionsPerFamilyMax,
} from '../limits.ts';
import { withTags } from '../tags.ts';
import { checkTaskDefinition } from '../task-definition/check-task-definition.ts';
import { ecrImageReader } from '../task-definition/ecr-images.ts';
import { toStoredDefinition } from '../task-definition/registered-definition.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
async function registerTaskDefinition(
  input: RegisterTaskDefinitionRequest,
  context: OperationContext,
): Promise<RegisterTaskDefinitionResponse> {
  checkTaskDefinition(input, ecrImageReader(context));
  const { family } = input;
  const families = familiesOf(context);
  const held = families.find(family);
  const revision = (held?.record.lastRevision ?? 0) + 1;
  // Unverified: the text.
  if (revision > revisionsPerFamilyMax) {
    throw clientException('The limit for revisions of the family has been exceeded.');
  }
  const record: TaskDefinitionRecord = {
    definition: toStoredDefinition(input, revision, context),
    status: 'ACTIVE',
    registeredAt: context.now,
    tags: withTags([], input.tags),
  };
  const familyRecord = { family, lastRevision: revision };
  await context.commit([
    held === undefined
      ? families.create(family, familyRecord)
      : families.replace(held, familyRecord),
    revisionsOf(context, family).create(String(revision), record),
    ...forgotten(family, context),
  ]);
  return { taskDefinition: toTaskDefinition(record), tags: record.tags };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
function describeTaskDefinition(
  { taskDefinition, include = [] }: DescribeTaskDefinitionRequest,
  context: OperationContext,
): DescribeTaskDefinitionResponse {
  const { record } = findTaskDefinition(context, taskDefinition);
  return {
    taskDefinition: toTaskDefinition(record),
    tags: include.includes('TAGS') ? record.tags : [],
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html */
async function deregisterTaskDefinition(
  { taskDefinition }: DeregisterTaskDefinitionRequest,
  context: OperationContext,
): Promise<DeregisterTaskDefinitionResponse> {
  const name = readTaskDefinitionName(context, taskDefinition);
  // Unverified: the text.
  if (name !== undefined && name.revision === undefined) {
    throw invalidParameter('Revision is missing.');
  }
  const held = lookUpTaskDefinition(context, taskDefinition);
  if (held === undefined) {
    throw clientException('The specified task definition does not exist.');
  }
  if (held.record.status !== 'ACTIVE') return { taskDefinition: toTaskDefinition(held.record) };
  const record: TaskDefinitionRecord = {
    ...held.record,
    status: 'INACTIVE',
    deregisteredAt: context.now,
  };
  const revisions = revisionsOf(context, record.definition.family);
  await context.commit([revisions.replace(held, record)]);
  return { taskDefinition: toTaskDefinition(record) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html */
async function deleteTaskDefinitions(
  { taskDefinitions }: DeleteTaskDefinitionsRequest,
  context: OperationContext,
): Promise<DeleteTaskDefinitionsResponse> {
  const named = [...new Set(taskDefinitions)];
  // Unverified: the text.
  if (named.length === 0 || named.length > deletedTaskDefinitionsMax) {
    throw invalidParameter(
      `Between 1 and ${deletedTaskDefinitionsMax} task definitions can be deleted at once.`,
    );
  }
  const deleted: TaskDefinitionRecord[] = [];
  const failures: Failure[] = [];
  const changes: Change[] = [];
  for (const reference of named) {
    const held = revisionNamed(reference, context);
    const { arn } = askedTaskDefinition(context, reference);
    const reason = deletionRefused(held);
    if (held === undefined || reason !== undefined) {
      failures.push({ arn, reason: reason ?? 'MISSING' });
      continue;
    }
    const record: TaskDefinitionRecord = {
      ...held.record,
      status: 'DELETE_IN_PROGRESS',
      deleteRequestedAt: held.record.deleteRequestedAt ?? context.now,
    };
    changes.push(revisionsOf(context, record.definition.family).replace(held, record));
    deleted.push(record);
  }
  if (changes.length > 0) await context.commit(distinct(changes));
  return { taskDefinitions: deleted.map(toTaskDefinition), failures };
}

function revisionNamed(
  reference: string,
  context: OperationContext,
): Held<TaskDefinitionRecord> | undefined {
  const name = readTaskDefinitionName(context, reference);
  if (name?.revision === undefined) return undefined;
  return lookUpTaskDefinition(context, reference);
}

function deletionRefused(held: Held<TaskDefinitionRecord> | undefined): string | undefined {
  // Unverified: the texts.
  if (held === undefined) {
    return (
      'The specified task definition identifier is invalid. Specify a valid name or ARN and try ' +
      'again.'
    );
  }
  if (held.record.status !== 'ACTIVE') return undefined;
  return (
    'The specified task definition is still in ACTIVE status. Please deregister the target and ' +
    'try again.'
  );
}

/** The same task definition may be named in two ways. */
function distinct(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [change.key, change])).values()];
}

/** Deleted revisions go when they have been described long enough. */
function forgotten(family: string, context: OperationContext): readonly Change[] {
  const revisions = revisionsOf(context, family);
  return revisions
    .all()
    .filter(({ record: { deleteRequestedAt } }) => {
      if (deleteRequestedAt === undefined) return false;
      return deleteRequestedAt + deletedTaskDefinitionMilliseconds <= context.now;
    })
    .map((held) => revisions.remove(held));
}

export const taskDefinitionOperations: Readonly<Record<string, Operation>> = {
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  RegisterTaskDefinition: registerTaskDefinition,
};
