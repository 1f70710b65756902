/** What CreateService and UpdateService have in common: checks, and what tasks are made from. */
import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  UpdateServiceRequest,
} from '@sekisho/catalog/types/ecs';
import type { OperationContext } from '../service.ts';
import { requirePassRolesAsked } from './authorization/pass-role.ts';
import type { ClusterRecord } from './entities/cluster.ts';
import type { DeploymentSource } from './entities/deployment.ts';
import type { ServiceRecord } from './entities/service.ts';
import { findActiveTaskDefinition, lookUpTaskDefinition } from './entities/task-definition.ts';
import { ecsError, invalidParameter, taskDefinitionNotFound } from './errors.ts';
import { plainCopy } from './plain.ts';
import { nextPlacement, readCapacity } from './scheduler/capacity.ts';
import { checkPlacement } from './scheduler/container-instances.ts';
import { checkNetwork, readNetwork } from './scheduler/task-network.ts';
import { shapeOf } from './scheduler/task-shape.ts';

type ServiceRequest = Omit<CreateServiceRequest & UpdateServiceRequest, 'service' | 'serviceName'>;

const propagations: ReadonlySet<string> = new Set(['NONE', 'SERVICE', 'TASK_DEFINITION']);

/**
 * What the service's tasks are made from; members that the request leaves out stay as in `former`.
 * Throws ECS's errors for what is contradictory or not there.
 */
export function readSource(
  input: ServiceRequest,
  former: DeploymentSource | undefined,
  cluster: ClusterRecord,
  context: OperationContext,
): DeploymentSource {
  const definition = definitionOf(input, former, context).record.definition;
  const keepsCapacity =
    former !== undefined &&
    input.launchType === undefined &&
    input.capacityProviderStrategy === undefined;
  const capacity = readCapacity(
    keepsCapacity
      ? {
          launchType: former.launchType,
          capacityProviderStrategy: former.capacityProviderStrategy,
          platformVersion: input.platformVersion ?? former.platformVersion,
        }
      : input,
    cluster,
    definition,
    context,
  );
  const networkConfiguration =
    readNetwork(input.networkConfiguration) ?? former?.networkConfiguration;
  const { launchType } = nextPlacement(capacity, new Map());
  checkPlacement(input, launchType);
  checkNetwork(networkConfiguration, definition.networkMode, launchType, context);
  const enableExecuteCommand = input.enableExecuteCommand ?? former?.enableExecuteCommand ?? false;
  const { taskRoleArn } = shapeOf(definition, {});
  if (enableExecuteCommand && taskRoleArn === undefined) {
    const verb = former === undefined ? 'created' : 'updated';
    throw invalidParameter(
      `The service couldn't be ${verb} because a valid taskRoleArn is not being used. Specify a ` +
        'valid task role in your task definition and try again.',
    );
  }
  const propagateTags = input.propagateTags ?? former?.propagateTags ?? 'NONE';
  if (!propagations.has(propagateTags)) {
    // Unverified: the text.
    throw invalidParameter(`Invalid value for propagateTags: ${propagateTags}`);
  }
  return {
    taskDefinitionArn: definition.taskDefinitionArn,
    ...capacity,
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags ?? former?.enableECSManagedTags ?? false,
    propagateTags,
  };
}

/** A service goes on with a definition that was deregistered; it cannot be given one. */
function definitionOf(
  { taskDefinition }: ServiceRequest,
  former: DeploymentSource | undefined,
  context: OperationContext,
) {
  if (taskDefinition !== undefined) {
    const asked = findActiveTaskDefinition(context, taskDefinition);
    const { taskRoleArn, executionRoleArn } = asked.record.definition;
    requirePassRolesAsked(context, [taskRoleArn, executionRoleArn]);
    return asked;
  }
  if (former === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  const found = lookUpTaskDefinition(context, former.taskDefinitionArn);
  if (found === undefined) throw taskDefinitionNotFound();
  return found;
}

/** Throws for what this server cannot do, rather than accept and forget it. */
export function refuseUnsupported(input: ServiceRequest): void {
  const [target] = input.loadBalancers ?? [];
  if (target?.targetGroupArn !== undefined) {
    throw invalidParameter(
      `The target group with targetGroupArn ${target.targetGroupArn} does not exist.`,
    );
  }
  const unsupported: readonly (readonly [string, boolean])[] = [
    ['Classic load balancers', target !== undefined],
    ['Service registries', (input.serviceRegistries ?? []).length > 0],
    ['Service Connect', input.serviceConnectConfiguration?.enabled === true],
    ['Amazon EBS volumes of tasks', (input.volumeConfigurations ?? []).length > 0],
    ['VPC Lattice target groups', (input.vpcLatticeConfigurations ?? []).length > 0],
    ['Gateway connectors', (input.gatewayConnectors ?? []).length > 0],
    [
      'Deployment controllers other than ECS',
      (input.deploymentController?.type ?? 'ECS') !== 'ECS',
    ],
    [
      'Deployment strategies other than ROLLING',
      (input.deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING',
    ],
    ['Deployment alarms', input.deploymentConfiguration?.alarms?.enable === true],
    [
      'Deployment lifecycle hooks',
      (input.deploymentConfiguration?.lifecycleHooks ?? []).length > 0,
    ],
  ];
  const what = unsupported.find(([, isAsked]) => isAsked)?.[0];
  if (what !== undefined) {
    throw ecsError('UnsupportedFeatureException', `${what} are not implemented by this server.`);
  }
}

/** With AWS's defaults filled in. Throws InvalidParameterException. */
export function readDeploymentConfiguration(
  asked: DeploymentConfiguration | undefined,
  former: ServiceRecord['deploymentConfiguration'] | undefined,
  isDaemon: boolean,
): ServiceRecord['deploymentConfiguration'] {
  const defaults = isDaemon
    ? { maximumPercent: 100, minimumHealthyPercent: 0 }
    : { maximumPercent: 200, minimumHealthyPercent: 100 };
  const read = {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...former,
    ...plainCopy(asked ?? {}),
  };
  const { maximumPercent = defaults.maximumPercent } = read;
  const { minimumHealthyPercent = defaults.minimumHealthyPercent } = read;
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  // Unverified: the texts.
  if (maximumPercent < 100 || minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter(
      'maximumPercent must be at least 100, and minimumHealthyPercent between 0 and 100.',
    );
  }
  return { ...plainCopy(read), maximumPercent, minimumHealthyPercent };
}
