/** Deployments of a service: which task definition, how many tasks, how far the rollout is. */
import type {
  CapacityProviderStrategyItem,
  Deployment,
  NetworkConfiguration,
} from '@sekisho/catalog/types/ecs';
import type { TaskRecord } from './task.ts';

/** What a service's tasks are made from. A change of any of it is a new deployment. */
export interface DeploymentSource {
  readonly taskDefinitionArn: string;
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly enableExecuteCommand: boolean;
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: string;
}

/** A deployment as it lies in its service's record. Times in milliseconds since 1970. */
export interface DeploymentRecord {
  /** `ecs-svc/<19 digits>`. */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly source: DeploymentSource;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutStateReason: string;
  /** Tasks that failed to start since the last one that ran. */
  readonly failedTasks: number;
  /** It was complete once: a rollback may return to it. */
  readonly wasComplete: boolean;
  /** The rollback that this deployment is, for its reasons. */
  readonly rollsBack?: true;
  /** 21 characters: the id of its service deployment, and the digits of its service revision. */
  readonly serviceDeploymentId: string;
  readonly serviceRevisionId: string;
}

/** How many of the deployment's tasks run, and how many are on their way. */
export function countTasks(tasks: readonly TaskRecord[], deploymentId?: string) {
  const own = tasks.filter(
    (task) => deploymentId === undefined || task.deploymentId === deploymentId,
  );
  return {
    running: own.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: own.filter(
      ({ lastStatus, desiredStatus }) =>
        desiredStatus === 'RUNNING' &&
        ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus),
    ).length,
  };
}

/** The wire shape. `desiredCount` is the service's for PRIMARY, what is left for the others. */
export function toDeployment(
  record: DeploymentRecord,
  tasks: readonly TaskRecord[],
  serviceDesiredCount: number,
): Deployment {
  const { source } = record;
  const { running, pending } = countTasks(tasks, record.id);
  return {
    id: record.id,
    status: record.status,
    taskDefinition: source.taskDefinitionArn,
    desiredCount: record.status === 'PRIMARY' ? serviceDesiredCount : running + pending,
    pendingCount: pending,
    runningCount: running,
    failedTasks: record.failedTasks,
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(record.updatedAt),
    capacityProviderStrategy: source.capacityProviderStrategy,
    launchType: source.launchType,
    platformVersion: source.platformVersion,
    platformFamily: source.platformFamily,
    networkConfiguration: source.networkConfiguration,
    rolloutState: record.rolloutState,
    rolloutStateReason: record.rolloutStateReason,
  };
}
