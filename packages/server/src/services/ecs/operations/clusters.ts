/** Operations on clusters: create, describe, list, update, delete. */
import type {
  ClusterSetting,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from '@sekisho/catalog/types/ecs';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { clusterNameOf, defaultCluster, ecsArn } from '../arn.ts';
import { ensureServiceLinkedRole } from '../authorization/service-linked-role.ts';
import { readCapacityProviders, readStrategy } from '../capacity-strategy.ts';
import { registeredInstances, toCluster } from '../cluster-description.ts';
import { effectiveSetting } from '../entities/account-setting.ts';
import { type ClusterRecord, clustersOf, findCluster, lookUpCluster } from '../entities/cluster.ts';
import { liveServices } from '../entities/service.ts';
import { liveTasks } from '../entities/task.ts';
import { ecsError, invalidParameter } from '../errors.ts';
import { clustersPerRegionMax, describedClustersMax } from '../limits.ts';
import { page } from '../pages.ts';
import { isSame, plainCopy } from '../plain.ts';
import { withTags } from '../tags.ts';

const nameForm = /^[A-Za-z0-9_-]{1,255}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
async function createCluster(
  input: CreateClusterRequest,
  context: OperationContext,
): Promise<CreateClusterResponse> {
  const name = input.clusterName || defaultCluster;
  if (!nameForm.test(name)) {
    // Unverified: the text.
    throw invalidParameter(
      'The cluster name must have 1 to 255 letters, digits, hyphens and underscores.',
    );
  }
  const clusters = clustersOf(context);
  const existing = clusters.find(name);
  const record = toRecord(name, input, context);
  if (existing?.record.status === 'ACTIVE') {
    requireSameCluster(existing.record, record, input);
    return { cluster: toCluster(context, existing.record) };
  }
  if (clusters.count() >= clustersPerRegionMax) {
    // Unverified: the text.
    throw ecsError('LimitExceededException', 'The limit for clusters has been exceeded.');
  }
  await ensureServiceLinkedRole(context);
  await context.commit([
    existing === undefined ? clusters.create(name, record) : clusters.replace(existing, record),
  ]);
  return { cluster: toCluster(context, record) };
}

function toRecord(
  name: string,
  input: CreateClusterRequest,
  context: OperationContext,
): ClusterRecord {
  const { configuration, serviceConnectDefaults } = input;
  const capacityProviders = readCapacityProviders(context, input.capacityProviders);
  return {
    clusterArn: ecsArn(context, 'cluster', name),
    clusterName: name,
    status: 'ACTIVE',
    createdAt: context.now,
    tags: withTags([], input.tags),
    settings: readSettings(input.settings, [
      { name: 'containerInsights', value: effectiveSetting(context, 'containerInsights') },
    ]),
    ...(configuration === undefined ? {} : { configuration: plainCopy(configuration) }),
    ...(serviceConnectDefaults === undefined
      ? {}
      : { serviceConnectDefaults: plainCopy(serviceConnectDefaults) }),
    capacityProviders,
    defaultCapacityProviderStrategy: readStrategy(
      context,
      input.defaultCapacityProviderStrategy,
      capacityProviders,
    ),
  };
}

/** What the request says must be what there is. */
function requireSameCluster(
  existing: ClusterRecord,
  record: ClusterRecord,
  input: CreateClusterRequest,
): void {
  const members = ['capacityProviders', 'configuration', 'settings'] as const;
  const differs = members.some(
    (member) => input[member] !== undefined && !isSame(existing[member], record[member]),
  );
  // Unverified: the text, and which members count.
  if (differs) {
    throw invalidParameter(
      'Arguments on this idempotent request are inconsistent with arguments used in previous ' +
        'request(s).',
    );
  }
}

const settingValues: ReadonlySet<string> = new Set(['disabled', 'enabled', 'enhanced']);

/** The settings after the given ones were set. Throws InvalidParameterException. */
function readSettings(
  settings: readonly ClusterSetting[] | undefined,
  existing: readonly ClusterSetting[],
): readonly ClusterSetting[] {
  const values = new Map(existing.map(({ name, value }) => [name, value]));
  for (const { name, value = '' } of settings ?? []) {
    // Unverified: the text.
    if (name !== 'containerInsights' || !settingValues.has(value)) {
      throw invalidParameter(`Invalid cluster setting: ${name ?? ''}=${value}`);
    }
    values.set(name, value);
  }
  return [...values].map(([name, value]) => plainCopy({ name, value }));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
function describeClusters(
  input: DescribeClustersRequest,
  context: OperationContext,
): DescribeClustersResponse {
  const include = new Set(input.include);
  const named = input.clusters?.length ? input.clusters : ['default'];
  if (named.length > describedClustersMax) {
    throw invalidParameter('Clusters cannot have more than 100 elements.');
  }
  const found = named.map((name) => [name, lookUpCluster(context, name)?.record] as const);
  return {
    clusters: found.flatMap(([, record]) =>
      record === undefined ? [] : [toCluster(context, record, include)],
    ),
    failures: found.flatMap(([name, record]) =>
      record === undefined
        ? [{ arn: ecsArn(context, 'cluster', clusterNameOf(context, name)), reason: 'MISSING' }]
        : [],
    ),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
function listClusters(input: ListClustersRequest, context: OperationContext): ListClustersResponse {
  const arns = clustersOf(context)
    .all()
    .filter(({ record }) => record.status === 'ACTIVE')
    .map(({ record }) => record.clusterArn);
  const { items, nextToken } = page(arns, (arn) => arn, input, ['ListClusters'], context);
  return { clusterArns: items, nextToken };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html */
async function updateCluster(
  input: UpdateClusterRequest,
  context: OperationContext,
): Promise<UpdateClusterResponse> {
  const held = findCluster(context, input.cluster);
  const { configuration, serviceConnectDefaults } = input;
  const cluster = await replaceCluster(context, held, {
    ...held.record,
    settings: readSettings(input.settings, held.record.settings),
    ...(configuration === undefined ? {} : { configuration: plainCopy(configuration) }),
    ...(serviceConnectDefaults === undefined
      ? {}
      : { serviceConnectDefaults: plainCopy(serviceConnectDefaults) }),
  });
  return { cluster };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html */
async function updateClusterSettings(
  input: UpdateClusterSettingsRequest,
  context: OperationContext,
): Promise<UpdateClusterSettingsResponse> {
  const held = findCluster(context, input.cluster);
  const settings = readSettings(input.settings, held.record.settings);
  return { cluster: await replaceCluster(context, held, { ...held.record, settings }) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html */
async function putClusterCapacityProviders(
  input: PutClusterCapacityProvidersRequest,
  context: OperationContext,
): Promise<PutClusterCapacityProvidersResponse> {
  const held = findCluster(context, input.cluster);
  const capacityProviders = readCapacityProviders(context, input.capacityProviders);
  requireUnusedRemoved(context, held.record, capacityProviders);
  const defaultCapacityProviderStrategy = readStrategy(
    context,
    input.defaultCapacityProviderStrategy,
    capacityProviders,
  );
  const cluster = await replaceCluster(context, held, {
    ...held.record,
    capacityProviders,
    defaultCapacityProviderStrategy,
  });
  return { cluster };
}

/** A provider that runs tasks stays. */
function requireUnusedRemoved(
  context: OperationContext,
  { clusterName, capacityProviders }: ClusterRecord,
  remaining: readonly string[],
): void {
  const removed = capacityProviders.filter((name) => !remaining.includes(name));
  const used = liveTasks(context, clusterName).some(
    ({ capacityProviderName }) =>
      capacityProviderName !== undefined && removed.includes(capacityProviderName),
  );
  if (used) {
    throw ecsError(
      'ResourceInUseException',
      'The specified capacity provider is in use and cannot be removed.',
    );
  }
}

async function replaceCluster(
  context: OperationContext,
  held: Held<ClusterRecord>,
  record: ClusterRecord,
) {
  await context.commit([clustersOf(context).replace(held, record)]);
  return toCluster(context, record);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html */
async function deleteCluster(
  input: DeleteClusterRequest,
  context: OperationContext,
): Promise<DeleteClusterResponse> {
  const held = findCluster(context, input.cluster);
  const { clusterName } = held.record;
  if (registeredInstances(context, clusterName) > 0) {
    throw ecsError(
      'ClusterContainsContainerInstancesException',
      'The Cluster cannot be deleted while Container Instances are active or draining.',
    );
  }
  if (liveServices(context, clusterName).length > 0) {
    throw ecsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
  if (liveTasks(context, clusterName).length > 0) {
    throw ecsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  }
  const cluster = await replaceCluster(context, held, {
    ...held.record,
    status: 'INACTIVE',
    tags: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  });
  return { cluster };
}

export const clusterOperations: Readonly<Record<string, Operation>> = {
  CreateCluster: createCluster,
  DeleteCluster: deleteCluster,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
};
