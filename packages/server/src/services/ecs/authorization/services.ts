/** Demands of the operations on services, task sets and service deployments. */
import type {
  CreateServiceRequest,
  CreateTaskSetRequest,
  DescribeServicesRequest,
  DescribeTaskSetsRequest,
  ListServicesByNamespaceRequest,
  ListServicesRequest,
  NetworkConfiguration,
  ServiceConnectConfiguration,
  UpdateServiceRequest,
} from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ecsArn, readEcsArn } from '../arn.ts';
import { capacityProviderKeys } from './clusters.ts';
import {
  askedInCluster,
  askedTaskDefinition,
  clusterKey,
  clusterWord,
  ecsDemand,
  orAll,
  tagOnCreate,
  wholeDemand,
} from './demand.ts';
import { type Keys, keys, requestTagKeys } from './keys.ts';
import { passRoles } from './pass-role.ts';
import { serviceLinkedRoleDemands } from './service-linked-role.ts';
import { startedDefinition, taskSizeKeys } from './tasks.ts';

/** `ecs:task-definition`: of a family alone, the ARN of its latest ACTIVE revision. */
function taskDefinitionKey(context: DemandContext, reference: string | undefined): Keys {
  if (reference === undefined) return [];
  const found = startedDefinition(context, reference)?.definition.taskDefinitionArn;
  const { arn } = askedTaskDefinition(context, reference);
  return keys(['ecs:task-definition', found ?? arn]);
}

function networkKeys(network: NetworkConfiguration | undefined): Keys {
  const vpc = network?.awsvpcConfiguration;
  if (vpc === undefined) return [];
  return keys(
    ['ecs:subnet', vpc.subnets],
    ['ecs:auto-assign-public-ip', vpc.assignPublicIp === 'ENABLED'],
  );
}

/** `ecs:namespace` is an ARN: of AWS Cloud Map. */
function namespaceArn(context: DemandContext, namespace: string): string {
  if (namespace.startsWith('arn:')) return namespace;
  const { partition, region, account } = context;
  // Unverified: the ARN of a namespace that is given by its name.
  return `arn:${partition}:servicediscovery:${region}:${account}:namespace/${namespace}`;
}

function serviceConnectKeys(
  context: DemandContext,
  connect: ServiceConnectConfiguration | undefined,
): Keys {
  const { enabled, namespace } = connect ?? {};
  return keys(
    ['ecs:enable-service-connect', enabled],
    ['ecs:namespace', namespace === undefined ? undefined : namespaceArn(context, namespace)],
  );
}

/** What CreateService and UpdateService have in common. */
function serviceKeys(
  input: Omit<CreateServiceRequest & UpdateServiceRequest, 'service' | 'serviceName'>,
  context: DemandContext,
): Keys {
  const { volumeConfigurations, vpcLatticeConfigurations } = input;
  return [
    ...clusterKey(context, input.cluster),
    ...taskDefinitionKey(context, input.taskDefinition),
    ...capacityProviderKeys(context, input.capacityProviderStrategy),
    ...networkKeys(input.networkConfiguration),
    ...serviceConnectKeys(context, input.serviceConnectConfiguration),
    ...taskSizeKeys(startedDefinition(context, input.taskDefinition), undefined),
    ...keys(
      ['ecs:enable-execute-command', input.enableExecuteCommand],
      ['ecs:enable-ecs-managed-tags', input.enableECSManagedTags],
      ['ecs:propagate-tags', input.propagateTags],
      ['ecs:enable-ebs-volumes', volumeConfigurations?.length ? true : undefined],
      ['ecs:enable-vpc-lattice', vpcLatticeConfigurations?.length ? true : undefined],
    ),
  ];
}

/**
 * The roles of the task definition that the request names. Unverified: a user's report shows
 * UpdateService refused on iam:PassRole, and passing with a count alone
 * (https://github.com/keidarcy/e1s/issues/429); that naming a task definition makes the difference,
 * that CreateService asks too and that `forceNewDeployment` alone does not is inferred.
 */
function definitionRoles(
  context: DemandContext,
  taskDefinition: string | undefined,
): readonly Demand[] {
  if (taskDefinition === undefined) return [];
  const definition = startedDefinition(context, taskDefinition)?.definition;
  return passRoles(context, [definition?.taskRoleArn, definition?.executionRoleArn]);
}

function volumeRoles(
  context: DemandContext,
  { volumeConfigurations = [] }: Pick<CreateServiceRequest, 'volumeConfigurations'>,
): readonly Demand[] {
  const roles = volumeConfigurations.map(({ managedEBSVolume }) => managedEBSVolume?.roleArn);
  return passRoles(context, roles, 'ecs.amazonaws.com');
}

function createService(input: CreateServiceRequest, context: DemandContext): readonly Demand[] {
  const { cluster, serviceName, tags, role } = input;
  const asked = askedInCluster(context, 'service', cluster, serviceName);
  return [
    ecsDemand('CreateService', asked, context, [
      ...requestTagKeys(tags),
      ...serviceKeys(input, context),
    ]),
    ...tagOnCreate('CreateService', asked.arn, tags),
    ...passRoles(context, [role], 'ecs.amazonaws.com'),
    ...definitionRoles(context, input.taskDefinition),
    ...volumeRoles(context, input),
    ...serviceLinkedRoleDemands(context),
  ];
}

function updateService(input: UpdateServiceRequest, context: DemandContext): readonly Demand[] {
  const asked = askedInCluster(context, 'service', input.cluster, input.service);
  return [
    ecsDemand('UpdateService', asked, context, serviceKeys(input, context)),
    ...definitionRoles(context, input.taskDefinition),
    ...volumeRoles(context, input),
    ...serviceLinkedRoleDemands(context),
  ];
}

