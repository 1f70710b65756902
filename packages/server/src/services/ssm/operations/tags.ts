/** AddTagsToResource, RemoveTagsFromResource and ListTagsForResource, for parameters. */
import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from '@sekisho/catalog/types/ssm';
import type { OperationContext } from '../../service.ts';
import { invalidResourceId } from '../errors.ts';
import { readReference } from '../parameter-name.ts';
import { type FoundParameter, findParameter } from '../parameter-store.ts';
import { withTags } from '../tags.ts';

/** Resources of other types do not exist here. Throws InvalidResourceId. */
function requireTagged(
  { ResourceType: type, ResourceId: id }: ListTagsForResourceRequest,
  context: OperationContext,
): FoundParameter {
  const found =
    type === 'Parameter' ? findParameter(readReference(id, context), context) : undefined;
  if (found === undefined) throw invalidResourceId();
  return found;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export async function addTagsToResource(
  input: AddTagsToResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireTagged(input, context);
  const { record, store } = found;
  const tags = withTags(record.tags, input.Tags);
  await context.commit([store.parameters.replace(found, { ...record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
export async function removeTagsFromResource(
  input: RemoveTagsFromResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireTagged(input, context);
  const { record, store } = found;
  const tags = record.tags.filter(([key]) => !input.TagKeys.includes(key));
  await context.commit([store.parameters.replace(found, { ...record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource(
  input: ListTagsForResourceRequest,
  context: OperationContext,
): ListTagsForResourceResult {
  const { record } = requireTagged(input, context);
  return { TagList: record.tags.map(([Key, Value]) => ({ Key, Value })) };
}
