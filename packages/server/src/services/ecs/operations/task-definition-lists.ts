/** Lists of task definitions and of their families. */
import type {
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { familiesOf, revisionsOf, type TaskDefinitionRecord } from '../entities/task-definition.ts';
import { page } from '../pages.ts';

const revisionDigits = 9;

/**
 * By family, then by revision. `familyPrefix` is a whole family's name here.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html
 */
function listTaskDefinitions(
  input: ListTaskDefinitionsRequest,
  context: OperationContext,
): ListTaskDefinitionsResponse {
  const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
  const families = familyPrefix ? [familyPrefix] : familiesOf(context).names();
  const records = families
    .flatMap((family) => revisionsOf(context, family).all())
    .map(({ record }) => record)
    .filter((record) => record.status === status)
    .map((record) => [sortKey(record), record.definition.taskDefinitionArn] as const);
  const order = sort === 'ASC' ? 1 : -1;
  records.sort(([one], [other]) => (one < other ? -order : order));
  const { items, nextToken } = page(
    records,
    ([key]) => key,
    input,
    ['ListTaskDefinitions', familyPrefix, status, sort],
    context,
    sort === 'ASC' ? 'ascending' : 'descending',
  );
  return { taskDefinitionArns: items.map(([, arn]) => arn), nextToken };
}

function sortKey({ definition: { family, revision } }: TaskDefinitionRecord): string {
  return `${family}:${String(revision).padStart(revisionDigits, '0')}`;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html */
function listTaskDefinitionFamilies(
  input: ListTaskDefinitionFamiliesRequest,
  context: OperationContext,
): ListTaskDefinitionFamiliesResponse {
  const { familyPrefix = '', status = 'ALL' } = input;
  const families = familiesOf(context)
    .names()
    .filter((family) => family.startsWith(familyPrefix))
    .filter((family) => {
      const found = revisionsOf(context, family).all();
      const isActive = found.some(({ record }) => record.status === 'ACTIVE');
      if (status === 'ACTIVE') return isActive;
      const isInactive = found.some(({ record }) => record.status === 'INACTIVE');
      return status === 'INACTIVE' ? isInactive && !isActive : isActive || isInactive;
    });
  const filters = ['ListTaskDefinitionFamilies', familyPrefix, status];
  const { items, nextToken } = page(families, (family) => family, input, filters, context);
  return { families: items, nextToken };
}

export const taskDefinitionListOperations: Readonly<Record<string, Operation>> = {
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
};
