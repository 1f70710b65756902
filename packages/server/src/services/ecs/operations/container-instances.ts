/** Operations on container instances: describe, list, drain, update the agent. */
import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
  UpdateContainerAgentRequest,
  UpdateContainerAgentResponse,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse,
} from '@sekisho/catalog/types/ecs';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { toContainerInstance } from '../container-instance-description.ts';
import { findCluster } from '../entities/cluster.ts';
import {
  type ContainerInstanceRecord,
  containerInstancesOf,
  findContainerInstance,
  lookUpContainerInstance,
} from '../entities/container-instance.ts';
import { ecsError, invalidParameter } from '../errors.ts';
import { describedContainerInstancesMax } from '../limits.ts';
import { page } from '../pages.ts';
import { readQuery } from '../query/container-instance-query.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
function describeContainerInstances(
  { cluster, containerInstances, include }: DescribeContainerInstancesRequest,
  context: OperationContext,
): DescribeContainerInstancesResponse {
  const { clusterName } = findCluster(context, cluster).record;
  const { found, failures } = lookUpAll(clusterName, containerInstances, context);
  const fields = new Set(include);
  return {
    containerInstances: found.map(({ record }) =>
      toContainerInstance(context, clusterName, record, fields),
    ),
    failures,
  };
}

function lookUpAll(
  clusterName: string,
  named: readonly string[],
  context: OperationContext,
): { readonly found: readonly Held<ContainerInstanceRecord>[]; readonly failures: Failure[] } {
  if (named.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (named.length > describedContainerInstancesMax) {
    // Unverified: the text.
    throw invalidParameter('Container instances cannot have more than 100 elements.');
  }
  const found: Held<ContainerInstanceRecord>[] = [];
  const failures: Failure[] = [];
  for (const name of new Set(named)) {
    const held = lookUpContainerInstance(context, clusterName, name);
    if (held !== undefined) found.push(held);
    else {
      const arn = name.startsWith('arn:')
        ? name
        : ecsArn(context, 'container-instance', clusterName, name);
      failures.push({ arn, reason: 'MISSING' });
    }
  }
  return { found, failures };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html */
function listContainerInstances(
  input: ListContainerInstancesRequest,
  context: OperationContext,
): ListContainerInstancesResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const { filter, status } = input;
  const matches = filter === undefined || filter === '' ? () => true : readQuery(filter);
  const arns = containerInstancesOf(context, clusterName)
    .all()
    .map(({ record }) => record)
    .filter((record) => record.status !== 'INACTIVE')
    .filter((record) => status === undefined || record.status === status)
    .filter((record) => matches(toContainerInstance(context, clusterName, record, new Set())))
    .map((record) => record.containerInstanceArn);
  const filters = ['ListContainerInstances', clusterName, filter, status];
  const { items, nextToken } = page(arns, (arn) => arn, input, filters, context);
  return { containerInstanceArns: items, nextToken };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
async function updateContainerInstancesState(
  { cluster, containerInstances, status }: UpdateContainerInstancesStateRequest,
  context: OperationContext,
): Promise<UpdateContainerInstancesStateResponse> {
  if (status !== 'ACTIVE' && status !== 'DRAINING') {
    throw invalidParameter('Container instance status should be one of [ACTIVE,DRAINING]');
  }
  const { clusterName } = findCluster(context, cluster).record;
  const { found, failures } = lookUpAll(clusterName, containerInstances, context);
  const inactive = found.filter(({ record }) => record.status === 'INACTIVE');
  for (const { record } of inactive) {
    failures.push({ arn: record.containerInstanceArn, reason: 'INACTIVE' });
  }
  const instances = containerInstancesOf(context, clusterName);
  const changed = found
    .filter((held) => !inactive.includes(held))
    .map((held) => [held, { ...held.record, status }] as const);
  if (changed.length > 0) {
    await context.commit(changed.map(([held, record]) => instances.replace(held, record)));
  }
  return {
    containerInstances: changed.map(([, record]) =>
      toContainerInstance(context, clusterName, record, new Set()),
    ),
    failures,
  };
}

/**
 * Nothing here updates agents: each is said to be the latest.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerAgent.html
 */
function updateContainerAgent(
  { cluster, containerInstance }: UpdateContainerAgentRequest,
  context: OperationContext,
): UpdateContainerAgentResponse {
  const { clusterName } = findCluster(context, cluster).record;
  findContainerInstance(context, clusterName, containerInstance);
  throw ecsError(
    'NoUpdateAvailableException',
    'There is no update available for your container agent.',
  );
}

export const containerInstanceOperations: Readonly<Record<string, Operation>> = {
  DescribeContainerInstances: describeContainerInstances,
  ListContainerInstances: listContainerInstances,
  UpdateContainerAgent: updateContainerAgent,
  UpdateContainerInstancesState: updateContainerInstancesState,
};