/** Operations that name one service. */
function onService(action: string): DemandRule {
  return (
    input: { readonly cluster?: string | undefined; readonly service: string },
    context: DemandContext,
  ) => [
    ecsDemand(
      action,
      askedInCluster(context, 'service', input.cluster, input.service),
      context,
      clusterKey(context, input.cluster),
    ),
  ];
}

/** `ecs:cluster` and `ecs:service` of a request about task sets. */
function taskSetKeys(
  context: DemandContext,
  { cluster, service }: { readonly cluster: string; readonly service: string },
): Keys {
  const { arn } = askedInCluster(context, 'service', cluster, service);
  return [...clusterKey(context, cluster), ...keys(['ecs:service', arn])];
}

interface TaskSetRequest {
  readonly cluster: string;
  readonly service: string;
  readonly taskSet?: string;
}

function taskSetArn(
  context: DemandContext,
  { cluster, service }: TaskSetRequest,
  taskSet: string,
): string {
  if (taskSet.startsWith('arn:')) return taskSet;
  const name = readEcsArn(service)?.parts.at(-1) ?? service;
  return ecsArn(context, 'task-set', clusterWord(cluster), name, taskSet);
}

function onTaskSet(action: string): DemandRule {
  return (input: TaskSetRequest, context: DemandContext) => [
    ecsDemand(
      action,
      { arn: taskSetArn(context, input, input.taskSet ?? '*') },
      context,
      taskSetKeys(context, input),
    ),
  ];
}

function createTaskSet(input: CreateTaskSetRequest, context: DemandContext): readonly Demand[] {
  const arn = taskSetArn(context, input, '*');
  return [
    ecsDemand('CreateTaskSet', { arn }, context, [
      ...requestTagKeys(input.tags),
      ...taskSetKeys(context, input),
      ...taskDefinitionKey(context, input.taskDefinition),
      ...capacityProviderKeys(context, input.capacityProviderStrategy),
    ]),
    ...tagOnCreate('CreateTaskSet', arn, input.tags),
    ...definitionRoles(context, input.taskDefinition),
  ];
}

/**
 * A deployment or revision of a service: asked about as itself and as its service, whose ARNs
 * begin alike: `…:service-deployment/<cluster>/<service>/<id>`.
 */
function ofService(action: string, context: DemandContext, arn: string): readonly Demand[] {
  const read = readEcsArn(arn);
  if (read === undefined) return [ecsDemand(action, { arn }, context)];
  const [cluster = '', service = ''] = read.parts;
  const own = ecsArn(read, 'service', cluster, service);
  const clusterArn = ecsArn(read, 'cluster', cluster);
  const ownKeys = keys(['ecs:cluster', clusterArn]);
  return [
    ecsDemand(action, { arn: own }, context, ownKeys),
    ecsDemand(action, { arn }, context, [...ownKeys, ...keys(['ecs:service', own])]),
  ];
}

function onDeployment(action: string): DemandRule {
  return (input: { readonly serviceDeploymentArn: string }, context: DemandContext) =>
    ofService(action, context, input.serviceDeploymentArn);
}

export const serviceRules: Readonly<Record<string, DemandRule>> = {
  CreateService: createService,
  DeleteService: onService('DeleteService'),
  DescribeServices: ({ cluster, services }: DescribeServicesRequest, context: DemandContext) =>
    orAll(services).map((service) =>
      ecsDemand(
        'DescribeServices',
        askedInCluster(context, 'service', cluster, service),
        context,
        clusterKey(context, cluster),
      ),
    ),
  ListServices: ({ cluster }: ListServicesRequest, context: DemandContext) => [
    wholeDemand('ListServices', clusterKey(context, cluster)),
  ],
  ListServicesByNamespace: (
    { namespace }: ListServicesByNamespaceRequest,
    context: DemandContext,
  ) => [
    wholeDemand(
      'ListServicesByNamespace',
      keys(['ecs:namespace', namespaceArn(context, namespace)]),
    ),
  ],
  UpdateService: updateService,
  UpdateServicePrimaryTaskSet: onService('UpdateServicePrimaryTaskSet'),

  CreateTaskSet: createTaskSet,
  DeleteTaskSet: onTaskSet('DeleteTaskSet'),
  DescribeTaskSets: (input: DescribeTaskSetsRequest, context: DemandContext) => {
    return orAll(input.taskSets).map((taskSet) =>
      ecsDemand(
        'DescribeTaskSets',
        { arn: taskSetArn(context, input, taskSet) },
        context,
        taskSetKeys(context, input),
      ),
    );
  },
  UpdateTaskSet: onTaskSet('UpdateTaskSet'),

  ContinueServiceDeployment: onDeployment('ContinueServiceDeployment'),
  DescribeServiceDeployments: (
    { serviceDeploymentArns }: { readonly serviceDeploymentArns: readonly string[] },
    context: DemandContext,
  ) =>
    orAll(serviceDeploymentArns).flatMap((arn) =>
      ofService('DescribeServiceDeployments', context, arn),
    ),
  DescribeServiceRevisions: (
    { serviceRevisionArns }: { readonly serviceRevisionArns: readonly string[] },
    context: DemandContext,
  ) =>
    orAll(serviceRevisionArns).flatMap((arn) =>
      ofService('DescribeServiceRevisions', context, arn),
    ),
  ListServiceDeployments: onService('ListServiceDeployments'),
  StopServiceDeployment: onDeployment('StopServiceDeployment'),
};
