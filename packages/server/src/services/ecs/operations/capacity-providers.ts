/** Operations on capacity providers. */
import type {
  AutoScalingGroupProvider,
  AutoScalingGroupProviderUpdate,
  CapacityProvider,
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
  UpdateCapacityProviderRequest,
  UpdateCapacityProviderResponse,
} from '@sekisho/catalog/types/ecs';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { capacityProviderArnOf } from '../authorization/demand.ts';
import {
  type CapacityProviderRecord,
  capacityProviderNameOf,
  capacityProvidersOf,
  fargateProviders,
  lookUpCapacityProvider,
} from '../entities/capacity-provider.ts';
import { clustersOf, findCluster } from '../entities/cluster.ts';
import { clientException, ecsError, invalidParameter } from '../errors.ts';
import { page } from '../pages.ts';
import { plainCopy } from '../plain.ts';
import { withTags } from '../tags.ts';

const nameForm = /^[A-Za-z0-9_-]{1,255}$/;
const reservedForm = /^(?:aws|ecs|fargate)/i;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html */
async function createCapacityProvider(
  input: CreateCapacityProviderRequest,
  context: OperationContext,
): Promise<CreateCapacityProviderResponse> {
  const { name, autoScalingGroupProvider, managedInstancesProvider } = input;
  // Unverified: the texts.
  if (!nameForm.test(name) || reservedForm.test(name)) {
    throw clientException(
      'The specified capacity provider name is invalid. Up to 255 characters are allowed, ' +
        'including letters (upper and lowercase), numbers, underscores, and hyphens. The name ' +
        'cannot be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.',
    );
  }
  if ((autoScalingGroupProvider === undefined) === (managedInstancesProvider === undefined)) {
    throw clientException(
      'Specify either an Auto Scaling group provider or a managed instances provider.',
    );
  }
  const providers = capacityProvidersOf(context);
  if (providers.find(name) !== undefined) {
    throw clientException(
      'The specified capacity provider already exists. To change the configuration of an ' +
        'existing capacity provider, update the capacity provider.',
    );
  }
  const record = toRecord(input, context);
  await context.commit([providers.create(name, record)]);
  return { capacityProvider: toCapacityProvider(record) };
}

function toRecord(
  input: CreateCapacityProviderRequest,
  context: OperationContext,
): CapacityProviderRecord {
  const { name, autoScalingGroupProvider, managedInstancesProvider } = input;
  const start = {
    capacityProviderArn: ecsArn(context, 'capacity-provider', name),
    name,
    status: 'ACTIVE' as const,
    tags: withTags([], input.tags),
  };
  if (autoScalingGroupProvider !== undefined) {
    const provider = withDefaults(autoScalingGroupProvider);
    return { ...start, autoScalingGroupProvider: provider, type: 'EC2_AUTOSCALING' };
  }
  if (input.cluster === undefined) {
    // Unverified: the text.
    throw invalidParameter('A cluster is required for a managed instances provider.');
  }
  return {
    ...start,
    cluster: findCluster(context, input.cluster).record.clusterName,
    managedInstancesProvider: plainCopy(managedInstancesProvider ?? {}),
    type: 'MANAGED_INSTANCES',
  };
}

