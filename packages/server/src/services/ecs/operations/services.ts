/** CreateService, UpdateService and DeleteService. */
import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DeleteServiceResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { ensureServiceLinkedRole } from '../authorization/service-linked-role.ts';
import { requestDigest } from '../entities/client-token.ts';
import { type ClusterRecord, findCluster } from '../entities/cluster.ts';
import type { DeploymentSource } from '../entities/deployment.ts';
import {
  liveServices,
  lookUpService,
  primaryOf,
  type ServiceRecord,
  servicesOf,
  tasksOfService,
  toService,
} from '../entities/service.ts';
import { ecsError, invalidParameter, serviceNotActive, serviceNotFound } from '../errors.ts';
import { servicesPerClusterMax, tasksPerServiceMax } from '../limits.ts';
import { isSame, plainCopy } from '../plain.ts';
import { historyChanges } from '../scheduler/deployment-history.ts';
import { deploy, newDeployment } from '../scheduler/deployments.ts';
import { readDeploymentConfiguration, readSource, refuseUnsupported } from '../service-request.ts';
import { withTags } from '../tags.ts';

const nameForm = /^[A-Za-z0-9_-]{1,255}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
async function createService(
  input: CreateServiceRequest,
  context: OperationContext,
): Promise<CreateServiceResponse> {
  const { serviceName } = input;
  const cluster = findCluster(context, input.cluster).record;
  const services = servicesOf(context, cluster.clusterName);
  const existing = lookUpService(context, cluster.clusterName, serviceName, context.now);
  if (existing?.record.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.');
  }
  if (existing?.record.status === 'ACTIVE') {
    if (existing.record.request === requestDigest(input)) {
      return { service: toService(context, existing.record, true) };
    }
    throw invalidParameter('Creation of service was not idempotent.');
  }
  const record = newService(input, cluster, context);
  if (liveServices(context, cluster.clusterName).length >= servicesPerClusterMax) {
    // Unverified: the text.
    throw ecsError('InvalidParameterException', 'The limit for services has been exceeded.');
  }
  // As it was when it was looked at: whoever makes the service meanwhile must win.
  const deleted = services.find(serviceName);
  await ensureServiceLinkedRole(context);
  const place = placeOf(context);
  await context.commit([
    deleted === undefined
      ? services.create(serviceName, record)
      : services.replace(deleted, record),
    ...historyChanges(undefined, record, context.now, place),
  ]);
  return { service: toService(context, record, true) };
}

function newService(
  input: CreateServiceRequest,
  cluster: ClusterRecord,
  context: OperationContext,
): ServiceRecord {
  const { serviceName, desiredCount } = input;
  const isDaemon = input.schedulingStrategy === 'DAEMON';
  // Unverified: the texts of these two and of the daemon's.
  if (!nameForm.test(serviceName)) {
    throw invalidParameter('Invalid service name: letters, digits, hyphens and underscores.');
  }
  if (!isDaemon && (desiredCount === undefined || desiredCount < 0)) {
    throw invalidParameter('Desired count can not be blank or negative.');
  }
  checkCountMax(desiredCount);
  if (input.role !== undefined) {
    throw invalidParameter(
      'You cannot specify an IAM role for services that require a service linked role.',
    );
  }
  refuseUnsupported(input);
  const source = readSource(input, undefined, cluster, context);
  if (isDaemon && source.platformVersion !== undefined) {
    throw invalidParameter('The daemon scheduling strategy is not supported on FARGATE.');
  }
  const { now, runtime, caller } = context;
  return {
    serviceArn: ecsArn(context, 'service', cluster.clusterName, serviceName),
    serviceName,
    clusterArn: cluster.clusterArn,
    clusterName: cluster.clusterName,
    status: 'ACTIVE',
    desiredCount: isDaemon ? 0 : (desiredCount ?? 0),
    schedulingStrategy: isDaemon ? 'DAEMON' : 'REPLICA',
    deploymentController: 'ECS',
    deploymentConfiguration: readDeploymentConfiguration(
      input.deploymentConfiguration,
      undefined,
      isDaemon,
    ),
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'DISABLED',
    placementConstraints: plainCopy(input.placementConstraints ?? []),
    placementStrategy: plainCopy(input.placementStrategy ?? []),
    loadBalancers: [],
    serviceRegistries: [],
    ...(input.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds }),
    roleArn: serviceLinkedRoleArn(context),
    createdAt: now,
    createdBy: 'arn' in caller ? caller.arn : '',
    request: requestDigest(input),
    tags: withTags([], input.tags),
    deployments: [newDeployment(source, now, runtime.platform.random)],
    events: [],
    failures: { count: 0, retryAt: 0 },
    isSteady: false,
  };
}

