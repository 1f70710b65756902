/** Demands of the operations on container instances and attributes, and of the container agent. */
import type {
  Attribute,
  DescribeContainerInstancesRequest,
  RegisterContainerInstanceRequest,
  UpdateContainerInstancesStateRequest,
} from '@sekisho/catalog/types/ecs';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { onCluster, onNothing } from './clusters.ts';
import {
  askedCluster,
  askedInCluster,
  clusterKey,
  clusterWord,
  ecsDemand,
  orAll,
  tagOnCreate,
} from './demand.ts';
import { requestTagKeys } from './keys.ts';

/** One demand for each container instance, with `ecs:cluster`. */
export function instanceDemands(
  action: string,
  cluster: string | undefined,
  instances: readonly (string | undefined)[],
  context: DemandContext,
): readonly Demand[] {
  return instances.map((instance) =>
    ecsDemand(
      action,
      askedInCluster(context, 'container-instance', cluster, instance ?? '*'),
      context,
      clusterKey(context, cluster),
    ),
  );
}

/** Operations that name one container instance. */
function onInstance(action: string): DemandRule {
  return (
    input: { readonly cluster?: string | undefined; readonly containerInstance?: string },
    context: DemandContext,
  ) => instanceDemands(action, input.cluster, [input.containerInstance], context);
}

/** Attributes of one container instance are one demand. */
function onAttributes(action: string): DemandRule {
  return (
    input: { readonly cluster?: string | undefined; readonly attributes: readonly Attribute[] },
    context: DemandContext,
  ) => {
    const targets = new Set(input.attributes.map(({ targetId }) => targetId));
    const named = targets.size === 0 ? [undefined] : [...targets];
    return instanceDemands(action, input.cluster, named, context);
  };
}

function registerContainerInstance(
  { cluster, tags }: RegisterContainerInstanceRequest,
  context: DemandContext,
): readonly Demand[] {
  const asked = askedCluster(context, cluster);
  // Unverified: the id is not known yet; the managed policy grants it on every resource.
  const made = ecsArn(context, 'container-instance', clusterWord(cluster), '*');
  return [
    ecsDemand('RegisterContainerInstance', asked, context, requestTagKeys(tags)),
    ...tagOnCreate('RegisterContainerInstance', made, tags),
  ];
}

export const containerInstanceRules: Readonly<Record<string, DemandRule>> = {
  DeleteAttributes: onAttributes('DeleteAttributes'),
  ListAttributes: onCluster('ListAttributes'),
  PutAttributes: onAttributes('PutAttributes'),

  DescribeContainerInstances: (
    { cluster, containerInstances }: DescribeContainerInstancesRequest,
    context: DemandContext,
  ) => instanceDemands('DescribeContainerInstances', cluster, orAll(containerInstances), context),
  ListContainerInstances: onCluster('ListContainerInstances'),
  UpdateContainerAgent: onInstance('UpdateContainerAgent'),
  UpdateContainerInstancesState: (
    { cluster, containerInstances }: UpdateContainerInstancesStateRequest,
    context: DemandContext,
  ) =>
    instanceDemands('UpdateContainerInstancesState', cluster, orAll(containerInstances), context),

  DeregisterContainerInstance: onCluster('DeregisterContainerInstance'),
  DiscoverPollEndpoint: onNothing('DiscoverPollEndpoint'),
  Poll: onInstance('Poll'),
  RegisterContainerInstance: registerContainerInstance,
  StartTelemetrySession: onInstance('StartTelemetrySession'),
  SubmitAttachmentStateChanges: onCluster('SubmitAttachmentStateChanges'),
  SubmitContainerStateChange: onCluster('SubmitContainerStateChange'),
  SubmitTaskStateChange: onCluster('SubmitTaskStateChange'),
};
