/** Demands of the operations on clusters, capacity providers and account settings. */
import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  CreateCapacityProviderRequest,
  CreateClusterRequest,
  DeleteCapacityProviderRequest,
  DescribeCapacityProvidersRequest,
  DescribeClustersRequest,
  PutClusterCapacityProvidersRequest,
  UpdateCapacityProviderRequest,
  UpdateClusterRequest,
} from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import {
  askedCluster,
  capacityProviderArnOf,
  ecsDemand,
  orAll,
  tagOnCreate,
  wholeDemand,
} from './demand.ts';
import { type Keys, keys, requestTagKeys } from './keys.ts';
import { passRoles } from './pass-role.ts';
import { serviceLinkedRoleDemands } from './service-linked-role.ts';

/** The operation asks about the cluster that it names, or about the one named `default`. */
export function onCluster(action: string): DemandRule {
  return (input: { readonly cluster?: string | undefined }, context: DemandContext) => [
    ecsDemand(action, askedCluster(context, input.cluster), context),
  ];
}

/** The operation has no resource type. */
export function onNothing(action: string): DemandRule {
  return () => [wholeDemand(action)];
}

/** `ecs:capacity-provider`: the ARNs of those in the lists. */
export function capacityProviderKeys(
  context: DemandContext,
  strategy: readonly CapacityProviderStrategyItem[] = [],
  providers: readonly string[] = [],
): Keys {
  const names = [...providers, ...strategy.map(({ capacityProvider }) => capacityProvider)];
  const arns = names.map((name) => capacityProviderArnOf(context, name));
  return keys(['ecs:capacity-provider', [...new Set(arns)]]);
}

function storageKey(configuration: ClusterConfiguration | undefined): Keys {
  const storage = configuration?.managedStorageConfiguration;
  return keys(['ecs:fargate-ephemeral-storage-kms-key', storage?.fargateEphemeralStorageKmsKeyId]);
}

function createCluster(input: CreateClusterRequest, context: DemandContext): readonly Demand[] {
  const { clusterName, tags, capacityProviders, defaultCapacityProviderStrategy } = input;
  const asked = askedCluster(context, clusterName);
  return [
    ecsDemand('CreateCluster', asked, context, [
      ...requestTagKeys(tags),
      ...capacityProviderKeys(context, defaultCapacityProviderStrategy, capacityProviders),
      ...storageKey(input.configuration),
    ]),
    ...tagOnCreate('CreateCluster', asked.arn, tags),
    ...serviceLinkedRoleDemands(context),
  ];
}

function describeClusters(input: DescribeClustersRequest, context: DemandContext) {
  const clusters = input.clusters?.length ? input.clusters : [undefined];
  return clusters.map((cluster) =>
    ecsDemand('DescribeClusters', askedCluster(context, cluster), context),
  );
}

function putClusterCapacityProviders(
  { cluster, capacityProviders, ...input }: PutClusterCapacityProvidersRequest,
  context: DemandContext,
): readonly Demand[] {
  const { defaultCapacityProviderStrategy } = input;
  const more = capacityProviderKeys(context, defaultCapacityProviderStrategy, capacityProviders);
  return [ecsDemand('PutClusterCapacityProviders', askedCluster(context, cluster), context, more)];
}

function createCapacityProvider(
  { name, tags, cluster, managedInstancesProvider }: CreateCapacityProviderRequest,
  context: DemandContext,
): readonly Demand[] {
  const arn = ecsArn(context, 'capacity-provider', name);
  const template = managedInstancesProvider?.instanceLaunchTemplate;
  return [
    ecsDemand('CreateCapacityProvider', { arn }, context, [
      ...requestTagKeys(tags),
      ...keys([
        'ecs:instance-metadata-tags-propagation',
        template?.instanceMetadataTagsPropagation,
      ]),
    ]),
    ...tagOnCreate('CreateCapacityProvider', arn, tags),
    ...passRoles(context, [managedInstancesProvider?.infrastructureRoleArn], 'ecs.amazonaws.com'),
    ...clusterOfProvider(cluster, name, context),
  ];
}

/** A provider of managed instances joins, or leaves, its cluster. */
function clusterOfProvider(
  cluster: string | undefined,
  name: string,
  context: DemandContext,
): readonly Demand[] {
  if (cluster === undefined) return [];
  const more = capacityProviderKeys(context, [], [name]);
  return [ecsDemand('PutClusterCapacityProviders', askedCluster(context, cluster), context, more)];
}

function updateCapacityProvider(
  { name, cluster, managedInstancesProvider }: UpdateCapacityProviderRequest,
  context: DemandContext,
): readonly Demand[] {
  const template = managedInstancesProvider?.instanceLaunchTemplate;
  return [
    ecsDemand(
      'UpdateCapacityProvider',
      { arn: capacityProviderArnOf(context, name) },
      context,
      keys(['ecs:instance-metadata-tags-propagation', template?.instanceMetadataTagsPropagation]),
    ),
    ...passRoles(context, [managedInstancesProvider?.infrastructureRoleArn], 'ecs.amazonaws.com'),
    ...clusterOfProvider(cluster, name, context),
  ];
}

function describeCapacityProviders(
  { capacityProviders }: DescribeCapacityProvidersRequest,
  context: DemandContext,
): readonly Demand[] {
  // Unverified: every one of them where the request names none.
  return orAll(capacityProviders).map((name) =>
    ecsDemand('DescribeCapacityProviders', { arn: capacityProviderArnOf(context, name) }, context),
  );
}

/** Operations on one account setting. */
function onSetting(action: string): DemandRule {
  return ({ name }: { readonly name: string }) => [
    wholeDemand(action, keys(['ecs:account-setting', name])),
  ];
}

export const clusterRules: Readonly<Record<string, DemandRule>> = {
  CreateCluster: createCluster,
  DeleteCluster: onCluster('DeleteCluster'),
  DescribeClusters: describeClusters,
  ListClusters: onNothing('ListClusters'),
  UpdateCluster: (input: UpdateClusterRequest, context: DemandContext) => [
    ecsDemand(
      'UpdateCluster',
      askedCluster(context, input.cluster),
      context,
      storageKey(input.configuration),
    ),
  ],
  UpdateClusterSettings: onCluster('UpdateClusterSettings'),
  PutClusterCapacityProviders: putClusterCapacityProviders,

  CreateCapacityProvider: createCapacityProvider,
  DeleteCapacityProvider: (
    { capacityProvider, cluster }: DeleteCapacityProviderRequest,
    context: DemandContext,
  ) => [
    ecsDemand(
      'DeleteCapacityProvider',
      { arn: capacityProviderArnOf(context, capacityProvider) },
      context,
    ),
    ...clusterOfProvider(cluster, capacityProvider, context),
  ],
  DescribeCapacityProviders: describeCapacityProviders,
  UpdateCapacityProvider: updateCapacityProvider,

  DeleteAccountSetting: onSetting('DeleteAccountSetting'),
  ListAccountSettings: onNothing('ListAccountSettings'),
  PutAccountSetting: onSetting('PutAccountSetting'),
  PutAccountSettingDefault: onSetting('PutAccountSettingDefault'),
};