function checkCountMax(desiredCount = 0): void {
  if (desiredCount <= tasksPerServiceMax) return;
  // Unverified: the text.
  throw invalidParameter(`Desired count can not be greater than ${tasksPerServiceMax}.`);
}

function serviceLinkedRoleArn({ partition, account }: OperationContext): string {
  return `arn:${partition}:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;
}

/** The place outlives the request. */
function placeOf({ partition, region, account, runtime }: OperationContext) {
  return { partition, region, account, runtime };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
async function updateService(
  input: UpdateServiceRequest,
  context: OperationContext,
): Promise<UpdateServiceResponse> {
  const cluster = findCluster(context, input.cluster).record;
  const held = lookUpService(context, cluster.clusterName, input.service, context.now);
  if (held === undefined) throw serviceNotFound();
  if (held.record.status !== 'ACTIVE') throw serviceNotActive();
  refuseUnsupported(input);
  const primary = primaryOf(held.record);
  const source = readSource(input, primary?.source, cluster, context);
  const changed = withRequest(held.record, input, context);
  const next = withSource(changed, source, input.forceNewDeployment === true, context);
  await ensureServiceLinkedRole(context);
  await context.commit([
    servicesOf(context, cluster.clusterName).replace(held, next),
    ...historyChanges(held.record, next, context.now, placeOf(context)),
  ]);
  return { service: toService(context, next, true) };
}

/** What an update changes without a new deployment. */
function withRequest(
  service: ServiceRecord,
  input: UpdateServiceRequest,
  { now }: OperationContext,
): ServiceRecord {
  const isDaemon = service.schedulingStrategy === 'DAEMON';
  const { desiredCount = service.desiredCount } = input;
  if (isDaemon && input.desiredCount !== undefined) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the ' +
        'desired count value and try again',
    );
  }
  // Unverified: the text.
  if (desiredCount < 0) throw invalidParameter('Desired count can not be negative.');
  checkCountMax(desiredCount);
  const { healthCheckGracePeriodSeconds = service.healthCheckGracePeriodSeconds } = input;
  const isScaled = desiredCount !== service.desiredCount;
  return {
    ...service,
    desiredCount,
    deploymentConfiguration: readDeploymentConfiguration(
      input.deploymentConfiguration,
      service.deploymentConfiguration,
      isDaemon,
    ),
    availabilityZoneRebalancing:
      input.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
    placementConstraints: plainCopy(input.placementConstraints) ?? service.placementConstraints,
    placementStrategy: plainCopy(input.placementStrategy) ?? service.placementStrategy,
    ...(healthCheckGracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds }),
    deployments: isScaled
      ? service.deployments.map((each) =>
          each.status === 'PRIMARY' ? { ...each, updatedAt: now } : each,
        )
      : service.deployments,
    // Whoever changes the count wants it tried now.
    failures: isScaled ? { count: 0, retryAt: 0 } : service.failures,
    isSteady: service.isSteady && !isScaled,
  };
}

function withSource(
  service: ServiceRecord,
  source: DeploymentSource,
  isForced: boolean,
  { now, runtime }: OperationContext,
): ServiceRecord {
  if (!isForced && isSame(primaryOf(service)?.source, source)) return service;
  return deploy(service, newDeployment(source, now, runtime.platform.random));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html */
async function deleteService(
  input: DeleteServiceRequest,
  context: OperationContext,
): Promise<DeleteServiceResponse> {
  const { clusterName } = findCluster(context, input.cluster).record;
  const held = lookUpService(context, clusterName, input.service, context.now);
  if (held === undefined || held.record.status === 'INACTIVE') throw serviceNotFound();
  if (held.record.status === 'DRAINING') {
    return { service: toService(context, held.record, true) };
  }
  const running = tasksOfService(context, held.record).some(
    ({ record }) => record.desiredStatus === 'RUNNING',
  );
  const isIdle = held.record.desiredCount === 0 && !running;
  if (input.force !== true && held.record.schedulingStrategy === 'REPLICA' && !isIdle) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  const next: ServiceRecord = { ...held.record, status: 'DRAINING', desiredCount: 0 };
  await context.commit([servicesOf(context, clusterName).replace(held, next)]);
  return { service: toService(context, next, true) };
}

export const serviceOperations: Readonly<Record<string, Operation>> = {
  CreateService: createService,
  DeleteService: deleteService,
  UpdateService: updateService,
};