function withDefaults(provider: AutoScalingGroupProvider): AutoScalingGroupProvider {
  return plainCopy({
    autoScalingGroupArn: provider.autoScalingGroupArn,
    managedScaling: {
      status: 'DISABLED',
      targetCapacity: 100,
      minimumScalingStepSize: 1,
      maximumScalingStepSize: 10_000,
      instanceWarmupPeriod: 300,
      ...plainCopy(provider.managedScaling ?? {}),
    },
    managedTerminationProtection: provider.managedTerminationProtection ?? 'DISABLED',
    managedDraining: provider.managedDraining ?? 'ENABLED',
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html */
function describeCapacityProviders(
  input: DescribeCapacityProvidersRequest,
  context: OperationContext,
): DescribeCapacityProvidersResponse {
  const showsTags = input.include?.includes('TAGS') ?? false;
  const every = [...fargateProviders, ...capacityProvidersOf(context).names()].sort();
  const named = input.capacityProviders ?? [];
  const names = named.length === 0 ? every : named;
  const cluster =
    input.cluster === undefined
      ? undefined
      : findCluster(context, input.cluster).record.capacityProviders;
  const found = names.map((name) => [name, lookUpCapacityProvider(context, name)] as const);
  const described = found
    .flatMap(([, provider]) => (provider === undefined ? [] : [provider]))
    .filter(({ name = '' }) => cluster === undefined || cluster.includes(name))
    .map((provider) => ({ ...provider, tags: showsTags ? (provider.tags ?? []) : [] }));
  const failures = found.flatMap(([name, provider]) =>
    provider === undefined
      ? [{ arn: capacityProviderArnOf(context, name), reason: 'MISSING' }]
      : [],
  );
  if (named.length > 0) return { capacityProviders: described, failures };
  const filters = ['DescribeCapacityProviders', input.cluster];
  const { items, nextToken } = page(described, ({ name = '' }) => name, input, filters, context);
  return { capacityProviders: items, failures, nextToken };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCapacityProvider.html */
async function updateCapacityProvider(
  input: UpdateCapacityProviderRequest,
  context: OperationContext,
): Promise<UpdateCapacityProviderResponse> {
  const held = findProvider(input.name, context);
  const { autoScalingGroupProvider, managedInstancesProvider } = input;
  const record: CapacityProviderRecord = {
    ...held.record,
    ...(autoScalingGroupProvider === undefined
      ? {}
      : { autoScalingGroupProvider: updated(held.record, autoScalingGroupProvider) }),
    ...(managedInstancesProvider === undefined
      ? {}
      : {
          managedInstancesProvider: {
            ...held.record.managedInstancesProvider,
            ...plainCopy(managedInstancesProvider as object),
          },
        }),
    updateStatus: 'UPDATE_COMPLETE',
  };
  await context.commit([capacityProvidersOf(context).replace(held, record)]);
  return { capacityProvider: toCapacityProvider(record) };
}

function updated(
  { autoScalingGroupProvider }: CapacityProviderRecord,
  change: AutoScalingGroupProviderUpdate,
): AutoScalingGroupProvider {
  if (autoScalingGroupProvider === undefined) {
    // Unverified: the text.
    throw clientException('The capacity provider has no Auto Scaling group.');
  }
  return {
    ...autoScalingGroupProvider,
    ...plainCopy(change),
    managedScaling: {
      ...autoScalingGroupProvider.managedScaling,
      ...plainCopy(change.managedScaling ?? {}),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCapacityProvider.html */
async function deleteCapacityProvider(
  input: DeleteCapacityProviderRequest,
  context: OperationContext,
): Promise<DeleteCapacityProviderResponse> {
  const held = findProvider(input.capacityProvider, context);
  const isUsed = clustersOf(context)
    .all()
    .some(({ record }) => record.capacityProviders.includes(held.name));
  if (isUsed) {
    throw ecsError(
      'ResourceInUseException',
      'The specified capacity provider is in use and cannot be removed.',
    );
  }
  await context.commit([capacityProvidersOf(context).remove(held)]);
  return {
    capacityProvider: {
      ...toCapacityProvider(held.record),
      status: 'INACTIVE',
      updateStatus: 'DELETE_COMPLETE',
    },
  };
}

function findProvider(nameOrArn: string, context: OperationContext): Held<CapacityProviderRecord> {
  const name = capacityProviderNameOf(context, nameOrArn);
  if (fargateProviders.has(name)) {
    // Unverified: the text.
    throw invalidParameter(`The capacity provider ${name} cannot be changed.`);
  }
  const held = capacityProvidersOf(context).find(name);
  if (held === undefined) {
    throw invalidParameter(
      'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
    );
  }
  return held;
}

function toCapacityProvider(record: CapacityProviderRecord): CapacityProvider {
  return record;
}

export const capacityProviderOperations: Readonly<Record<string, Operation>> = {
  CreateCapacityProvider: createCapacityProvider,
  DeleteCapacityProvider: deleteCapacityProvider,
  DescribeCapacityProviders: describeCapacityProviders,
  UpdateCapacityProvider: updateCapacityProvider,
};
