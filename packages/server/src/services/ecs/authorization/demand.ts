/** Demands on ECS resources: the ARN that the caller's words mean, with the tags stored there. */
import type { Tag } from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext } from '../../service.ts';
import { clusterArnOf, type EcsPlace, type EcsResourceType, ecsArn, readEcsArn } from '../arn.ts';
import { capacityProvidersOf } from '../entities/capacity-provider.ts';
import { clustersOf, type InClusterType, inCluster } from '../entities/cluster.ts';
import { lookUpTaskDefinition, revisionsOf } from '../entities/task-definition.ts';
import { type Keys, keys, requestTagKeys, resourceTagKeys } from './keys.ts';

/** A resource as it is asked about. */
export interface AskedResource {
  readonly arn: string;
  /** What a refusal prints, where it is not the ARN: the caller's own words. */
  readonly text?: string;
}

/** The demand `ecs:<action>` on the resource, with its stored tags. */
export function ecsDemand(
  action: string,
  { arn, text }: AskedResource,
  context: DemandContext,
  more: Keys = [],
): Demand {
  return {
    action: `ecs:${action}`,
    resource: arn,
    context: [...resourceTagKeys(storedTags(context, arn)), ...more],
    ...(text === undefined || text === arn ? {} : { resourceText: text }),
  };
}

/** What the request names; all of them where it names none: nothing is done unasked. */
export function orAll(names: readonly string[] | undefined): readonly string[] {
  return names === undefined || names.length === 0 ? ['*'] : names;
}

/** For actions without resource types. */
export function wholeDemand(action: string, more: Keys = []): Demand {
  return { action: `ecs:${action}`, resource: '*', context: more };
}

/** By name or ARN; absent: the cluster named `default`. */
export function askedCluster(context: DemandContext, nameOrArn: string | undefined): AskedResource {
  return { arn: clusterArnOf(context, nameOrArn) };
}

export function clusterKey(context: DemandContext, nameOrArn: string | undefined): Keys {
  return keys(['ecs:cluster', clusterArnOf(context, nameOrArn)]);
}

/**
 * A task, service or container instance by id or ARN. An ARN of the old form names no cluster: it
 * is asked about in the new one, so that a policy on the cluster's resources holds for both.
 */
export function askedInCluster(
  context: DemandContext,
  type: InClusterType,
  cluster: string | undefined,
  idOrArn: string,
): AskedResource {
  const read = readEcsArn(idOrArn);
  if (read === undefined && idOrArn.startsWith('arn:')) return { arn: idOrArn };
  if (read !== undefined && (read.type !== type || read.parts.length > 1)) return { arn: idOrArn };
  const id = read?.parts[0] ?? idOrArn;
  const place = read === undefined ? context : { ...context, ...placeOf(read) };
  const arn = ecsArn(place, type, clusterWord(cluster), id);
  return read === undefined ? { arn } : { arn, text: idOrArn };
}

function placeOf({ partition, region, account }: Omit<EcsPlace, 'runtime'>) {
  return { partition, region, account };
}

/** The name within the caller's word for a cluster, whatever account an ARN is of. */
export function clusterWord(cluster: string | undefined): string {
  if (cluster === undefined || cluster === '') return 'default';
  return cluster.startsWith('arn:') ? (readEcsArn(cluster)?.parts[0] ?? cluster) : cluster;
}

/** A capacity provider by name or ARN. */
export function capacityProviderArnOf(context: DemandContext, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return ecsArn(context, 'capacity-provider', nameOrArn);
}

/** As the caller wrote it: family, family and revision, or ARN. */
export function askedTaskDefinition(context: DemandContext, reference: string): AskedResource {
  if (reference.startsWith('arn:')) return { arn: reference };
  return { arn: ecsArn(context, 'task-definition', reference) };
}

/**
 * What a creating operation asks besides: the tags it sets.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
 */
export function tagOnCreate(
  createAction: string,
  resource: string,
  tags: readonly Tag[] | undefined,
): readonly Demand[] {
  if (tags === undefined || tags.length === 0) return [];
  return [
    {
      action: 'ecs:TagResource',
      resource,
      context: [...requestTagKeys(tags), ['ecs:CreateAction', createAction]],
    },
  ];
}

/** The tags of the resource; none where it does not exist. */
export function storedTags(context: DemandContext, arn: string): readonly Tag[] {
  const read = readEcsArn(arn);
  if (read === undefined) return [];
  // The server holds several accounts: tags are looked up where the ARN says.
  const place = { ...placeOf(read), runtime: context.runtime };
  const [first = '', second = ''] = read.parts;
  switch (read.type as EcsResourceType) {
    case 'cluster':
      return clustersOf(place).find(first)?.record.tags ?? [];
    case 'capacity-provider':
      return capacityProvidersOf(place).find(first)?.record.tags ?? [];
    case 'container-instance':
    case 'service':
    case 'task':
      return inCluster(place, read.type as InClusterType, first).find(second)?.record.tags ?? [];
    case 'task-definition': {
      const [family = '', revision] = first.split(':');
      // A family alone means its latest ACTIVE revision.
      const held =
        revision === undefined
          ? lookUpTaskDefinition(place, family)
          : revisionsOf(place, family).find(revision);
      return held?.record.tags ?? [];
    }
    default:
      return [];
  }
}
