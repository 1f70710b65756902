/** Tags of ECS resources of every type, by ARN. */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/ecs';
import type { Change } from '../../../store/store.ts';
import type { Held, RecordFolder } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { type EcsArn, readEcsArn } from '../arn.ts';
import { capacityProvidersOf } from '../entities/capacity-provider.ts';
import { clustersOf, inCluster } from '../entities/cluster.ts';
import { revisionsOf } from '../entities/task-definition.ts';
import {
  clusterNotFound,
  containerInstanceNotFound,
  invalidParameter,
  serviceNotFound,
  taskDefinitionNotFound,
  taskNotFound,
} from '../errors.ts';
import { withoutTags, withTags } from '../tags.ts';

/** Every record of ECS that has tags. */
interface Tagged {
  readonly tags: readonly Tag[];
}

/** A resource as it was read, and how it is written back with other tags. */
interface TaggedResource {
  readonly tags: readonly Tag[];
  readonly write: (tags: readonly Tag[]) => Change;
}

/** Throws InvalidParameterException, or what the resource's type answers when there is none. */
function findTagged(resourceArn: string, context: OperationContext): TaggedResource {
  const read = readEcsArn(resourceArn);
  const { account, partition, region } = context;
  // Unverified: the text.
  if (read?.account !== account || read.region !== region || read.partition !== partition) {
    throw invalidParameter('The specified resource ARN is not valid.');
  }
  return lookUpTagged(read, context);
}

function lookUpTagged(
  { type, parts: [first = '', second = ''] }: EcsArn,
  context: OperationContext,
): TaggedResource {
  switch (type) {
    case 'capacity-provider':
      return tagged(capacityProvidersOf(context), first, () =>
        invalidParameter('The specified capacity provider does not exist.'),
      );
    case 'cluster':
      return tagged(clustersOf(context), first, clusterNotFound, () =>
        invalidParameter(
          'The specified cluster is inactive. Specify an active cluster and try again.',
        ),
      );
    case 'container-instance':
      return tagged(inCluster<Tagged>(context, type, first), second, containerInstanceNotFound);
    case 'service':
      return tagged(inCluster<Tagged>(context, type, first), second, serviceNotFound);
    case 'task':
      return tagged(inCluster<Tagged>(context, type, first), second, taskNotFound);
    case 'task-definition': {
      const [family = '', revision = ''] = first.split(':');
      return tagged(revisionsOf(context, family), revision, taskDefinitionNotFound);
    }
    default:
      throw invalidParameter('The specified resource ARN is not valid.');
  }
}

function tagged<T extends Tagged>(
  folder: RecordFolder<T>,
  name: string,
  notFound: () => Error,
  inactive = notFound,
): TaggedResource {
  const held: Held<T> | undefined = folder.find(name);
  const isGone = held !== undefined && 'status' in held.record && held.record.status === 'INACTIVE';
  // Inactive revisions of task definitions keep their tags; what else is inactive was deleted.
  if (held === undefined) throw notFound();
  if (isGone && !('definition' in held.record)) throw inactive();
  const { tags } = held.record;
  return { tags, write: (changed) => folder.replace(held, { ...held.record, tags: changed }) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html */
async function tagResource(
  { resourceArn, tags }: TagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = findTagged(resourceArn, context);
  await context.commit([found.write(withTags(found.tags, tags))]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html */
async function untagResource(
  { resourceArn, tagKeys }: UntagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = findTagged(resourceArn, context);
  await context.commit([found.write(withoutTags(found.tags, tagKeys))]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html */
function listTagsForResource(
  { resourceArn }: ListTagsForResourceRequest,
  context: OperationContext,
): ListTagsForResourceResponse {
  return { tags: findTagged(resourceArn, context).tags };
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
};
